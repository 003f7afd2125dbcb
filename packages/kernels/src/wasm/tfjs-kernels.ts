import { ClasError } from '@clas/core'
import {
  type AvgPoolGradAttrs,
  backend_util,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type MaxPoolGradAttrs,
  type OneHotAttrs,
  type UnsortedSegmentSumAttrs,
} from '@tensorflow/tfjs-core'
import type { ConvAttributes, Pads, PoolAttributes, Shape } from '../contract.ts'
import { sizeOf, type WasmKernel } from './call.ts'
import { filterGradient, inputGradient } from './conv2d.ts'
import { toAll, toLargest } from './pool.ts'

type Shape4 = [number, number, number, number]
type Rounding = 'floor' | 'round' | 'ceil'

export const conv2dBackpropInput: WasmKernel<Conv2DBackpropInputAttrs> = (call, attributes) => {
  const filter = call.input('filter')
  const { inputShape } = attributes
  return inputGradient(call, call.input('dy'), filter, convOf(inputShape, filter.shape, attributes), inputShape)
}

export const conv2dBackpropFilter: WasmKernel<Conv2DBackpropFilterAttrs> = (call, attributes) => {
  const x = call.input('x')
  const { filterShape } = attributes
  return filterGradient(call, x, call.input('dy'), convOf(x.shape, filterShape, attributes), filterShape)
}

export const depthwiseBackpropInput: WasmKernel<DepthwiseConv2dNativeBackpropInputAttrs> = (call, attributes) => {
  const filter = call.input('filter')
  const { inputShape } = attributes
  const shape = grouped(filter.shape)
  const conv = depthwiseOf(inputShape, filter.shape, attributes)
  return inputGradient(call, call.input('dy'), { ...filter, shape }, conv, inputShape)
}

export const depthwiseBackpropFilter: WasmKernel<DepthwiseConv2dNativeBackpropFilterAttrs> = (call, attributes) => {
  const x = call.input('x')
  const { filterShape } = attributes
  const conv = depthwiseOf(x.shape, filterShape, attributes)
  const dfilter = filterGradient(call, x, call.input('dy'), conv, grouped(filterShape))
  return { ...dfilter, info: { ...dfilter.info, shape: [...filterShape] } }
}

export const maxPoolGrad: WasmKernel<MaxPoolGradAttrs> = (call, attributes) => {
  const input = call.input('input')
  return toLargest(call, call.input('dy'), input, call.input('output'), poolOf(input.shape, attributes))
}

export const avgPoolGrad: WasmKernel<AvgPoolGradAttrs> = (call, attributes) => {
  const { shape } = call.input('input')
  return toAll(call, call.input('dy'), poolOf(shape, attributes), shape)
}

export const oneHot: WasmKernel<OneHotAttrs> = (call, { depth, onValue, offValue, dtype }) => {
  const indices = call.input('indices')
  const y = call.output([...indices.shape, depth], dtype)
  const { oneHotBool, oneHotFloat, oneHotInt } = call.module
  const write = dtype === 'float32' ? oneHotFloat : dtype === 'bool' ? oneHotBool : oneHotInt
  write(indices.address, y.address, sizeOf(indices.shape), depth, onValue, offValue)
  return y
}

export const unsortedSegmentSum: WasmKernel<UnsortedSegmentSumAttrs> = (call, { numSegments }) => {
  const x = call.input('x')
  const ids = call.input('segmentIds')
  const { dtype } = x.info
  if (dtype !== 'float32' && dtype !== 'int32') {
    throw new ClasError('bad-option', `x must be float32 or int32, found ${dtype}; cast it`, { dtype })
  }
  if (!ids.shape.every((length, i) => length === x.shape[i])) {
    const found = `[${ids.shape.join(', ')}] for x of [${x.shape.join(', ')}]`
    throw new ClasError('shape-mismatch', `segmentIds must have one number for each row of x, found ${found}`, {
      segmentIds: ids.shape,
      x: x.shape,
    })
  }
  const row = x.shape.slice(ids.shape.length)
  const y = call.output([numSegments, ...row], dtype)
  const geometry = [sizeOf(ids.shape), sizeOf(row), numSegments, Number(dtype === 'float32')]
  call.module.segmentSum(x.address, ids.address, y.address, ...geometry)
  return y
}

function convOf(
  x: Shape,
  filter: Shape,
  { strides, pad, dataFormat, dimRoundingMode }: Omit<Conv2DBackpropInputAttrs, 'inputShape'>,
): ConvAttributes {
  if (dataFormat === 'NCHW') {
    throw new ClasError('bad-option', "dataFormat must be 'NHWC', found 'NCHW'; transpose the images", { dataFormat })
  }
  const info = backend_util.computeConv2DInfo([...x] as Shape4, [...filter] as Shape4, strides, 1, pad, dimRoundingMode)
  return attributesOf(info, 1)
}

/** tfjs keeps the filter of a depthwise convolution as [height, width, in, multiplier]: in memory that is the same. */
function grouped([kh = 0, kw = 0, channels = 0, multiplier = 0]: Shape): Shape {
  return [kh, kw, 1, channels * multiplier]
}

function depthwiseOf(
  x: Shape,
  filter: Shape,
  {
    strides,
    dilations,
    pad,
    dimRoundingMode,
  }: Pick<DepthwiseConv2dNativeBackpropInputAttrs, 'strides' | 'dilations' | 'pad' | 'dimRoundingMode'>,
): ConvAttributes {
  const shapes = [[...x] as Shape4, [...filter] as Shape4] as const
  const info = backend_util.computeConv2DInfo(...shapes, strides, dilations ?? 1, pad, dimRoundingMode, true)
  return attributesOf(info, x[3] ?? 1)
}

function attributesOf(info: backend_util.Conv2DInfo, groups: number): ConvAttributes {
  return {
    strides: [info.strideHeight, info.strideWidth],
    pads: padsOf(info),
    dilations: [info.dilationHeight, info.dilationWidth],
    groups,
  }
}

function poolOf(
  x: Shape,
  { filterSize, strides, pad, dimRoundingMode }: AvgPoolGradAttrs & { dimRoundingMode?: Rounding },
): PoolAttributes {
  const info = backend_util.computePool2DInfo([...x] as Shape4, filterSize, strides, 1, pad, dimRoundingMode)
  return {
    size: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: padsOf(info),
  }
}

function padsOf({ padInfo }: backend_util.Conv2DInfo): Pads {
  return [padInfo.top, padInfo.bottom, padInfo.left, padInfo.right]
}
