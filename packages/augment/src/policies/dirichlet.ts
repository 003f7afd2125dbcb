import type { Rng } from '@clas/core'
import { sampleBeta } from '../batch/beta.ts'

/** Draws `count` parts of 1 from the Dirichlet distribution with all parameters `alpha`, by breaking pieces off a stick. */
export function sampleDirichlet(rng: Rng, alpha: number, count: number): number[] {
  let left = 1
  return Array.from({ length: count }, (_, index) => {
    const others = count - 1 - index
    const part = others === 0 ? left : left * sampleBeta(rng, alpha, others * alpha)
    left -= part
    return part
  })
}
