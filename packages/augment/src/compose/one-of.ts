import type { Rng } from '@clas/core'
import { badOption } from '../options.ts'
import type { Transform } from '../transform.ts'
import { type ChosenStep, chosenStep, drawStep } from './chosen-step.ts'
import { describeSteps } from './describe-steps.ts'

/** The name of {@link oneOf}, in parameters and in the registry. */
export const ONE_OF = 'OneOf'

/**
 * Applies one of some transforms, chosen anew for each picture.
 *
 * @param steps - at least one; each draws from a stream of its own, so what it draws doesn't depend on the others
 * @param weights - how often each is chosen, by the sum of all: as many as steps, at least 0, not all 0. All alike unless
 *   told
 * @throws `bad-option` when there are no steps, or the weights don't fit them
 * @example
 * ```ts
 * import { oneOf, randAffine, randFlipImage } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const turnOrFlip = oneOf([randAffine({ degrees: [-20, 20] }), randFlipImage({ p: 1 })], [1, 3])
 * console.log(turnOrFlip.sample(createRng(1), { width: 8, height: 6, channels: 3 }).name)
 * ```
 */
export function oneOf(steps: readonly Transform[], weights?: readonly number[]): Transform<ChosenStep> {
  if (!Array.isArray(steps) || steps.length === 0) badOption(ONE_OF, 'transforms', 'a list of at least one', steps)
  if (weights) checkWeights(weights, steps.length)
  const shares = weights ?? steps.map(() => 1)
  const specs = describeSteps(steps)
  return {
    name: ONE_OF,
    sample: (rng, info) => drawStep(steps, choose(rng, shares), rng, info),
    apply: (image, drawn) => chosenStep(ONE_OF, steps, drawn).apply(image, drawn.parameters),
    outputInfo: (info, drawn) => chosenStep(ONE_OF, steps, drawn).outputInfo?.(info, drawn.parameters) ?? info,
    ...(specs && { describe: () => ({ name: ONE_OF, options: { transforms: specs, ...(weights && { weights }) } }) }),
  }
}

function choose(rng: Rng, shares: readonly number[]): number {
  let rest = rng.next() * shares.reduce((sum, share) => sum + share, 0)
  const chosen = shares.findIndex((share) => {
    rest -= share
    return rest < 0
  })
  // Rounding may leave a rest of 0 after the last.
  return chosen === -1 ? shares.findLastIndex((share) => share > 0) : chosen
}

function checkWeights(weights: readonly number[], count: number): void {
  const fit = Array.isArray(weights) && weights.length === count && weights.every((w) => Number.isFinite(w) && w >= 0)
  if (fit && weights.some((weight) => weight > 0)) return
  badOption(ONE_OF, 'weights', `${count} numbers of at least 0, one for each transform, not all 0`, weights)
}
