import { selects } from '@clas/core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Whether a parameter is meant, by its path and its tensor. */
export type ParamPredicate = (path: string, param: Tensor) => boolean

/** As `Selector` of `@clas/core`, but a function sees the tensor too. */
export type ParamSelector = string | RegExp | ParamPredicate

/**
 * Whether any of the selectors selects a parameter. A text selects a path, or the start of paths up to a dot.
 *
 * @example
 * ```ts
 * import { oneDimensional, selectsParam } from '@clas/optim'
 * import type { Tensor } from '@tensorflow/tfjs-core'
 * const inHead = (path: string, param: Tensor): boolean => selectsParam(['fc', oneDimensional], path, param)
 * console.log(typeof inHead)
 * ```
 */
export function selectsParam(
  selectors: ParamSelector | readonly ParamSelector[],
  path: string,
  param: Tensor,
): boolean {
  const list = Array.isArray(selectors) ? (selectors as readonly ParamSelector[]) : [selectors as ParamSelector]
  return list.some((selector) => (typeof selector === 'function' ? selector(path, param) : selects(selector, path)))
}

/**
 * Selects parameters of one dimension: biases, scales and shifts of norms. PaddleClas's
 * `one_dim_param_no_weight_decay`, which its Momentum heeds only where `no_weight_decay_name` is set as well.
 */
export const oneDimensional: ParamPredicate = (_path, param) => param.rank === 1

/**
 * Selects parameters whose path contains one of the names, anywhere. PaddleClas's `no_weight_decay_name`.
 *
 * @param names - separated by blanks, as PaddleClas has them; an empty text selects nothing
 * @example
 * ```ts
 * import { adamw, nameContains, oneDimensional } from '@clas/optim'
 * const optimizer = adamw({ lr: 1e-3, weightDecay: 0.05, noDecay: [oneDimensional, nameContains('pos_embed norm')] })
 * console.log(optimizer.name)
 * ```
 */
export function nameContains(names: string): ParamPredicate {
  const parts = names.split(/\s+/).filter((part) => part !== '')
  return (path) => parts.some((part) => path.includes(part))
}
