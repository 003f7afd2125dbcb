import { broadcast_util, type SumAttrs, util } from '@tensorflow/tfjs-core'
import type { Shape } from '../contract.ts'
import { ranges, sizeOf, type WasmKernel } from './call.ts'
import { sumOfColumns } from './norm.ts'

// Kernels of tfjs that are shared among threads here. Each says of which inputs it is meant; the others are left to the
// kernel that tfjs has.

/** What the module calls them in assembly/binary.ts. */
type Kind = 0 | 1 | 2 | 3

/** What an operand has for a row of the result, in the module's numbers. */
const REPEATED = 0
const NUMBER = 1
const OWN = 2

interface Rows {
  readonly rows: number
  readonly columns: number
  readonly a: number
  readonly b: number
}

export function binary(kind: Kind): WasmKernel<unknown> {
  return (call) => {
    const [a, b] = [call.input('a'), call.input('b')]
    const y = call.output(broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]))
    const { rows, columns, a: rowA, b: rowB } = rowsOf(a.shape, b.shape) as Rows
    const size = rows * columns
    const threads = call.threadsFor(size / 3)
    const skip = (row: number, from: number): number => 4 * from * (row === OWN ? columns : row === NUMBER ? 1 : 0)
    // One row is cut into runs, many are dealt out.
    const jobs =
      rows === 1
        ? ranges(columns, threads, 16).map(([from, to]) => [
            ...[kind, a.address + (rowA === NUMBER ? 0 : 4 * from), b.address + (rowB === NUMBER ? 0 : 4 * from)],
            ...[y.address + 4 * from, 1, rowA, rowB, to - from],
          ])
        : ranges(rows, threads).map(([from, to]) => [
            ...[kind, a.address + skip(rowA, from), b.address + skip(rowB, from), y.address + 4 * from * columns],
            ...[to - from, rowA, rowB, columns],
          ])
    call.run('binary', jobs)
    return y
  }
}

/** The operands as rows, where they are alike, or one is a number, a row or a column. */
export function rowsOf(a: Shape, b: Shape): Rows | undefined {
  const [sizeA, sizeB] = [sizeOf(a), sizeOf(b)]
  const [big, small] = sizeA >= sizeB ? [a, b] : [b, a]
  const as = (row: number): Pick<Rows, 'a' | 'b'> => (sizeA >= sizeB ? { a: OWN, b: row } : { a: row, b: OWN })
  if (sizeA === sizeB && `${trim(a)}` === `${trim(b)}`) return { rows: 1, columns: sizeA, a: OWN, b: OWN }
  if (sizeOf(small) === 1) return { rows: 1, columns: sizeOf(big), ...as(NUMBER) }
  if (small.length > big.length) return undefined
  const padded = [...Array.from({ length: big.length - small.length }, () => 1), ...small]
  if (padded.some((length, axis) => length !== 1 && length !== big[axis])) return undefined // both are stretched
  const differs = padded.map((length, axis) => length !== big[axis])
  const first = differs.indexOf(false)
  if (differs.slice(0, first).every(Boolean) && !differs.slice(first).includes(true)) {
    return { rows: sizeOf(big.slice(0, first)), columns: sizeOf(big.slice(first)), ...as(REPEATED) }
  }
  const end = differs.indexOf(true)
  if (!differs.slice(0, end).includes(true) && differs.slice(end).every(Boolean)) {
    return { rows: sizeOf(big.slice(0, end)), columns: sizeOf(big.slice(end)), ...as(NUMBER) }
  }
  return undefined
}

/** Without the axes of one index in front. */
function trim(shape: Shape): Shape {
  const first = shape.findIndex((length) => length !== 1)
  return first < 0 ? [] : shape.slice(first)
}

/** Over the first axes or the last ones; in double precision, which that of tfjs is not. */
export const sum: WasmKernel<SumAttrs> = (call, { axis, keepDims }) => {
  const x = call.input('x')
  const axes = util.parseAxisParam(axis, [...x.shape])
  const kept = x.shape.flatMap((length, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [length]))
  const y = call.output(kept)
  const size = sizeOf(y.shape)
  const many = size === 0 ? 0 : sizeOf(x.shape) / size
  if (isLeading(axes) && many > 0 && axes.length < x.shape.length) {
    sumOfColumns(call, x.address, many, size, y.address)
  } else {
    const jobs = ranges(size, call.threadsFor((size * many) / 4)).map(([from, to]) => [
      ...[x.address + 4 * from * many, y.address + 4 * from, to - from, many, 1],
    ])
    call.run('rowSums', jobs)
  }
  return y
}

/** Whether the axes are the first ones, or the last ones. */
export function isSumOfRowsOrColumns(rank: number, axis: number | readonly number[]): boolean {
  const axes = util.parseAxisParam(
    axis as number[],
    Array.from({ length: rank }, () => 1),
  )
  return isLeading(axes) || isLeading(axes.map((i) => rank - 1 - i))
}

function isLeading(axes: readonly number[]): boolean {
  return axes.every((axis) => axis < axes.length)
}
