import type { AvgPool3DAttrs, MaxPoolWithArgmaxAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { poolShape } from '../../contract.ts'
import { type PoolSteps, poolAttributes } from '../../tfjs-attributes.ts'
import type { Attributes } from '../runtime.ts'
import { paddingOf } from './padding.ts'
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pooling.ts'
import type { AnyKernel, Kernel } from './scope.ts'

const pool =
  (kernel: typeof maxPool): Kernel<'x', PoolSteps> =>
  (scope, { x }, pooling) =>
    kernel(scope, { x }, poolAttributes(x.shape, pooling))

const maxPoolGrad: Kernel<'dy' | 'input' | 'output', PoolSteps> = (scope, { dy, input, output }, pooling) =>
  maxPoolGradient(scope, { dy, x: input, y: output }, poolAttributes(input.shape, pooling))

const avgPoolGrad: Kernel<'dy' | 'input', PoolSteps> = (scope, { dy, input }, pooling) =>
  averagePoolGradient(scope, { dy }, { ...poolAttributes(input.shape, pooling), inputShape: input.shape })

const maxPoolWithArgmax: Kernel<'x', MaxPoolWithArgmaxAttrs> = (scope, { x }, attributes) => {
  const { filterSize, strides, pad, includeBatchInIndex } = attributes
  const windows = poolAttributes(x.shape, { filterSize, strides, pad })
  const padding = paddingOf(x.shape, poolShape(x.shape, windows), windows)
  const [y, places] = scope.run(
    'MaxPoolWithArgmax',
    [x],
    {
      ksize: { ints: [1, ...windows.size, 1] },
      strides: { ints: [1, ...windows.strides, 1] },
      padding: typeof padding === 'string' ? padding : String(pad).toUpperCase(),
      include_batch_in_index: includeBatchInIndex,
      Targmax: { type: 3 },
    },
    2,
  ) as [TensorInfo, TensorInfo]
  return [y, places]
}

type Pooling3d = Pick<AvgPool3DAttrs, 'filterSize' | 'strides' | 'pad'>

function windows3d({ filterSize, strides, pad }: Pooling3d): Attributes {
  const three = (value: number | readonly number[]): readonly number[] =>
    typeof value === 'number' ? [value, value, value] : value
  return {
    ksize: { ints: [1, ...three(filterSize), 1] },
    strides: { ints: [1, ...three(strides), 1] },
    padding: String(pad).toUpperCase(),
  }
}

const pool3d =
  (operation: string): Kernel<'x', Pooling3d> =>
  (scope, { x }, pooling) =>
    scope.op(operation, [x], windows3d(pooling))

const avgPool3dGrad: Kernel<'dy' | 'input', Pooling3d> = (scope, { dy, input }, pooling) =>
  scope.op('AvgPool3DGrad', [scope.ints(input.shape), dy], windows3d(pooling))

/** tfjs gives the output, or leaves it to be computed again. */
const maxPool3dGrad: Kernel<'dy' | 'input', Pooling3d, 'output'> = (scope, { dy, input }, pooling) => {
  const windows = windows3d(pooling)
  return scope.op('MaxPool3DGrad', [input, scope.op('MaxPool3D', [input], windows), dy], windows)
}

export const POOLS: Readonly<Record<string, AnyKernel>> = {
  MaxPool: pool(maxPool),
  AvgPool: pool(averagePool),
  MaxPoolGrad: maxPoolGrad,
  AvgPoolGrad: avgPoolGrad,
  MaxPoolWithArgmax: maxPoolWithArgmax,
  MaxPool3D: pool3d('MaxPool3D'),
  AvgPool3D: pool3d('AvgPool3D'),
  MaxPool3DGrad: maxPool3dGrad,
  AvgPool3DGrad: avgPool3dGrad,
}
