import { layerNorm } from '@clas/kernels'
import { add, mul, ones, reshape, transpose, zeros } from '@tensorflow/tfjs-core'
import { constant } from '../initializers.ts'
import { type Module, module, parameter } from '../module.ts'

/** How group normalisation behaves. */
export interface GroupNormOptions {
  /** Into how many groups the channels are split, a divisor of them; default 1: all channels together. */
  readonly groups?: number
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number
}

/**
 * Normalises each group of channels of a picture, over all its places, to mean 0 and variance 1 (Wu and He 2018, arXiv
 * 1803.08494). Keys, both [channels]: `weight`, `bias`.
 *
 * @param channels - length of the last axis
 * @example
 * ```ts
 * import { groupNorm, summary } from '@clas/nn'
 * console.log(summary(groupNorm(16, { groups: 4 }), [1, 8, 8, 16]).outputShape) // [1, 8, 8, 16]
 * ```
 */
export function groupNorm(channels: number, options: GroupNormOptions = {}): Module {
  const { groups = 1, epsilon = 1e-5 } = options
  return module(
    { weight: parameter([channels], constant(1)), bias: parameter([channels], constant(0)) },
    ({ weight, bias }, x) => {
      const [batch = 1] = x.shape
      const size = channels / groups
      const places = x.size / (batch * channels)
      const grouped = transpose(reshape(x, [batch, places, groups, size]), [0, 2, 1, 3])
      const rows = reshape(grouped, [batch * groups, places * size])
      const normalized = layerNorm(rows, ones([places * size]), zeros([places * size]), epsilon)
      const inPlace = transpose(reshape(normalized, [batch, groups, places, size]), [0, 2, 1, 3])
      return add(mul(reshape(inPlace, x.shape), weight), bias)
    },
    'groupNorm',
  )
}
