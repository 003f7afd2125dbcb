import { broadcast_util, type SumAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { Shape } from '../contract.ts'
import { type Call, type Operand, ranges, sizeOf, type WasmKernel } from './call.ts'

// Kernels of tfjs where one operand has a row for each group of rows of the other: a number for each channel of each
// picture, as in squeeze and excitation, and the sums that are their gradients.

/** A tensor [groups, rows, columns]. */
interface Groups {
  readonly groups: number
  readonly rows: number
  readonly columns: number
}

/** What the module calls the ways in which an operand has its rows. */
const REPEATED = 0
const OWN = 2

/** @param kind - 0: sum, 1: difference, 2: product, 3: quotient, as in assembly/binary.ts */
export function groupBinary(kind: 0 | 1 | 2 | 3): WasmKernel<unknown> {
  return (call) => {
    const [a, b] = [call.input('a'), call.input('b')]
    const y = call.output(broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]))
    const { groups, rows, columns } = groupsOf(a.shape, b.shape) as Groups
    const isLarge = ({ shape }: Operand): boolean => sizeOf(shape) === groups * rows * columns
    const step = (operand: Operand): number => 4 * columns * (isLarge(operand) ? rows : 1)
    const [rowA, rowB] = [isLarge(a) ? OWN : REPEATED, isLarge(b) ? OWN : REPEATED]
    call.run(
      'binaryGroups',
      shareGroups(call, groups, rows * columns).map(([from, to]) => [
        ...[kind, a.address + from * step(a), b.address + from * step(b), y.address + from * step(y)],
        ...[to - from, rows, rowA, rowB, columns],
      ]),
    )
    return y
  }
}

/** Whether one is the other with one index along some axes that lie between others. */
export function areGroups([a, b]: readonly TensorInfo[]): boolean {
  return a?.dtype === 'float32' && b?.dtype === 'float32' && groupsOf(a.shape, b.shape) !== undefined
}

function groupsOf(a: Shape, b: Shape): Groups | undefined {
  const [large, small] = sizeOf(a) >= sizeOf(b) ? [a, b] : [b, a]
  if (large.length !== small.length) return undefined
  const axes = large.flatMap((length, axis) => (length === small[axis] ? [] : [axis]))
  return axes.every((axis) => small[axis] === 1) ? between(large, axes) : undefined
}

/** Over axes that lie between others; in double precision. */
export const groupSum: WasmKernel<SumAttrs> = (call, { axis, keepDims }) => {
  const x = call.input('x')
  const axes = axesOf(x.shape, axis)
  const kept = x.shape.flatMap((length, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [length]))
  const y = call.output(kept)
  const { groups, rows, columns } = between(x.shape, axes) as Groups
  call.run(
    'groupSums',
    shareGroups(call, groups, rows * columns).map(([from, to]) => [
      ...[x.address + 4 * from * rows * columns, y.address + 4 * from * columns],
      ...[to - from, rows, columns],
    ]),
    call.module.columnScratch(columns),
  )
  return y
}

/** Whether a sum is over such axes. */
export function isSumInGroups([x]: readonly TensorInfo[], attributes: unknown): boolean {
  if (x?.dtype !== 'float32') return false
  return between(x.shape, axesOf(x.shape, (attributes as SumAttrs).axis)) !== undefined
}

function axesOf(shape: Shape, axis: SumAttrs['axis']): number[] {
  return util.parseAxisParam(axis, [...shape]).sort((a, b) => a - b)
}

/** A shape as groups of rows, where these axes are next to each other and others are on both sides. */
function between(shape: Shape, axes: readonly number[]): Groups | undefined {
  const [first = 0] = axes
  const end = first + axes.length
  const isRun = axes.length > 0 && axes.every((axis, i) => axis === first + i)
  if (!isRun || first === 0 || end === shape.length || sizeOf(shape) === 0) return undefined
  const [groups, rows, columns] = [shape.slice(0, first), shape.slice(first, end), shape.slice(end)].map(sizeOf)
  return { groups, rows, columns } as Groups
}

function shareGroups(call: Call, groups: number, size: number): [number, number][] {
  return ranges(groups, call.threadsFor((groups * size) / 3))
}
