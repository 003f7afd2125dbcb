import { badOption, type Range } from '../options.ts'
import type { SampleInfo, Transform } from '../transform.ts'
import { type ChosenStep, chosenStep, drawStep } from './chosen-step.ts'
import { describeSteps } from './describe-steps.ts'

/** The name of {@link someOf}, in parameters and in the registry. */
export const SOME_OF = 'SomeOf'

/**
 * Applies some of a list of transforms, chosen anew for each picture. None is chosen twice; those that are chosen keep
 * the order of the list.
 *
 * @param steps - at least one
 * @param count - how many: a whole number, or a range [least, most] from which the number is drawn, each alike. From 0 to
 *   the number of steps
 * @throws `bad-option` when there are no steps, or the count doesn't fit them
 * @example
 * ```ts
 * import { padCrop, randAffine, randFlipImage, someOf } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const two = someOf([randAffine({ degrees: [-9, 9] }), randFlipImage(), padCrop({ padding: 2 })], 2)
 * console.log(two.sample(createRng(1), { width: 8, height: 6, channels: 3 }).length) // 2
 * ```
 */
export function someOf(steps: readonly Transform[], count: number | Range): Transform<readonly ChosenStep[]> {
  if (!Array.isArray(steps) || steps.length === 0) badOption(SOME_OF, 'transforms', 'a list of at least one', steps)
  const [least, most] = countRange(count, steps.length)
  const specs = describeSteps(steps)
  return {
    name: SOME_OF,
    sample(rng, info) {
      const number = rng.integer(least, most + 1)
      const chosen = Array.from(rng.permutation(steps.length).subarray(0, number)).sort((a, b) => a - b)
      let size: SampleInfo = info
      return chosen.map((index) => {
        const drawn = drawStep(steps, index, rng, size)
        size = { ...size, ...steps[index]?.outputInfo?.(size, drawn.parameters) }
        return drawn
      })
    },
    apply: (image, chosen) =>
      chosen.reduce((current, drawn) => chosenStep(SOME_OF, steps, drawn).apply(current, drawn.parameters), image),
    outputInfo: (info, chosen) =>
      chosen.reduce(
        (size, drawn) => chosenStep(SOME_OF, steps, drawn).outputInfo?.(size, drawn.parameters) ?? size,
        info,
      ),
    ...(specs && { describe: () => ({ name: SOME_OF, options: { transforms: specs, count } }) }),
  }
}

function countRange(count: number | Range, steps: number): Range {
  const ends: unknown = typeof count === 'number' ? [count, count] : count
  const whole = Array.isArray(ends) && ends.length === 2 && ends.every((end) => Number.isSafeInteger(end) && end >= 0)
  if (whole && ends[0] <= ends[1] && ends[1] <= steps) return [ends[0], ends[1]]
  return badOption(SOME_OF, 'count', `a whole number from 0 to ${steps}, or a range [least, most] of such`, count)
}
