import type { Tensor } from '@tensorflow/tfjs-core'
import { requireAtLeastZero } from './options.ts'
import { type ParamSelector, selectsParam } from './selection.ts'

/** Parameters that are treated in a way of their own. */
export interface ParamGroup {
  readonly select: ParamSelector | readonly ParamSelector[]
  /** Factor on the learning rate, and so on a decoupled decay too; at least 0, default 1. */
  readonly lrScale?: number
  /** In place of the optimizer's; at least 0. */
  readonly weightDecay?: number
  /** Leaves the parameters alone and keeps no state for them; default false. */
  readonly frozen?: boolean
}

/**
 * The first group that selects a parameter.
 *
 * @example
 * ```ts
 * import { momentum, oneDimensional } from '@clas/optim'
 * const groups = [{ select: 'stem', frozen: true }, { select: oneDimensional, weightDecay: 0 }]
 * console.log(momentum({ lr: 0.1, momentum: 0.9, weightDecay: 1e-4, groups }).name)
 * ```
 */
export function groupOf(groups: readonly ParamGroup[], path: string, param: Tensor): ParamGroup | undefined {
  return groups.find(({ select }) => selectsParam(select, path, param))
}

export function requireGroups(groups: readonly ParamGroup[]): void {
  for (const { lrScale = 1, weightDecay = 0 } of groups) {
    requireAtLeastZero('lrScale', lrScale)
    requireAtLeastZero('weightDecay', weightDecay)
  }
}
