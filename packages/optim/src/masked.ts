import type { Tensors } from '@clas/core'
import { type ParamSelector, selectsParam } from './selection.ts'
import type { Transform } from './transform.ts'

/** What becomes of updates that are not selected. */
export interface MaskedOptions {
  /** `keep` hands them on as they are, `drop` leaves their parameters alone; default `keep`. */
  readonly others?: 'keep' | 'drop'
}

/**
 * Applies a transform to the selected parameters alone; it keeps nothing for the others.
 *
 * @example
 * ```ts
 * import { chain, clipByNorm, createOptimizer, masked, scaleByLearningRate } from '@clas/optim'
 * const optimizer = createOptimizer(chain(masked('head', clipByNorm(1)), scaleByLearningRate(0.1)))
 * console.log(optimizer.name)
 * ```
 */
export function masked<S>(
  selectors: ParamSelector | readonly ParamSelector[],
  transform: Transform<S>,
  { others = 'keep' }: MaskedOptions = {},
): Transform<S> {
  const select = (tensors: Tensors, params: Tensors): Tensors =>
    Object.fromEntries(
      Object.entries(tensors).filter(([path, tensor]) => selectsParam(selectors, path, params[path] ?? tensor)),
    )
  const { name, learningRate, fused, release } = transform
  return {
    name: `masked(${name})`,
    ...(learningRate && { learningRate }),
    ...(fused &&
      others === 'drop' && {
        fused: (updates, state, info) => fused(select(updates, info.params), state, info),
        ...(release && { release }),
      }),
    init: (params) => transform.init(select(params, params)),
    update(updates, state, info) {
      const [changed, next] = transform.update(select(updates, info.params), state, info)
      return [others === 'keep' ? { ...updates, ...changed } : changed, next]
    },
  }
}
