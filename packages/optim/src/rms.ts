import type { Tensors } from '@clas/core'
import { add, mul, rsqrt, scalar, square, tidy, zerosLike } from '@tensorflow/tfjs-core'
import { average } from './average.ts'
import { kept } from './kept.ts'
import { mapEach } from './map-each.ts'
import { requireFraction, requireOverZero } from './options.ts'
import type { Transform } from './transform.ts'

/** Factors of RMSProp. */
export interface RmsOptions {
  /** Of the mean of squared gradients, in [0, 1); default 0.95. */
  readonly rho?: number
  /** Inside the root, over 0; default 1e-6. */
  readonly epsilon?: number
}

/** What {@link scaleByRms} keeps. */
export type RmsState = { readonly squares: Tensors }

/**
 * RMSProp's direction: `g / √(v + epsilon)`, with `v = rho v + (1 - rho) g²`, from zero.
 *
 * Epsilon is inside the root, as in Paddle and TensorFlow; PyTorch has `√v + epsilon`. Hinton, Neural networks for machine
 * learning, lecture 6e (2012).
 *
 * @throws `bad-option` when rho is outside [0, 1) or epsilon not over 0
 * @example
 * ```ts
 * import { createOptimizer, scaleByRms } from '@clas/optim'
 * console.log(createOptimizer(scaleByRms({ rho: 0.9 }), 0.01).name)
 * ```
 */
export function scaleByRms({ rho = 0.95, epsilon = 1e-6 }: RmsOptions = {}): Transform<RmsState> {
  requireFraction('rho', rho)
  requireOverZero('epsilon', epsilon)
  return {
    name: 'scaleByRms',
    init: (params) => ({ squares: mapEach(params, (param) => zerosLike(param)) }),
    update(updates, state) {
      const squares = average(state.squares, updates, rho, square)
      const smallest = scalar(epsilon)
      const directions = mapEach(updates, (gradient, path) =>
        tidy(() => mul(gradient, rsqrt(add(kept(squares, path, gradient, 'scaleByRms'), smallest)))),
      )
      return [directions, { squares: { ...state.squares, ...squares } }]
    },
  }
}
