import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Shape } from '../../contract.ts'
import { isEmpty } from './padding.ts'
import { type Kernel, type Scope, sizeOf } from './scope.ts'

interface Epsilon {
  readonly epsilon: number
}

/** ClasChannelSum */
export const channelSum: Kernel<'dy'> = (scope, { dy }) => {
  const channels = dy.shape.at(-1) ?? 1
  if (isEmpty(dy.shape)) return scope.fill([channels], 0)
  // Of another shape than the gradient of the filter sees: in a graph oneDNN would sum up with that, in another order.
  return dy.shape.length === 1
    ? dy
    : scope.op('BiasAddGrad', [scope.reshape(dy, [sizeOf(dy.shape) / channels, channels])])
}

/** ClasAffine */
export const affine: Kernel<'x' | 'scale' | 'offset'> = (scope, { x, scale, offset }) =>
  affineOf(scope, x, scale, offset)

/** x * scale + offset by channels, in one pass. */
function affineOf(scope: Scope, x: TensorInfo, scale: TensorInfo, offset: TensorInfo): TensorInfo {
  if (isEmpty(x.shape)) return x
  const channels = scale.shape[0] as number
  const [mean, variance] = [scope.fill([channels], 0), scope.fill([channels], 1)]
  // Only the first of the outputs is made when it isn't trained.
  const [y] = scope.run(
    'FusedBatchNormV3',
    [asPicture(scope, x), scale, offset, mean, variance],
    { is_training: false, epsilon: { float: 0 } },
    6,
  )
  return scope.reshape(y as TensorInfo, x.shape)
}

/** ClasBatchNorm */
export const batchNorm: Kernel<'x' | 'gamma' | 'beta', Epsilon> = (scope, { x, gamma, beta }, { epsilon }) => {
  const none = scope.floats([], [0])
  const [y, mean, corrected, , biased] = scope.run(
    'FusedBatchNormV3',
    [asPicture(scope, x), gamma, beta, none, none],
    { is_training: true, epsilon: { float: epsilon } },
    6,
  ) as [TensorInfo, TensorInfo, TensorInfo, TensorInfo, TensorInfo]
  return [scope.reshape(y, x.shape), mean, scope.executor.onGpu ? uncorrected(scope, corrected, x) : biased]
}

/** On a GPU there is only the variance divided by one less than the count. */
function uncorrected(scope: Scope, variance: TensorInfo, x: TensorInfo): TensorInfo {
  const count = sizeOf(x.shape) / (variance.shape[0] as number)
  return scope.op('Mul', [variance, scope.float((count - 1) / count)])
}

/** ClasBatchNormGradient */
export const batchNormGradient: Kernel<'dy' | 'x' | 'gamma' | 'mean' | 'variance', Epsilon> = (
  scope,
  { dy, x, gamma, mean, variance },
  { epsilon },
) => {
  // What the forward pass puts aside: the variance, on a GPU one by its root.
  const spread = scope.executor.onGpu
    ? scope.op('Rsqrt', [scope.op('AddV2', [variance, scope.float(epsilon)])])
    : variance
  const [dx, dgamma, dbeta] = scope.run(
    'FusedBatchNormGradV3',
    [asPicture(scope, dy), asPicture(scope, x), gamma, mean, spread, scope.floats([], [0])],
    { is_training: true, epsilon: { float: epsilon } },
    5,
  ) as [TensorInfo, TensorInfo, TensorInfo]
  return [scope.reshape(dx, x.shape), dgamma, dbeta]
}

/** ClasLayerNorm */
export const layerNorm: Kernel<'x' | 'gamma' | 'beta', Epsilon> = (scope, { x, gamma, beta }, { epsilon }) => {
  const [rows, columns] = rowsOf(x.shape)
  if (rows * columns === 0) return [x, scope.fill([rows], 0), scope.fill([rows], 0)]
  const mean = meanOfRows(scope, scope.reshape(x, [rows, columns]))
  const centred = scope.op('Sub', [scope.reshape(x, [rows, columns]), mean])
  const variance = meanOfRows(scope, scope.op('Square', [centred]))
  const normal = scope.op('Mul', [centred, oneByDeviation(scope, variance, epsilon)])
  const y = affineOf(scope, normal, gamma, beta)
  return [scope.reshape(y, x.shape), scope.reshape(mean, [rows]), scope.reshape(variance, [rows])]
}

/** ClasLayerNormGradient: with n = (x - mean) / s and g = dy * gamma, dx = (g - mean(g) - n * mean(g * n)) / s. */
export const layerNormGradient: Kernel<'dy' | 'x' | 'gamma' | 'mean' | 'variance', Epsilon> = (
  scope,
  { dy, x, gamma, mean, variance },
  { epsilon },
) => {
  const [rows, columns] = rowsOf(x.shape)
  if (rows * columns === 0) return [x, scope.fill([columns], 0), scope.fill([columns], 0)]
  const flat = (t: TensorInfo): TensorInfo => scope.reshape(t, [rows, columns])
  const byRow = (t: TensorInfo): TensorInfo => scope.reshape(t, [rows, 1])
  const upstream = flat(dy)
  const inverse = oneByDeviation(scope, byRow(variance), epsilon)
  const normal = scope.op('Mul', [scope.op('Sub', [flat(x), byRow(mean)]), inverse])
  const product = scope.op('Mul', [upstream, normal])
  // A mean over rows of something times gamma is a product with a vector.
  const weights = scope.op('Mul', [scope.reshape(gamma, [columns, 1]), scope.float(1 / columns)])
  const meanGradient = scope.op('MatMul', [upstream, weights])
  const meanProduct = scope.op('MatMul', [product, weights])
  const centred = scope.op('Sub', [scope.op('Mul', [upstream, gamma]), meanGradient])
  const rest = scope.op('Sub', [centred, scope.op('Mul', [normal, meanProduct])])
  const dx = scope.reshape(scope.op('Mul', [rest, inverse]), x.shape)
  return [dx, scope.op('BiasAddGrad', [product]), scope.op('BiasAddGrad', [upstream])]
}

function meanOfRows(scope: Scope, x: TensorInfo): TensorInfo {
  return scope.op('Mean', [x, scope.ints([1])], { keep_dims: true })
}

function oneByDeviation(scope: Scope, variance: TensorInfo, epsilon: number): TensorInfo {
  return scope.op('Rsqrt', [scope.op('AddV2', [variance, scope.float(epsilon)])])
}

/** All but the last axis as one. */
function rowsOf(shape: Shape): readonly [number, number] {
  return [sizeOf(shape.slice(0, -1)), shape.at(-1) ?? 1]
}

/** [batch, height, width, channels] for operations on pictures. */
function asPicture(scope: Scope, x: TensorInfo): TensorInfo {
  if (x.shape.length === 4) return x
  const [rows, columns] = rowsOf(x.shape)
  return scope.reshape(x, [rows, 1, 1, columns])
}
