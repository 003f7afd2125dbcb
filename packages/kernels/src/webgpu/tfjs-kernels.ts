import {
  type AvgPoolGradAttrs,
  type KernelFunc,
  type MaxPoolGradAttrs,
  type SumAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { poolAttributes } from '../tfjs-attributes.ts'
import { sizeOf, type WebgpuBackend } from './backend.ts'
import type { WebgpuKernel } from './call.ts'
import { toAll, toLargest } from './pool.ts'

/** tfjs's own divides by the whole window where its forward pass leaves the padding out. */
export const avgPoolGrad: WebgpuKernel<AvgPoolGradAttrs> = (call, attributes) => {
  const { shape } = call.input('input')
  return toAll(call, call.input('dy'), shape, poolAttributes(shape, attributes))
}

/** tfjs's own gives to the last of equal cells here and to the first on its other backends. */
export const maxPoolGrad: WebgpuKernel<MaxPoolGradAttrs> = (call, attributes) => {
  const input = call.input('input')
  return toLargest(call, call.input('dy'), input, poolAttributes(input.shape, attributes))
}

/** tfjs's own stops with an error where there is nothing to sum. */
export function sumOf(original: KernelFunc | undefined): KernelFunc {
  return (params) => {
    const { x } = params.inputs as { x: TensorInfo }
    const { axis, keepDims } = params.attrs as unknown as SumAttrs & { readonly keepDims: boolean }
    if (original && (sizeOf(x.shape) > 0 || x.dtype !== 'float32')) return original(params)
    const axes = util.parseAxisParam(axis, x.shape)
    const kept = x.shape.flatMap((length, i) => (!axes.includes(i) ? [length] : keepDims ? [1] : []))
    return (params.backend as WebgpuBackend).makeTensorInfo(kept, 'float32', new Float32Array(sizeOf(kept)))
  }
}
