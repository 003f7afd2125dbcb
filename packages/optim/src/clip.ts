import { mapTensors, type Tensors } from '@clas/core'
import { addN, div, maximum, mul, scalar, sqrt, square, sum, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { requireOverZero } from './options.ts'
import type { NoState, Transform } from './transform.ts'

/**
 * Scales all gradients by one factor so that the L2 norm of them together is at most `max`: `max / max(norm, max)`.
 *
 * Pascanu et al., On the difficulty of training recurrent neural networks (2013). PyTorch's `clip_grad_norm_` divides by
 * `norm + 1e-6`; this divides by `norm`, as Paddle's `ClipGradByGlobalNorm`. A gradient that is not finite stays so.
 *
 * @param max - over 0
 * @throws `bad-option` when it is not
 * @example
 * ```ts
 * import { chain, clipByGlobalNorm, createOptimizer, trace } from '@clas/optim'
 * const optimizer = createOptimizer(chain(clipByGlobalNorm(1), trace({ momentum: 0.9 })), 0.1)
 * console.log(optimizer.name)
 * ```
 */
export function clipByGlobalNorm(max: number): Transform<NoState> {
  requireOverZero('max', max)
  const clip = (gradients: Tensors): Tensors =>
    tidy(() => {
      const squares = Object.values(gradients).map((gradient) => sum(square(gradient)))
      if (squares.length === 0) return gradients
      const factor = factorOf(sqrt(addN(squares)), max)
      return mapTensors(gradients, (gradient) => mul(gradient, factor))
    })
  return { name: 'clipByGlobalNorm', init: () => ({}), update: (updates, state) => [clip(updates), state] }
}

/**
 * Scales each gradient on its own so that its L2 norm is at most `max`: Paddle's `ClipGradByNorm`, PaddleClas's
 * `clip_norm`.
 *
 * @param max - over 0
 * @throws `bad-option` when it is not
 * @example
 * ```ts
 * import { chain, clipByNorm, createOptimizer, trace } from '@clas/optim'
 * console.log(createOptimizer(chain(clipByNorm(1), trace({ momentum: 0.9 })), 0.1).name)
 * ```
 */
export function clipByNorm(max: number): Transform<NoState> {
  requireOverZero('max', max)
  const clip = (gradient: Tensor): Tensor => mul(gradient, factorOf(sqrt(sum(square(gradient))), max))
  return { name: 'clipByNorm', init: () => ({}), update: (updates, state) => [mapTensors(updates, clip), state] }
}

/** Exactly 1 where the norm is within the limit. */
function factorOf(norm: Tensor, max: number): Tensor {
  const limit = scalar(max)
  return div(limit, maximum(norm, limit))
}
