import { add, mul, rsqrt, sub, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { checkRank, checkShape, mismatch, show } from './check.ts'
import { runKernel, runOne } from './run-kernel.ts'

/** What batch normalisation makes of a batch. */
export interface BatchNormTrainResult {
  /** As x: (x - mean) / sqrt(variance + epsilon) * gamma + beta. */
  readonly output: Tensor
  /** [channels]: of this batch. A constant to gradients. */
  readonly mean: Tensor
  /** [channels]: of this batch, divided by the count (biased). A constant to gradients. */
  readonly variance: Tensor
}

/**
 * Batch normalisation by the batch's own mean and variance (Ioffe and Szegedy 2015), through which the gradient flows.
 *
 * @param x - [..., channels]; the mean is taken over all but the last axis
 * @param gamma - [channels]
 * @param beta - [channels]
 * @param epsilon - added to the variance
 * @throws `shape-mismatch`, also for an empty batch, which has no mean; `backend-not-ready`
 * @example
 * ```ts
 * import { batchNormTrain, useBackend } from '@clas/kernels'
 * import { ones, tensor2d, zeros } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const { mean, variance } = batchNormTrain(tensor2d([[0, 1], [2, 3], [4, 5]]), ones([2]), zeros([2]), 1e-5)
 * console.log(mean.dataSync(), variance.dataSync()) // 2, 3 and 8 / 3, 8 / 3
 * ```
 */
export function batchNormTrain(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): BatchNormTrainResult {
  checkChannels('batchNormTrain', x, { gamma, beta })
  if (x.size === 0) mismatch('batchNormTrain', 'x', 'at least one value per channel', show(x.shape))
  const [output, mean, variance] = runKernel('ClasBatchNorm', { x, gamma, beta }, { epsilon })
  return { output: output as Tensor, mean: mean as Tensor, variance: variance as Tensor }
}

/**
 * Batch normalisation by given statistics: (x - mean) / sqrt(variance + epsilon) * gamma + beta. Differentiable with
 * respect to every tensor.
 *
 * @param x - [..., channels]
 * @param mean - [channels]
 * @param variance - [channels], at least 0
 * @param gamma - [channels]
 * @param beta - [channels]
 * @param epsilon - added to the variance
 * @throws `shape-mismatch`, `backend-not-ready`
 * @example
 * ```ts
 * import { batchNorm, useBackend } from '@clas/kernels'
 * import { ones, zeros } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const c = zeros([3])
 * console.log(batchNorm(ones([2, 4, 4, 3]), c, ones([3]), ones([3]), c, 1e-5).shape) // [2, 4, 4, 3]
 * ```
 */
export function batchNorm(
  x: Tensor,
  mean: Tensor,
  variance: Tensor,
  gamma: Tensor,
  beta: Tensor,
  epsilon: number,
): Tensor {
  checkChannels('batchNorm', x, { mean, variance, gamma, beta })
  return tidy(() => {
    const scale = mul(gamma, rsqrt(add(variance, epsilon)))
    return runOne('ClasAffine', { x, scale, offset: sub(beta, mul(mean, scale)) })
  })
}

function checkChannels(op: string, x: Tensor, others: Readonly<Record<string, Tensor>>): void {
  checkRank(op, 'x', x, 1)
  const channels = x.shape.at(-1) as number
  for (const [name, tensor] of Object.entries(others)) checkShape(op, name, tensor, [channels])
}
