import type { FusedBatchNormAttrs, LRNAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import type { Attributes } from '../runtime.ts'
import { CREATION } from './creation.ts'
import { ELEMENTWISE } from './elementwise.ts'
import { fusedMatMul } from './fused.ts'
import { IMAGES } from './images.ts'
import { INDEXING } from './indexing.ts'
import { einsum, matMul } from './mat-mul.ts'
import { REDUCTIONS } from './reductions.ts'
import type { AnyKernel, Kernel } from './scope.ts'
import { SHAPES } from './shapes.ts'
import { softmax } from './softmax.ts'
import { CONVOLUTIONS } from './tfjs-convolutions.ts'
import { POOLS } from './tfjs-pools.ts'

/** By given statistics, of any shape that can be broadcast. */
const fusedBatchNorm: Kernel<'x' | 'mean' | 'variance', FusedBatchNormAttrs, 'offset' | 'scale'> = (
  scope,
  { x, mean, variance, offset, scale },
  { varianceEpsilon },
) => {
  const inverse = scope.op('Rsqrt', [scope.op('AddV2', [variance, scope.float(varianceEpsilon)])])
  const factor = scale ? scope.op('Mul', [inverse, scale]) : inverse
  const shift = scope.op('Mul', [mean, factor])
  const y = scope.op('Sub', [scope.op('Mul', [x, factor]), shift])
  return offset ? scope.op('AddV2', [y, offset]) : y
}

const responseOptions = ({ depthRadius, bias, alpha, beta }: LRNAttrs): Attributes => ({
  depth_radius: { int: depthRadius },
  bias: { float: bias },
  alpha: { float: alpha },
  beta: { float: beta },
})

const responseNorm: Kernel<'x', LRNAttrs> = (scope, { x }, attributes) =>
  scope.op('LRN', [x], responseOptions(attributes))

const responseNormGrad: Kernel<'x' | 'y' | 'dy', LRNAttrs> = (scope, { x, y, dy }, attributes) =>
  scope.op('LRNGrad', [dy, x, y], responseOptions(attributes))

const tfjsSoftmax: Kernel<'logits'> = (scope, { logits }) => softmax(scope, { x: logits as TensorInfo }, undefined)

/** The kernels of tfjs. */
export const TFJS_KERNELS: Readonly<Record<string, AnyKernel>> = {
  ...ELEMENTWISE,
  ...REDUCTIONS,
  ...SHAPES,
  ...INDEXING,
  ...CREATION,
  ...CONVOLUTIONS,
  ...POOLS,
  ...IMAGES,
  BatchMatMul: matMul,
  _FusedMatMul: fusedMatMul,
  Einsum: einsum,
  Softmax: tfjsSoftmax,
  FusedBatchNorm: fusedBatchNorm,
  LRN: responseNorm,
  LRNGrad: responseNormGrad,
}
