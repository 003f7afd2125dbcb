import { type PoolAttributes, poolShape, type Shape } from '../contract.ts'
import { type Call, type Operand, ranges, sizeOf, type WasmKernel } from './call.ts'
import type { FunctionName } from './team.ts'

export const maxPool: WasmKernel<PoolAttributes> = (call, attributes) => {
  const x = call.input('x')
  const y = call.output(poolShape(x.shape, attributes))
  forImages(call, 'maxPool', [x, y], geometryOf(x.shape, y.shape, attributes))
  return y
}

export const averagePool: WasmKernel<PoolAttributes> = (call, attributes) => {
  const x = call.input('x')
  const y = call.output(poolShape(x.shape, attributes))
  forImages(call, 'averagePool', [x, y], geometryOf(x.shape, y.shape, attributes))
  return y
}

export const maxPoolGradient: WasmKernel<PoolAttributes> = (call, attributes) =>
  toLargest(call, call.input('dy'), call.input('x'), call.input('y'), attributes)

export const averagePoolGradient: WasmKernel<PoolAttributes & { readonly inputShape: Shape }> = (call, attributes) =>
  toAll(call, call.input('dy'), attributes, attributes.inputShape)

export function toLargest(call: Call, dy: Operand, x: Operand, y: Operand, attributes: PoolAttributes): Operand {
  const dx = call.output(x.shape)
  forImages(call, 'maxPoolGradient', [dy, x, y, dx], geometryOf(x.shape, dy.shape, attributes))
  return dx
}

export function toAll(call: Call, dy: Operand, attributes: PoolAttributes, inputShape: Shape): Operand {
  const dx = call.output(inputShape)
  forImages(call, 'averagePoolGradient', [dy, dx], geometryOf(inputShape, dy.shape, attributes))
  return dx
}

/** Calls a function for the images of a batch, divided among the threads. */
function forImages(call: Call, name: FunctionName, operands: readonly Operand[], geometry: readonly number[]): void {
  const [batch = 0, ...rest] = geometry
  const floats = operands.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  call.run(
    name,
    ranges(batch, call.threadsFor(floats)).map(([from, to]) => [
      ...operands.map(({ address, shape }) => address + 4 * from * sizeOf(shape.slice(1))),
      ...[to - from, ...rest],
    ]),
  )
}

/** What the module asks of a pooling, in its order. */
function geometryOf(x: Shape, y: Shape, { size, strides, pads }: PoolAttributes): number[] {
  const [, down = 0, across = 0] = y
  return [...x, down, across, ...size, ...strides, pads[0], pads[2]]
}
