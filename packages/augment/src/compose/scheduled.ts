import { ClasError } from '@clas/core'
import { badOption } from '../options.ts'
import type { Transform, TransformSpec } from '../transform.ts'
import { checkRamp, type Ramp, rampAt } from './ramp.ts'

/** The name of transforms with a schedule, in parameters and in the registry. */
export const SCHEDULE = 'Schedule'

/** A transform whose option follows the epoch, as JSON. */
export interface ScheduleOptions {
  readonly transform: TransformSpec
  /** The name of one of the transform's options. */
  readonly option: string
  readonly ramp: Ramp
}

/** What a transform with a schedule draws. */
export interface ScheduledParameters {
  /** Of the option, at the epoch that it was. */
  readonly value: unknown
  /** What the transform with this value drew. */
  readonly parameters: unknown
}

/** Makes the transform of options that name it. `create` makes it of its description, for each value once. */
export function scheduled(
  options: ScheduleOptions,
  create: (spec: TransformSpec) => Transform,
): Transform<ScheduledParameters> {
  const { transform: spec, option, ramp } = options
  checkRamp(SCHEDULE, ramp)
  if (typeof option !== 'string' || option === '') badOption(SCHEDULE, 'option', 'the name of an option', option)
  const made = new Map<string, Transform>()
  const at = (value: unknown): Transform => {
    const key = JSON.stringify(value)
    let transform = made.get(key)
    if (!transform) {
      transform = create({ name: spec.name, options: { ...spec.options, [option]: value } })
      if (made.size >= MOST_KEPT) made.clear()
      made.set(key, transform)
    }
    return transform
  }
  // Both ends are made now, so that a value or an option that the transform refuses is told of here.
  for (const epoch of [0, ramp.epochs]) checkMakes(() => at(rampAt(ramp, epoch)), options)
  return {
    name: SCHEDULE,
    sample(rng, info) {
      const value = rampAt(ramp, info.epoch ?? 0)
      return { value, parameters: at(value).sample(rng, info) }
    },
    apply: (image, { value, parameters }) => at(value).apply(image, parameters),
    outputInfo: (info, { value, parameters }) => at(value).outputInfo?.(info, parameters) ?? info,
    describe: () => ({ name: SCHEDULE, options }),
  }
}

/** Transforms are small; a curve has a value for each epoch, and several epochs may be replayed. */
const MOST_KEPT = 1000

function checkMakes(make: () => Transform, { transform, option }: ScheduleOptions): void {
  try {
    make()
  } catch (cause) {
    if (!(cause instanceof ClasError)) throw cause
    throw new ClasError(cause.code, `${SCHEDULE} of ${option} of ${transform.name}: ${cause.message}`, cause.fields, {
      cause,
    })
  }
}
