import { add, mul, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { mapEach } from './map-each.ts'
import { requireAtLeastZero } from './options.ts'
import { withRole } from './role.ts'
import { scalars } from './scalars.ts'
import { type ParamSelector, selectsParam } from './selection.ts'
import type { NoState, Transform } from './transform.ts'

/** Which parameters don't decay. */
export interface DecayOptions {
  /** Default: none. */
  readonly except?: ParamSelector | readonly ParamSelector[]
}

/**
 * Adds `coefficient · parameter` to each update. Before momentum it is L2 regularisation (Paddle's `L2Decay`); after Adam
 * it is decoupled decay, in which the learning rate scales both (AdamW, Loshchilov and Hutter, 2019).
 *
 * @param coefficient - at least 0, or a function that gives one for each parameter
 * @throws `bad-option` when it is under 0
 * @example
 * ```ts
 * import { addDecayedWeights, chain, createOptimizer, oneDimensional, trace } from '@clas/optim'
 * const decay = addDecayedWeights(1e-4, { except: oneDimensional })
 * const optimizer = createOptimizer(chain(decay, trace({ momentum: 0.9 })), 0.1)
 * console.log(optimizer.name)
 * ```
 */
export function addDecayedWeights(
  coefficient: number | ((path: string, param: Tensor) => number),
  { except = [] }: DecayOptions = {},
): Transform<NoState> {
  if (typeof coefficient === 'number') requireAtLeastZero('coefficient', coefficient)
  const coefficientOf = typeof coefficient === 'number' ? () => coefficient : coefficient
  const factorOf = (path: string, param: Tensor): number =>
    selectsParam(except, path, param) ? 0 : coefficientOf(path, param)
  return withRole(
    { kind: 'decay', coefficient: factorOf },
    {
      name: 'addDecayedWeights',
      init: () => ({}),
      update(updates, state, { params }) {
        const asScalar = scalars()
        const decayed = mapEach(updates, (update, path) => {
          const param = params[path] as Tensor
          const factor = factorOf(path, param)
          if (factor === 0) return update
          const weight = asScalar(factor)
          return tidy(() => add(mul(param, weight), update))
        })
        return [decayed, state]
      },
    },
  )
}
