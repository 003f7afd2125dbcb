import { broadcast_util } from '@tensorflow/tfjs-core'
import { matMulShape, type Shape } from '../contract.ts'
import { productParts, ranges, sizeOf, type WasmKernel } from './call.ts'

export interface MatMulAttributes {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** The batch axes of one operand may be 1 or missing where the other's are not. */
export const matMul: WasmKernel<MatMulAttributes> = (call, attributes) => {
  const { transposeA, transposeB } = attributes
  const a = call.input('a')
  const b = call.input('b')
  const batchA = a.shape.slice(0, -2)
  const batchB = b.shape.slice(0, -2)
  const batch = broadcast_util.assertAndGetBroadcastShape([...batchA], [...batchB])
  const [rows = 0, columns = 0] = matMulShape(a.shape, b.shape, transposeA, transposeB).slice(-2)
  const depth = a.shape.at(transposeA ? -2 : -1) ?? 0
  const found = b.shape.at(transposeB ? -1 : -2) ?? 0
  if (depth !== found) {
    throw new RangeError(`the inner axes of [${a.shape}] and [${b.shape}] differ: ${depth} and ${found}`)
  }
  const c = call.output([...batch, rows, columns])
  const multiply = (count: number, fromA: number, stepA: number, fromB: number, stepB: number, to: number): void => {
    // One matrix on the right of many is one product of all their rows.
    const joined = stepB === 0 && !transposeA && stepA === rows * depth
    const product = joined ? { count: 1, rows: rows * count } : { count, rows }
    const threads = call.threadsFor((rows * columns * depth * count) / 20)
    const jobs = partsOf(product.count, product.rows, columns, threads).map(({ first, many, part }) => {
      const left = [a.address + 4 * (fromA + first * stepA), stepA, Number(transposeA)]
      const right = [b.address + 4 * (fromB + first * stepB), stepB, Number(transposeB)]
      const into = c.address + 4 * (to + first * rows * columns)
      return [many, product.rows, columns, depth, ...left, ...right, into, ...part]
    })
    call.run('matMul', jobs, call.module.gemmScratch(columns, depth))
  }
  const count = sizeOf(batch)
  const sizeA = rows * depth
  const sizeB = depth * columns
  const countA = sizeOf(batchA)
  const countB = sizeOf(batchB)
  if ((countA === count || countA === 1) && (countB === count || countB === 1)) {
    multiply(count, 0, countA === count ? sizeA : 0, 0, countB === count ? sizeB : 0, 0)
  } else {
    for (let i = 0; i < count; i++) {
      const fromA = sizeA * sourceOf(i, batch, batchA)
      multiply(1, fromA, sizeA, sizeB * sourceOf(i, batch, batchB), sizeB, i * rows * columns)
    }
  }
  return c
}

interface Part {
  /** The first of the products. */
  readonly first: number
  readonly many: number
  /** [first row, end, first column, end] of each. */
  readonly part: readonly number[]
}

/** Many products are shared as they are, few by their rows or columns. */
function partsOf(count: number, rows: number, columns: number, threads: number): Part[] {
  if (count >= threads) {
    return ranges(count, threads).map(([first, end]) => ({ first, many: end - first, part: [0, rows, 0, columns] }))
  }
  return productParts(rows, columns, threads).map((part) => ({ first: 0, many: count, part }))
}

/** Which matrix of an operand the i-th product uses. */
function sourceOf(i: number, batch: Shape, own: Shape): number {
  let rest = i
  let source = 0
  let step = 1
  for (let axis = 1; axis <= batch.length; axis++) {
    const length = batch.at(-axis) as number
    const ownLength = own.at(-axis) ?? 1
    if (axis <= own.length && ownLength > 1) source += step * (rest % length)
    step *= axis <= own.length ? ownLength : 1
    rest = Math.floor(rest / length)
  }
  return source
}
