import { type ConvAttributes, convShape, type Shape } from '../contract.ts'
import type { Call, Operand, WasmKernel } from './call.ts'

export const conv2d: WasmKernel<ConvAttributes> = (call, attributes) => {
  const x = call.input('x')
  const filter = call.input('filter')
  const bias = call.optional('bias')
  const y = call.output(convShape(x.shape, filter.shape, attributes))
  const [kh = 0, kw = 0, , out = 0] = filter.shape
  const geometry = geometryOf(x.shape, filter.shape, y.shape, attributes)
  if (isDepthwise(x.shape, filter.shape, attributes)) {
    call.module.depthwise(x.address, filter.address, bias, y.address, ...depthwiseOf(geometry))
  } else {
    const { groups } = attributes
    const scratch = call.scratch(call.module.convScratch(kh, kw, x.shape[3] ?? 0, out, groups))
    call.module.conv(x.address, filter.address, bias, y.address, ...geometry, groups, scratch)
  }
  return y
}

export const conv2dInputGradient: WasmKernel<ConvAttributes & { readonly inputShape: Shape }> = (call, attributes) =>
  inputGradient(call, call.input('dy'), call.input('filter'), attributes, attributes.inputShape)

export const conv2dFilterGradient: WasmKernel<ConvAttributes & { readonly filterShape: Shape }> = (call, attributes) =>
  filterGradient(call, call.input('x'), call.input('dy'), attributes, attributes.filterShape)

export function inputGradient(
  call: Call,
  dy: Operand,
  filter: Operand,
  attributes: ConvAttributes,
  inputShape: Shape,
): Operand {
  const dx = call.output(inputShape)
  const [kh = 0, kw = 0, , out = 0] = filter.shape
  const channels = inputShape[3] ?? 0
  const geometry = geometryOf(inputShape, filter.shape, dy.shape, attributes)
  if (isDepthwise(inputShape, filter.shape, attributes)) {
    const scratch = call.scratch(call.module.depthwiseScratch(kh, kw, channels))
    call.module.depthwiseInputGradient(dy.address, filter.address, dx.address, ...depthwiseOf(geometry), scratch)
  } else {
    const { strides, groups } = attributes
    const scratch = call.scratch(call.module.convInputGradientScratch(kh, kw, channels, out, ...strides, groups))
    call.module.convInputGradient(dy.address, filter.address, dx.address, ...geometry, groups, scratch)
  }
  return dx
}

export function filterGradient(
  call: Call,
  x: Operand,
  dy: Operand,
  attributes: ConvAttributes,
  filterShape: Shape,
): Operand {
  const dfilter = call.output(filterShape)
  const [kh = 0, kw = 0, , out = 0] = filterShape
  const channels = x.shape[3] ?? 0
  const geometry = geometryOf(x.shape, filterShape, dy.shape, attributes)
  if (isDepthwise(x.shape, filterShape, attributes)) {
    const scratch = call.scratch(call.module.depthwiseScratch(kh, kw, channels))
    call.module.depthwiseFilterGradient(x.address, dy.address, dfilter.address, ...depthwiseOf(geometry), scratch)
  } else {
    const { groups } = attributes
    const [batch = 0, down = 0, across = 0] = dy.shape
    const windows = batch * down * across
    const scratch = call.scratch(call.module.convFilterGradientScratch(kh, kw, channels, out, groups, windows))
    call.module.convFilterGradient(x.address, dy.address, dfilter.address, ...geometry, groups, scratch)
  }
  return dfilter
}

/** Every channel by a filter of its own: not worth a matrix product. */
function isDepthwise(x: Shape, filter: Shape, { groups }: ConvAttributes): boolean {
  return groups > 1 && groups === x[3] && groups === filter[3]
}

/** What the module asks of a convolution, in its order. */
function geometryOf(x: Shape, filter: Shape, y: Shape, { strides, pads, dilations }: ConvAttributes): number[] {
  const [kh = 0, kw = 0, , out = 0] = filter
  const [, down = 0, across = 0] = y
  return [...x, kh, kw, out, down, across, ...strides, pads[0], pads[2], ...dilations]
}

/** The same without the number of channels that come out. */
function depthwiseOf(geometry: readonly number[]): number[] {
  return geometry.toSpliced(6, 1)
}
