import { type ResizeAttributes, resizeShape, type Shape } from '../contract.ts'
import type { WasmKernel } from './call.ts'

export const resizeBilinear: WasmKernel<ResizeAttributes> = (call, attributes) => {
  const x = call.input('x')
  const y = call.output(resizeShape(x.shape, attributes))
  call.module.resizeBilinear(x.address, y.address, ...geometryOf(x.shape, attributes))
  return y
}

export const resizeBilinearGradient: WasmKernel<ResizeAttributes & { readonly inputShape: Shape }> = (
  call,
  attributes,
) => {
  const dy = call.input('dy')
  const dx = call.output(attributes.inputShape)
  call.module.resizeBilinearGradient(dy.address, dx.address, ...geometryOf(attributes.inputShape, attributes))
  return dx
}

/** What the module asks of a resize, in its order. */
function geometryOf(x: Shape, { size, alignCorners }: ResizeAttributes): number[] {
  return [...x, ...size, Number(alignCorners)]
}
