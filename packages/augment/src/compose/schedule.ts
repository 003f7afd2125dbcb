import { ClasError } from '@clas/core'
import type { Transform } from '../transform.ts'
import { createTransform } from '../transforms.ts'
import type { Ramp } from './ramp.ts'
import { SCHEDULE, type ScheduledParameters, scheduled } from './scheduled.ts'

/**
 * Lets an option of a transform follow the epoch: weak changes first and strong ones later, or larger pictures from
 * stage to stage. The epoch is that of `sample`'s info, which the loader gives.
 *
 * @param transform - one that describes itself; its own value of the option doesn't count
 * @param option - the name of the option: `p`, `magnitude`, `size`
 * @param ramp - `{ from, to, epochs, shape }` for a curve, or `{ values, epochs }` for stages of equal length
 * @throws `bad-option` when the transform can't be rebuilt from JSON, when the ramp isn't one, or when the transform
 *   refuses a value at either end of it
 * @example
 * ```ts
 * import { randAffine, randCropImage, schedule, withProbability } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const wobble = withProbability(0, randAffine({ degrees: [-20, 20] }))
 * const rising = schedule(wobble, 'p', { from: 0, to: 0.8, epochs: 100 })
 * const growing = schedule(randCropImage({ size: 128 }), 'size', { values: [128, 160, 192], epochs: 90 })
 * const photo = { width: 640, height: 480, channels: 3 }
 * console.log(rising.sample(createRng(1), { ...photo, epoch: 50 }).value) // 0.4
 * console.log(growing.sample(createRng(1), { ...photo, epoch: 30 }).value) // 160
 * ```
 */
export function schedule(transform: Transform, option: string, ramp: Ramp): Transform<ScheduledParameters> {
  const spec = transform.describe?.()
  if (spec) return scheduled({ transform: spec, option, ramp }, createTransform)
  throw new ClasError(
    'bad-option',
    `${SCHEDULE}: ${transform.name} can't be rebuilt from its description, which a schedule needs; give ` +
      'defineTransform its options and register its name in transforms',
    { transform: transform.name, option },
  )
}
