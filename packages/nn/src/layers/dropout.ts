import type { Rng } from '@clas/core'
import { hostTensor } from '@clas/kernels'
import { mul, type Tensor } from '@tensorflow/tfjs-core'
import { type Module, module } from '../module.ts'

/**
 * Sets each value to zero with probability `p` in training (Srivastava et al. 2014), and leaves the shape as it is.
 * Draws random numbers: in training, `apply` needs an `rng`.
 *
 * @param p - in [0, 1)
 * @param options - `mode`: `upscale` (default) multiplies the rest by 1 / (1 - p) in training;
 *   `downscaleInInference` multiplies all by 1 - p in evaluation instead, as many published weights assume
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { apply, dropout } from '@clas/nn'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const variables = { params: {}, buffers: {} }
 * apply(dropout(0.5), variables, ones([8]), { training: true, rng: createRng(1) }).output.print() // zeros and twos
 * ```
 */
export function dropout(p: number, options: { readonly mode?: 'upscale' | 'downscaleInInference' } = {}): Module {
  const { mode = 'upscale' } = options
  return module(
    {},
    (_, x, context) => {
      const downscale = mode === 'downscaleInInference'
      if (p === 0) return x.clone()
      if (!context.training) return downscale ? mul(x, 1 - p) : x.clone()
      return mul(x, mask(context.rng, x.shape, p, downscale ? 1 : 1 / (1 - p)))
    },
    'dropout',
  )
}

/**
 * Stochastic depth (Huang et al. 2016): drops the whole residual branch of a picture with probability `p` in training,
 * and multiplies the others by 1 / (1 - p). Draws random numbers: in training, `apply` needs an `rng`.
 *
 * @param p - in [0, 1)
 */
export function dropPath(p: number): Module {
  return module(
    {},
    (_, x, context) => {
      if (p === 0 || !context.training) return x.clone()
      const perPicture = [x.shape[0] ?? 1, ...x.shape.slice(1).map(() => 1)]
      return mul(x, mask(context.rng, perPicture, p, 1 / (1 - p)))
    },
    'dropPath',
  )
}

function mask(stream: Rng, shape: readonly number[], p: number, kept: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1)
  return hostTensor(stream, shape, (rng) => Float32Array.from({ length: count }, () => (rng.next() < p ? 0 : kept)))
}
