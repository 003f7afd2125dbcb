import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type PoolAttributes, poolShape, type Shape } from '../../contract.ts'
import type { Attributes } from '../runtime.ts'
import { isEmpty, type Padding, padded, paddedShape, paddingAttributes, paddingOf, unpadded } from './padding.ts'
import type { Kernel, Scope } from './scope.ts'

/** ClasMaxPool */
export const maxPool: Kernel<'x', PoolAttributes> = (scope, { x }, attributes) => {
  const shape = poolShape(x.shape, attributes)
  if (isEmpty(shape)) return scope.fill(shape, 0)
  const padding = paddingOf(x.shape, shape, attributes)
  return scope.op('MaxPool', [x], { ...windowsOf(attributes), ...paddingAttributes(padding) })
}

/** ClasMaxPoolGradient */
export const maxPoolGradient: Kernel<'dy' | 'x' | 'y', PoolAttributes> = (scope, { dy, x, y }, attributes) => {
  if (isEmpty(dy.shape)) return scope.fill(x.shape, 0)
  const padding = paddingOf(x.shape, dy.shape, attributes)
  return scope.op('MaxPoolGrad', [x, y, dy], { ...windowsOf(attributes), ...paddingAttributes(padding) })
}

/** ClasAveragePool */
export const averagePool: Kernel<'x', PoolAttributes> = (scope, { x }, attributes) => {
  const shape = poolShape(x.shape, attributes)
  if (isEmpty(shape)) return scope.fill(shape, 0)
  const padding = paddingOf(x.shape, shape, attributes)
  const { x: picture, padding: rule } = padded(scope, x, padding)
  const y = scope.op('AvgPool', [picture], { ...windowsOf(attributes), padding: rule })
  return scaled(scope, y, x.shape, padding, attributes)
}

/** ClasAveragePoolGradient */
export const averagePoolGradient: Kernel<'dy', PoolAttributes & { readonly inputShape: Shape }> = (
  scope,
  { dy },
  attributes,
) => {
  const { inputShape } = attributes
  if (isEmpty(dy.shape)) return scope.fill(inputShape, 0)
  const padding = paddingOf(inputShape, dy.shape, attributes)
  const rule = typeof padding === 'string' ? padding : 'VALID'
  const shape = scope.ints(paddedShape(inputShape, padding))
  const dx = scope.op('AvgPoolGrad', [shape, scaled(scope, dy, inputShape, padding, attributes)], {
    ...windowsOf(attributes),
    padding: rule,
  })
  return unpadded(scope, dx, padding, inputShape)
}

function windowsOf({ size, strides }: PoolAttributes): Attributes {
  return { ksize: { ints: [1, ...size, 1] }, strides: { ints: [1, ...strides, 1] } }
}

/** Times the cells of a window by those of them inside the picture: zeros that were put around it don't count. */
function scaled(scope: Scope, y: TensorInfo, x: Shape, padding: Padding, attributes: PoolAttributes): TensorInfo {
  if (typeof padding === 'string') return y
  const [down, across] = [0, 1].map((axis) => {
    const size = attributes.size[axis] as number
    return Array.from({ length: y.shape[axis + 1] as number }, (_, i) => {
      const start = i * (attributes.strides[axis] as number) - (padding.before[axis] as number)
      return size / (Math.min(start + size, x[axis + 1] as number) - Math.max(start, 0))
    })
  }) as [number[], number[]]
  const ratios = down.flatMap((above) => across.map((beside) => above * beside))
  return scope.op('Mul', [y, scope.floats(ratios, [1, down.length, across.length, 1])])
}
