import { ClasError } from '@clas/core'
import type {
  AvgPoolGradAttrs,
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropInputAttrs,
  DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInputAttrs,
  MaxPoolGradAttrs,
  OneHotAttrs,
  UnsortedSegmentSumAttrs,
} from '@tensorflow/tfjs-core'
import { convAttributes, groupedShape, poolAttributes } from '../tfjs-attributes.ts'
import { sizeOf, type WasmKernel } from './call.ts'
import { filterGradient, inputGradient } from './conv2d.ts'
import { toAll, toLargest } from './pool.ts'

export const conv2dBackpropInput: WasmKernel<Conv2DBackpropInputAttrs> = (call, attributes) => {
  const filter = call.input('filter')
  const { inputShape } = attributes
  return inputGradient(
    call,
    call.input('dy'),
    filter,
    convAttributes(inputShape, filter.shape, attributes, false),
    inputShape,
  )
}

export const conv2dBackpropFilter: WasmKernel<Conv2DBackpropFilterAttrs> = (call, attributes) => {
  const x = call.input('x')
  const { filterShape } = attributes
  return filterGradient(call, x, call.input('dy'), convAttributes(x.shape, filterShape, attributes, false), filterShape)
}

export const depthwiseBackpropInput: WasmKernel<DepthwiseConv2dNativeBackpropInputAttrs> = (call, attributes) => {
  const filter = call.input('filter')
  const { inputShape } = attributes
  const shape = groupedShape(filter.shape)
  const conv = convAttributes(inputShape, filter.shape, attributes, true)
  return inputGradient(call, call.input('dy'), { ...filter, shape }, conv, inputShape)
}

export const depthwiseBackpropFilter: WasmKernel<DepthwiseConv2dNativeBackpropFilterAttrs> = (call, attributes) => {
  const x = call.input('x')
  const { filterShape } = attributes
  const conv = convAttributes(x.shape, filterShape, attributes, true)
  const dfilter = filterGradient(call, x, call.input('dy'), conv, groupedShape(filterShape))
  return { ...dfilter, info: { ...dfilter.info, shape: [...filterShape] } }
}

export const maxPoolGrad: WasmKernel<MaxPoolGradAttrs> = (call, attributes) => {
  const input = call.input('input')
  return toLargest(call, call.input('dy'), input, call.input('output'), poolAttributes(input.shape, attributes))
}

export const avgPoolGrad: WasmKernel<AvgPoolGradAttrs> = (call, attributes) => {
  const { shape } = call.input('input')
  return toAll(call, call.input('dy'), poolAttributes(shape, attributes), shape)
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
