import { chain } from './chain.ts'
import { clipByGlobalNorm, clipByNorm } from './clip.ts'
import { addDecayedWeights } from './decayed-weights.ts'
import { groupOf, type ParamGroup, requireGroups } from './groups.ts'
import { scaleByLearningRate } from './learning-rate.ts'
import { masked } from './masked.ts'
import { createOptimizer, type Optimizer } from './optimizer.ts'
import type { Schedule } from './schedule.ts'
import { type ParamSelector, selectsParam } from './selection.ts'
import type { NoState, Transform } from './transform.ts'

/** Options of every optimizer that has a name. */
export interface CommonOptions {
  /** A rate of at least 0, or a schedule. */
  readonly lr: number | Schedule
  /** Coefficient of the weight decay, at least 0; default 0. */
  readonly weightDecay?: number
  /** Parameters without decay, unless a group of theirs has its own; default none. */
  readonly noDecay?: ParamSelector | readonly ParamSelector[]
  /** The first that selects a parameter applies; default none. */
  readonly groups?: readonly ParamGroup[]
  /** Largest L2 norm of each gradient on its own; default no limit. */
  readonly clipNorm?: number
  /** Largest L2 norm of all gradients together; default no limit. */
  readonly clipGlobalNorm?: number
}

/** The links that every optimizer has, made of its options. */
export interface CommonLinks {
  readonly decay: Transform<NoState>
  readonly rate: Transform<NoState>
}

/** Chains what an optimizer is made of, behind the clipping, and leaves out what is frozen. */
export function assemble(options: CommonOptions, links: (common: CommonLinks) => readonly Transform[]): Optimizer {
  const { lr, weightDecay = 0, noDecay = [], groups = [], clipNorm, clipGlobalNorm } = options
  requireGroups(groups)
  const plain = addDecayedWeights(weightDecay, { except: noDecay })
  const decay = groups.length === 0 ? plain : groupDecay(weightDecay, noDecay, groups)
  const rate = scaleByLearningRate(lr, { scale: (path, param) => groupOf(groups, path, param)?.lrScale ?? 1 })
  const all = chain(
    ...(clipNorm === undefined ? [] : [clipByNorm(clipNorm)]),
    ...(clipGlobalNorm === undefined ? [] : [clipByGlobalNorm(clipGlobalNorm)]),
    ...links({ decay, rate }),
  )
  if (!groups.some(({ frozen }) => frozen)) return createOptimizer(all)
  return createOptimizer(masked((path, param) => !groupOf(groups, path, param)?.frozen, all, { others: 'drop' }))
}

function groupDecay(
  weightDecay: number,
  noDecay: ParamSelector | readonly ParamSelector[],
  groups: readonly ParamGroup[],
): Transform<NoState> {
  return addDecayedWeights((path, param) => {
    const own = groupOf(groups, path, param)?.weightDecay
    return own ?? (selectsParam(noDecay, path, param) ? 0 : weightDecay)
  })
}
