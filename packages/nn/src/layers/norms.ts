import { batchNormTrain, batchNorm as normalize, layerNorm as normalizeRows } from '@clas/kernels'
import { add, mul, type Tensor } from '@tensorflow/tfjs-core'
import { constant } from '../initializers.ts'
import { buffer, type Module, module, parameter } from '../module.ts'

/** How batch normalisation behaves. */
export interface BatchNormOptions {
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number
  /** How much of the running statistics stays in each step; default 0.9, as in PaddlePaddle. */
  readonly momentum?: number
  /** False where the published recipe decays neither weight nor bias; default true. */
  readonly decay?: boolean
  /** Keys of the running mean and variance; default `_mean` and `_variance`, as in PaddlePaddle. */
  readonly statistics?: readonly [mean: string, variance: string]
}

/**
 * Batch normalisation over all axes but the last (Ioffe and Szegedy 2015). In training it normalises by the batch's own
 * mean and biased variance, and moves the running ones: new = momentum * old + (1 - momentum) * batch, as PaddlePaddle
 * does. Keys, all [channels]: `weight`, `bias`, `_mean`, `_variance` (or as `statistics` says).
 *
 * @param channels - length of the last axis
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { apply, batchNorm, init } from '@clas/nn'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const norm = batchNorm(3)
 * const { buffers } = apply(norm, init(norm, createRng(1)), ones([2, 4, 4, 3]), { training: true })
 * buffers._mean?.print() // 0.1 of the way to 1
 * ```
 */
export function batchNorm(channels: number, options: BatchNormOptions = {}): Module {
  const { epsilon = 1e-5, momentum = 0.9, decay = true, statistics = ['_mean', '_variance'] } = options
  const [meanKey, varianceKey] = statistics
  const moved = (old: Tensor, batch: Tensor): Tensor => add(mul(old, momentum), mul(batch, 1 - momentum))
  return module(
    {
      weight: parameter([channels], constant(1), { decay }),
      bias: parameter([channels], constant(0), { decay }),
      [meanKey]: buffer([channels], constant(0)),
      [varianceKey]: buffer([channels], constant(1)),
    },
    (parts, x, context) => {
      const { weight, bias } = parts
      const [oldMean, oldVariance] = [parts[meanKey] as Tensor, parts[varianceKey] as Tensor]
      if (!context.training) return normalize(x, oldMean, oldVariance, weight, bias, epsilon)
      const { output, mean, variance } = batchNormTrain(x, weight, bias, epsilon)
      context.update(meanKey, moved(oldMean, mean))
      context.update(varianceKey, moved(oldVariance, variance))
      return output
    },
    'batchNorm',
  )
}

/**
 * Normalises the last axis to mean 0 and variance 1 (Ba et al. 2016). Keys, both [features]: `weight`, `bias`.
 *
 * @param features - length of the last axis
 * @param options - `epsilon`, added to the variance; default 1e-5
 */
export function layerNorm(features: number, { epsilon = 1e-5 }: { readonly epsilon?: number } = {}): Module {
  return module(
    { weight: parameter([features], constant(1)), bias: parameter([features], constant(0)) },
    ({ weight, bias }, x) => normalizeRows(x, weight, bias, epsilon),
    'layerNorm',
  )
}
