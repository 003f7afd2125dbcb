import { badOption, numberOption } from '../options.ts'
import type { Transform } from '../transform.ts'
import type { StepParameters } from './compose.ts'

/** The name of {@link withProbability}, in parameters and in the registry. */
export const WITH_PROBABILITY = 'WithProbability'

/**
 * Applies a transform to a part of the pictures and leaves the others as they are. Of the parameters, null stands for a
 * picture that is left.
 *
 * @param p - the part of pictures that is transformed, 0 to 1. To let it follow the epoch, put `schedule` around it
 * @param step - a transform, or a pipeline for steps that go together
 * @throws `bad-option` when `p` isn't from 0 to 1
 * @example
 * ```ts
 * import { randAffine, withProbability } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const seldom = withProbability(0.1, randAffine({ degrees: [-20, 20] }))
 * console.log(seldom.sample(createRng(1), { width: 8, height: 6, channels: 3 }))
 * ```
 */
export function withProbability(p: number, step: Transform): Transform<StepParameters | null> {
  numberOption(WITH_PROBABILITY, 'p', p, [0, 1])
  const { name } = step
  const spec = step.describe?.()
  return {
    name: WITH_PROBABILITY,
    sample: (rng, info) => (rng.next() < p ? { name, parameters: step.sample(rng.fork(name), info) } : null),
    apply: (image, drawn) => (drawn ? step.apply(image, parametersOf(name, drawn)) : image),
    outputInfo: (info, drawn) => (drawn && step.outputInfo?.(info, parametersOf(name, drawn))) ?? info,
    ...(spec && { describe: () => ({ name: WITH_PROBABILITY, options: { p, transform: spec } }) }),
  }
}

function parametersOf(expected: string, { name, parameters }: StepParameters): unknown {
  if (name === expected) return parameters
  return badOption(WITH_PROBABILITY, 'parameters', `those of ${expected}`, name)
}
