import {
  type AvgPoolGradAttrs,
  backend_util,
  type KernelFunc,
  type MaxPoolGradAttrs,
  type SumAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import type { PoolAttributes, Shape } from '../contract.ts'
import { sizeOf, type WebgpuBackend } from './backend.ts'
import type { WebgpuKernel } from './call.ts'
import { toAll, toLargest } from './pool.ts'

type Rounding = 'floor' | 'round' | 'ceil'

/** tfjs's own divides by the whole window where its forward pass leaves the padding out. */
export const avgPoolGrad: WebgpuKernel<AvgPoolGradAttrs> = (call, attributes) => {
  const { shape } = call.input('input')
  return toAll(call, call.input('dy'), shape, poolOf(shape, attributes))
}

/** tfjs's own gives to the last of equal cells here and to the first on its other backends. */
export const maxPoolGrad: WebgpuKernel<MaxPoolGradAttrs> = (call, attributes) => {
  const input = call.input('input')
  return toLargest(call, call.input('dy'), input, poolOf(input.shape, attributes))
}

/** tfjs's own stops with an error where there is nothing to sum. */
export function sumOf(original: KernelFunc): KernelFunc {
  return (params) => {
    const { x } = params.inputs as { x: TensorInfo }
    const { axis, keepDims } = params.attrs as unknown as SumAttrs & { readonly keepDims: boolean }
    if (sizeOf(x.shape) > 0 || x.dtype !== 'float32') return original(params)
    const axes = util.parseAxisParam(axis, x.shape)
    const kept = x.shape.flatMap((length, i) => (!axes.includes(i) ? [length] : keepDims ? [1] : []))
    return (params.backend as WebgpuBackend).makeTensorInfo(kept, 'float32', new Float32Array(sizeOf(kept)))
  }
}

function poolOf(
  x: Shape,
  { filterSize, strides, pad, dimRoundingMode }: AvgPoolGradAttrs & { dimRoundingMode?: Rounding },
): PoolAttributes {
  const shape = [...x] as [number, number, number, number]
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode)
  const { top, bottom, left, right } = info.padInfo
  return {
    size: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, bottom, left, right],
  }
}
