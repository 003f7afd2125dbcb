import {
  type ConcatAttrs,
  type PadV2Attrs,
  type SliceAttrs,
  type SplitVAttrs,
  slice_util,
  type TransposeAttrs,
} from '@tensorflow/tfjs-core'
import type { Shape } from '../contract.ts'
import { type Call, type Operand, ranges, sizeOf, type WasmKernel } from './call.ts'

// Kernels of tfjs that move numbers of four bytes about. Those that tfjs has read the whole tensor back, or move one
// number at a time.

export const transpose: WasmKernel<TransposeAttrs> = (call, { perm }) => {
  const x = call.input('x')
  const y = call.output(
    perm.map((axis) => x.shape[axis] ?? 0),
    x.info.dtype,
  )
  const strides = stridesOf(x.shape)
  copy(call, x.address, y.address, y.shape, { from: perm.map((axis) => strides[axis] ?? 0), to: stridesOf(y.shape) })
  return y
}

export const slice: WasmKernel<SliceAttrs> = (call, { begin, size }) => {
  const x = call.input('x')
  const [first = [], shape = []] = slice_util.parseSliceParams({ ...x.info }, begin, size)
  slice_util.assertParamsValid({ ...x.info }, first, shape)
  const y = call.output(shape, x.info.dtype)
  const from = stridesOf(x.shape)
  copy(call, x.address + 4 * offsetOf(first, from), y.address, shape, { from, to: stridesOf(shape) })
  return y
}

export const split: WasmKernel<SplitVAttrs> = (call, { numOrSizeSplits, axis }) => {
  const x = call.input('x')
  const along = axis < 0 ? axis + x.shape.length : axis
  const from = stridesOf(x.shape)
  let begin = 0
  return sizesOf(numOrSizeSplits, x.shape[along] ?? 0).map((size) => {
    const shape = x.shape.with(along, size)
    const y = call.output(shape, x.info.dtype)
    copy(call, x.address + 4 * begin * (from[along] ?? 0), y.address, shape, { from, to: stridesOf(shape) })
    begin += size
    return y
  })
}

/** The sizes of the parts; one that is -1 takes what the others leave. */
function sizesOf(parts: number | readonly number[], length: number): readonly number[] {
  if (typeof parts === 'number') return Array.from({ length: parts }, () => length / parts)
  const rest = length - parts.reduce((sum, size) => sum + Math.max(size, 0), 0)
  return parts.map((size) => (size === -1 ? rest : size))
}

export const concat: WasmKernel<ConcatAttrs> = (call, { axis }) => {
  const inputs = call.inputs()
  const [{ shape: first, info } = call.input('0')] = inputs
  const along = axis < 0 ? axis + first.length : axis
  const y = call.output(
    first.with(
      along,
      inputs.reduce((sum, { shape }) => sum + (shape[along] ?? 0), 0),
    ),
    info.dtype,
  )
  const to = stridesOf(y.shape)
  let begin = 0
  for (const { address, shape } of inputs) {
    copy(call, address, y.address + 4 * begin * (to[along] ?? 0), shape, { from: stridesOf(shape), to })
    begin += shape[along] ?? 0
  }
  return y
}

export const pad: WasmKernel<PadV2Attrs> = (call, { paddings, constantValue }) => {
  const x = call.input('x')
  const shape = x.shape.map((length, axis) => length + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0))
  const y = call.output(shape, x.info.dtype)
  call.fill(y, constantValue)
  const to = stridesOf(shape)
  const begin = paddings.map(([before]) => before)
  copy(call, x.address, y.address + 4 * offsetOf(begin, to), x.shape, { from: stridesOf(x.shape), to })
  return y
}

interface Strides {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

interface Axis {
  readonly size: number
  readonly from: number
  readonly to: number
}

/** Copies an array of a shape from one place to another; strides are in numbers. */
function copy(call: Call, from: number, to: number, shape: Shape, strides: Strides): void {
  const total = sizeOf(shape)
  if (total === 0) return
  const axes = join(shape.map((size, i) => ({ size, from: strides.from[i] ?? 0, to: strides.to[i] ?? 0 })))
  // Where parts of one number lie apart in the output, each is a run of its own.
  const last = axes.at(-1)?.to === 1 ? (axes.pop() as Axis) : { size: 1, from: 1, to: 1 }
  // Where the run in the output is none in the input, the axis that is one there makes a block to be turned.
  const turned = last.from === 1 ? -1 : axes.findIndex((axis) => axis.from === 1)
  const [row = { size: 1, from: 1, to: 0 }] = turned < 0 ? [] : axes.splice(turned, 1)
  while (axes.length > 4) {
    // More axes than the module knows: one after another.
    const { size, ...step } = axes.shift() as Axis
    const rest = [...axes, ...(turned < 0 ? [] : [row]), last]
    const inner = { from: rest.map((axis) => axis.from), to: rest.map((axis) => axis.to) }
    for (let i = 0; i < size; i++) {
      const shift = [from + 4 * i * step.from, to + 4 * i * step.to] as const
      copy(
        call,
        ...shift,
        rest.map((axis) => axis.size),
        inner,
      )
    }
    return
  }
  while (axes.length < 4) axes.unshift({ size: 1, from: 0, to: 0 })
  const blocks = axes.reduce((product, { size }) => product * size, 1)
  const geometry = [
    ...axes.slice(1).map(({ size }) => size),
    ...axes.map((axis) => axis.from),
    ...axes.map((axis) => axis.to),
    ...[row.size, row.to, last.size, last.from],
  ]
  const jobs = ranges(blocks, call.threadsFor(total / 2)).map((range) => [from, to, ...geometry, ...range])
  call.run('copyBlocks', jobs)
}

/** Leaves out axes of one index, and joins those that lie one within the other on both sides. */
function join(axes: readonly Axis[]): Axis[] {
  const joined: Axis[] = []
  for (const axis of axes) {
    const outer = joined.at(-1)
    if (axis.size === 1) continue
    if (outer && outer.from === axis.from * axis.size && outer.to === axis.to * axis.size) {
      joined[joined.length - 1] = { ...axis, size: outer.size * axis.size }
    } else joined.push(axis)
  }
  return joined
}

function stridesOf(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
}

function offsetOf(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((sum, at, axis) => sum + at * (strides[axis] ?? 0), 0)
}

/** Whether all inputs have numbers of four bytes. */
export function ofFourBytes(operands: readonly Operand['info'][]): boolean {
  return operands.every(({ dtype }) => dtype === 'float32' || dtype === 'int32')
}
