import type { Entry } from '@clas/core'
import { backbones, type ModelFactory, type ModelFacts } from './registry.ts'

/** What a model must fulfil. */
export interface RecommendOptions {
  /** Learned numbers, at most; default any. */
  readonly maxParameters?: number
  /** Multiply-adds for one picture of the model's own size, at most; default any. */
  readonly maxFlops?: number
  /** Published top-1, at least, in [0, 1]; default 0. */
  readonly minTop1?: number
}

/**
 * The published models worth choosing from: those within the limits that no other beats, which is to have a top-1 as
 * high with no more multiply-adds and no more parameters. The most accurate first.
 *
 * @param options - limits; none means the best of all models
 * @returns entries of `backbones`, without those of unknown accuracy; empty where nothing fulfils the limits
 * @example
 * ```ts
 * import { recommend } from '@clas/backbones'
 * for (const { name, facts } of recommend({ maxParameters: 5e6, minTop1: 0.7 })) console.log(name, facts.top1)
 * ```
 */
export function recommend(options: RecommendOptions = {}): readonly Entry<ModelFactory, ModelFacts>[] {
  const { maxParameters = Number.POSITIVE_INFINITY, maxFlops = Number.POSITIVE_INFINITY, minTop1 = 0 } = options
  const within = backbones.list().filter(({ facts: { top1, parameters, multiplyAdds } }) => {
    if (top1 === undefined || parameters === undefined || multiplyAdds === undefined) return false
    return top1 >= minTop1 && parameters <= maxParameters && multiplyAdds <= maxFlops
  })
  const best = within.filter(({ facts }) => !within.some((other) => beats(other.facts, facts)))
  return best.sort((a, b) => (b.facts.top1 ?? 0) - (a.facts.top1 ?? 0))
}

/** No worse in anything and better in something. */
function beats(a: ModelFacts, b: ModelFacts): boolean {
  const compared = [
    (a.top1 ?? 0) - (b.top1 ?? 0),
    (b.parameters ?? 0) - (a.parameters ?? 0),
    (b.multiplyAdds ?? 0) - (a.multiplyAdds ?? 0),
  ]
  return compared.every((gain) => gain >= 0) && compared.some((gain) => gain > 0)
}
