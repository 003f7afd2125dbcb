import { matMulShape } from '../contract.ts'
import { ndArray, pick, type ReferenceKernel, sizeOf } from './array.ts'

/** ClasMatMul */
export const matMul: ReferenceKernel = (inputs, attributes) => {
  const [a, b] = pick(inputs, 'a', 'b')
  const { transposeA, transposeB } = attributes as { transposeA: boolean; transposeB: boolean }
  const shape = matMulShape(a.shape, b.shape, transposeA, transposeB)
  const [rows = 0, columns = 0] = shape.slice(-2)
  const inner = a.shape.at(transposeA ? -2 : -1) as number
  const c = new Float64Array(sizeOf(shape))
  for (let n = 0; n < sizeOf(shape.slice(0, -2)); n++) {
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < inner; k++) {
        const left = a.values[n * rows * inner + (transposeA ? k * rows + i : i * inner + k)] as number
        for (let j = 0; j < columns; j++) {
          const right = b.values[n * inner * columns + (transposeB ? j * inner + k : k * columns + j)] as number
          const at = (n * rows + i) * columns + j
          c[at] = (c[at] as number) + left * right
        }
      }
    }
  }
  return [ndArray(shape, c)]
}
