import { ClasError } from '@clas/core'
import { concat, customGrad, gather, reshape, sum, type Tensor, tensor, zeros } from '@tensorflow/tfjs-core'

/**
 * Rows of a table by index, as an embedding or a table of relative positions gives them. The gradient of a row is the
 * sum over the places that it was taken to.
 *
 * @param table - [rows, width], float32
 * @param indices - one row number for each row of the result
 * @returns [indices.length, width]
 * @throws `bad-option` when an index is not a row of the table
 * @example
 * ```ts
 * import { useBackend } from '@clas/kernels'
 * import { gatherRows } from '@clas/nn'
 * import { tensor2d } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * gatherRows(tensor2d([[1, 2], [3, 4]]), [1, 1, 0]).print() // [3, 4], [3, 4], [1, 2]
 * ```
 */
export function gatherRows(table: Tensor, indices: readonly number[]): Tensor {
  const [rows = 0, width = 0] = table.shape
  const wrong = indices.find((index) => !(index >= 0 && index < rows))
  if (wrong !== undefined) {
    throw new ClasError('bad-option', `gatherRows: expected indices from 0 to ${rows - 1}, found ${wrong}`, { wrong })
  }
  return customGrad((...[x]) => ({
    value: gather(x as Tensor, int(indices)),
    gradFunc: (dy: Tensor) => {
      // Each row's places in the result, as many for all: where a row has fewer, a row of zeros stands in.
      const places = placesOf(indices, rows)
      const most = Math.max(...places.map((list) => list.length), 1)
      const flat = places.flatMap((list) => [
        ...list,
        ...Array.from({ length: most - list.length }, () => indices.length),
      ])
      const taken = gather(concat([dy, zeros([1, width])], 0), int(flat))
      return sum(reshape(taken, [rows, most, width]), 1)
    },
  }))(table)
}

const int = (values: readonly number[]): Tensor => tensor(Int32Array.from(values), [values.length], 'int32')

function placesOf(indices: readonly number[], rows: number): number[][] {
  const places = Array.from({ length: rows }, (): number[] => [])
  for (const [place, index] of indices.entries()) places[index]?.push(place)
  return places
}
