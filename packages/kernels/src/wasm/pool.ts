import { type PoolAttributes, poolShape, type Shape } from '../contract.ts'
import type { Call, Operand, WasmKernel } from './call.ts'

export const maxPool: WasmKernel<PoolAttributes> = (call, attributes) => {
  const x = call.input('x')
  const y = call.output(poolShape(x.shape, attributes))
  call.module.maxPool(x.address, y.address, ...geometryOf(x.shape, y.shape, attributes))
  return y
}

export const averagePool: WasmKernel<PoolAttributes> = (call, attributes) => {
  const x = call.input('x')
  const y = call.output(poolShape(x.shape, attributes))
  call.module.averagePool(x.address, y.address, ...geometryOf(x.shape, y.shape, attributes))
  return y
}

export const maxPoolGradient: WasmKernel<PoolAttributes> = (call, attributes) =>
  toLargest(call, call.input('dy'), call.input('x'), call.input('y'), attributes)

export const averagePoolGradient: WasmKernel<PoolAttributes & { readonly inputShape: Shape }> = (call, attributes) =>
  toAll(call, call.input('dy'), attributes, attributes.inputShape)

export function toLargest(call: Call, dy: Operand, x: Operand, y: Operand, attributes: PoolAttributes): Operand {
  const dx = call.output(x.shape)
  const geometry = geometryOf(x.shape, dy.shape, attributes)
  call.module.maxPoolGradient(dy.address, x.address, y.address, dx.address, ...geometry)
  return dx
}

export function toAll(call: Call, dy: Operand, attributes: PoolAttributes, inputShape: Shape): Operand {
  const dx = call.output(inputShape)
  call.module.averagePoolGradient(dy.address, dx.address, ...geometryOf(inputShape, dy.shape, attributes))
  return dx
}

/** What the module asks of a pooling, in its order. */
function geometryOf(x: Shape, y: Shape, { size, strides, pads }: PoolAttributes): number[] {
  const [, down = 0, across = 0] = y
  return [...x, down, across, ...size, ...strides, pads[0], pads[2]]
}
