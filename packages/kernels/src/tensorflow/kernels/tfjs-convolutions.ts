import type {
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropInputAttrs,
  Conv3DAttrs,
  Conv3DBackpropFilterV2Attrs,
  Conv3DBackpropInputV2Attrs,
  DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInputAttrs,
  Dilation2DAttrs,
  FusedConv2DAttrs,
  TensorInfo,
} from '@tensorflow/tfjs-core'
import { type ConvSteps, convAttributes, groupedShape } from '../../tfjs-attributes.ts'
import type { Attributes } from '../runtime.ts'
import { convolve, filterGradient, inputGradient } from './conv2d.ts'
import { type Activation, activate } from './fused.ts'
import { withBias } from './mat-mul.ts'
import type { AnyKernel, Kernel, Scope } from './scope.ts'

function forward(scope: Scope, x: TensorInfo, filter: TensorInfo, steps: ConvSteps, depthwise: boolean): TensorInfo {
  const attributes = convAttributes(x.shape, filter.shape, steps, depthwise)
  return convolve(scope, x, depthwise ? scope.reshape(filter, groupedShape(filter.shape)) : filter, attributes)
}

const convolution =
  (depthwise: boolean): Kernel<'x' | 'filter', ConvSteps> =>
  (scope, { x, filter }, steps) =>
    forward(scope, x, filter, steps, depthwise)

const fused =
  (depthwise: boolean): Kernel<'x' | 'filter', FusedConv2DAttrs, 'bias' | 'preluActivationWeights'> =>
  (scope, { x, filter, bias, preluActivationWeights }, attributes) => {
    const y = withBias(scope, forward(scope, x, filter, attributes, depthwise), bias)
    const { activation, leakyreluAlpha } = attributes
    return activate(scope, y, (activation ?? 'linear') as Activation, preluActivationWeights, leakyreluAlpha)
  }

const backpropInput: Kernel<'dy' | 'filter', Conv2DBackpropInputAttrs> = (scope, { dy, filter }, attributes) => {
  const { inputShape } = attributes
  return inputGradient(scope, dy, filter, convAttributes(inputShape, filter.shape, attributes, false), inputShape)
}

const backpropFilter: Kernel<'x' | 'dy', Conv2DBackpropFilterAttrs> = (scope, { x, dy }, attributes) => {
  const { filterShape } = attributes
  return filterGradient(scope, x, dy, convAttributes(x.shape, filterShape, attributes, false), filterShape)
}

const depthwiseBackpropInput: Kernel<'dy' | 'filter', DepthwiseConv2dNativeBackpropInputAttrs> = (
  scope,
  { dy, filter },
  attributes,
) => {
  const { inputShape } = attributes
  const taps = scope.reshape(filter, groupedShape(filter.shape))
  return inputGradient(scope, dy, taps, convAttributes(inputShape, filter.shape, attributes, true), inputShape)
}

const depthwiseBackpropFilter: Kernel<'x' | 'dy', DepthwiseConv2dNativeBackpropFilterAttrs> = (
  scope,
  { x, dy },
  attributes,
) => {
  const { filterShape } = attributes
  const conv = convAttributes(x.shape, filterShape, attributes, true)
  return scope.reshape(filterGradient(scope, x, dy, conv, groupedShape(filterShape)), filterShape)
}

function steps3d({ strides, pad, dilations }: Pick<Conv3DAttrs, 'strides' | 'pad'> & Partial<Conv3DAttrs>): Attributes {
  const three = (value: number | readonly number[]): readonly number[] =>
    typeof value === 'number' ? [value, value, value] : value
  return {
    strides: { ints: [1, ...three(strides), 1] },
    dilations: { ints: [1, ...three(dilations ?? 1), 1] },
    padding: pad.toUpperCase(),
  }
}

const conv3d: Kernel<'x' | 'filter', Conv3DAttrs> = (scope, { x, filter }, attributes) =>
  scope.op('Conv3D', [x, filter], steps3d(attributes))

const conv3dBackpropInput: Kernel<'dy' | 'filter', Conv3DBackpropInputV2Attrs> = (scope, { dy, filter }, attributes) =>
  scope.op('Conv3DBackpropInputV2', [scope.ints(attributes.inputShape), filter, dy], steps3d(attributes))

const conv3dBackpropFilter: Kernel<'x' | 'dy', Conv3DBackpropFilterV2Attrs> = (scope, { x, dy }, attributes) =>
  scope.op('Conv3DBackpropFilterV2', [x, scope.ints(attributes.filterShape), dy], steps3d(attributes))

const dilation2d =
  (operation: string, ...names: readonly string[]) =>
  (scope: Scope, inputs: Readonly<Record<string, TensorInfo>>, attributes: Dilation2DAttrs): TensorInfo => {
    const { strides, dilations, pad } = attributes
    const two = (value: number | readonly number[]): readonly number[] =>
      typeof value === 'number' ? [value, value] : value
    return scope.op(
      operation,
      names.map((name) => inputs[name] as TensorInfo),
      {
        strides: { ints: [1, ...two(strides), 1] },
        rates: { ints: [1, ...two(dilations), 1] },
        padding: String(pad).toUpperCase(),
      },
    )
  }

export const CONVOLUTIONS: Readonly<Record<string, AnyKernel>> = {
  Conv2D: convolution(false),
  DepthwiseConv2dNative: convolution(true),
  FusedConv2D: fused(false),
  FusedDepthwiseConv2D: fused(true),
  Conv2DBackpropInput: backpropInput,
  Conv2DBackpropFilter: backpropFilter,
  DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
  DepthwiseConv2dNativeBackpropFilter: depthwiseBackpropFilter,
  Conv3D: conv3d,
  Conv3DBackpropInputV2: conv3dBackpropInput,
  Conv3DBackpropFilterV2: conv3dBackpropFilter,
  Dilation2D: dilation2d('Dilation2D', 'x', 'filter'),
  Dilation2DBackpropInput: dilation2d('Dilation2DBackpropInput', 'x', 'filter', 'dy'),
  Dilation2DBackpropFilter: dilation2d('Dilation2DBackpropFilter', 'x', 'filter', 'dy'),
}
