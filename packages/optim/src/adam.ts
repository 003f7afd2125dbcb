import type { Tensors } from '@clas/core'
import { add, div, mul, sqrt, square, tidy, zerosLike } from '@tensorflow/tfjs-core'
import { average } from './average.ts'
import { kept } from './kept.ts'
import { mapEach } from './map-each.ts'
import { requireAtLeastZero, requireFraction } from './options.ts'
import { withRole } from './role.ts'
import { scalars } from './scalars.ts'
import type { Transform } from './transform.ts'

/** Factors of Adam. */
export interface AdamOptions {
  /** Of the mean of gradients, in [0, 1); default 0.9. */
  readonly beta1?: number
  /** Of the mean of squared gradients, in [0, 1); default 0.999. */
  readonly beta2?: number
  /** Keeps the quotient finite, at least 0; default 1e-8. */
  readonly epsilon?: number
}

/** What {@link scaleByAdam} keeps. */
export type AdamState = {
  readonly mean: Tensors
  readonly squares: Tensors
  /** Gradients that each parameter has had. */
  readonly count: Readonly<Record<string, number>>
}

/**
 * Adam's direction: `m̂ / (√v̂ + epsilon)`, with `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g²`,
 * `m̂ = m / (1 - beta1^t)`, `v̂ = v / (1 - beta2^t)`, and `t` the number of gradients of the parameter.
 *
 * It is computed as Paddle does: `m · √(1 - beta2^t) / (1 - beta1^t)` over `√v + epsilon √(1 - beta2^t)`, which equals
 * PyTorch's form but for rounding. Kingma and Ba, Adam (2015).
 *
 * @throws `bad-option` when a beta is outside [0, 1) or epsilon under 0
 * @example
 * ```ts
 * import { addDecayedWeights, chain, createOptimizer, scaleByAdam } from '@clas/optim'
 * const optimizer = createOptimizer(chain(scaleByAdam({ beta2: 0.98 }), addDecayedWeights(0.05)), 1e-3)
 * console.log(optimizer.name)
 * ```
 */
export function scaleByAdam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {}): Transform<AdamState> {
  requireFraction('beta1', beta1)
  requireFraction('beta2', beta2)
  requireAtLeastZero('epsilon', epsilon)
  return withRole(
    { kind: 'adam', beta1, beta2, epsilon },
    {
      name: 'scaleByAdam',
      init: (params) => ({
        mean: mapEach(params, (param) => zerosLike(param)),
        squares: mapEach(params, (param) => zerosLike(param)),
        count: {},
      }),
      update(updates, state) {
        const mean = average(state.mean, updates, beta1)
        const squares = average(state.squares, updates, beta2, square)
        const count: Record<string, number> = { ...state.count }
        const asScalar = scalars()
        const directions = mapEach(mean, (first, path) => {
          const t = (count[path] ?? 0) + 1
          count[path] = t
          const root = Math.sqrt(1 - beta2 ** t)
          const factor = asScalar(root / (1 - beta1 ** t))
          const smallest = asScalar(epsilon * root)
          return tidy(() => div(mul(first, factor), add(sqrt(kept(squares, path, first, 'scaleByAdam')), smallest)))
        })
        return [directions, { mean: { ...state.mean, ...mean }, squares: { ...state.squares, ...squares }, count }]
      },
    },
  )
}
