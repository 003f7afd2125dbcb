import { ClasError } from '@clas/core'
import type { ChosenStep } from '../compose/chosen-step.ts'
import { describeSteps } from '../compose/describe-steps.ts'
import { badOption } from '../options.ts'
import type { BatchTransform } from './batch-transform.ts'
import { type MixingOptions, offEpochOption } from './mixing.ts'

/** The options of {@link opSampler}. */
export interface OpSamplerOptions extends Pick<MixingOptions, 'offEpoch'> {
  /** How often each transform is chosen: as many as transforms, each at least 0, together at most 1. */
  readonly probabilities: readonly number[]
}

/** The name of {@link opSampler}, in parameters and in the registry. */
export const OP_SAMPLER = 'OpSampler'

/** What rounding may add to probabilities that are meant to be 1 together. */
const ROUNDING = 1e-9

/**
 * Applies one of some batch transforms, chosen anew for each batch, or none: with probabilities of 0.5 and 0.2 three
 * batches of ten stay as they are. This is PaddleClas's OpSampler.
 *
 * @param transforms - each draws from a stream of its own, so what it draws doesn't depend on the others
 * @throws `bad-option` when the probabilities don't fit, `offEpoch` is below 0, or `apply` is given parameters of other
 *   transforms
 * @example
 * ```ts
 * import { cutmix, mixup, opSampler } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const mix = opSampler([mixup({ alpha: 0.8 }), cutmix({ alpha: 1 })], { probabilities: [0.5, 0.5], offEpoch: 280 })
 * console.log(mix.sample(createRng(1), { batch: 4, classes: 2, height: 8, width: 8 })?.name)
 * ```
 */
export function opSampler(
  transforms: readonly BatchTransform[],
  options: OpSamplerOptions,
): BatchTransform<ChosenStep | null> {
  const probabilities = probabilitiesOption(options.probabilities, transforms.length)
  const isOn = offEpochOption(OP_SAMPLER, options.offEpoch)
  const specs = describeSteps(transforms)
  return {
    name: OP_SAMPLER,
    sample(rng, info) {
      if (!isOn(info)) return null
      let rest = rng.next()
      const index = probabilities.findIndex((probability) => {
        rest -= probability
        return rest < 0
      })
      const chosen = transforms[index]
      if (!chosen) return null
      return { index, name: chosen.name, parameters: chosen.sample(rng.fork(index, chosen.name), info) }
    },
    apply(batch, parameters, out) {
      if (!parameters) return batch
      return chosenOf(transforms, parameters).apply(batch, parameters.parameters, out)
    },
    ...(specs && { describe: () => ({ name: OP_SAMPLER, options: { transforms: specs, ...options } }) }),
  }
}

function chosenOf(transforms: readonly BatchTransform[], { index, name }: ChosenStep): BatchTransform {
  const chosen = transforms[index]
  if (chosen?.name === name) return chosen
  const known = transforms.map((one) => one.name).join(', ')
  throw new ClasError(
    'bad-option',
    `${OP_SAMPLER}: the parameters are of transform ${index}, ${name}, which isn't among [${known}] there; ` +
      'replay them with the transform that drew them',
    { index, name },
  )
}

function probabilitiesOption(probabilities: readonly number[], count: number): readonly number[] {
  const fit = Array.isArray(probabilities) && probabilities.length === count && probabilities.every((p) => p >= 0)
  if (fit && probabilities.reduce((sum, p) => sum + p, 0) <= 1 + ROUNDING) return probabilities
  const expected = `${count} numbers of at least 0, one for each transform, together at most 1`
  return badOption(OP_SAMPLER, 'probabilities', expected, probabilities)
}
