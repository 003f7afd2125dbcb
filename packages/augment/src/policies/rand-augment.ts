import { type Fill, fillOption } from '../fill.ts'
import { badOption, numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { drawLayers } from './draw.ts'
import { RAND_LEVELS } from './levels.ts'
import { applySteps, type PolicyStep, type Rendering } from './operations.ts'

/** The options of {@link randAugment}. */
export interface RandAugmentOptions {
  /** How many operations each picture gets, at least 1. 2 unless told. */
  readonly numLayers?: number
  /** Of all operations, 0 to 20; 10 is an operation's whole range. 5 unless told. */
  readonly magnitude?: number
  /** Of pixels from outside of the picture. 128 unless told; turned pictures always have 128. */
  readonly fill?: Fill
}

const NAME = 'RandAugment'

/**
 * Runs operations drawn from 14, all at one magnitude (Cubuk et al. 2020, arXiv 1909.13719). The parameters are the
 * operations.
 *
 * This is PaddleClas's RandAugment (`ppcls/data/preprocess/ops/randaugment.py`), with its habits: there is no identity;
 * posterize and solarize become weaker as the magnitude grows (below 2.5, posterize leaves a black picture); pictures
 * turn counter-clockwise only, and the corners are then 128 whatever `fill` says; shears are bicubic, shifts and turns
 * nearest.
 *
 * @throws `bad-option` when an option is outside of its range; `shape-mismatch` when a picture isn't one of 8 bits with
 *   1, 3 or 4 channels
 * @example
 * ```ts
 * import { randAugment } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * console.log(randAugment().sample(createRng(1), { width: 224, height: 224, channels: 3 }))
 * ```
 */
export function randAugment(options: RandAugmentOptions = {}): Transform<readonly PolicyStep[]> {
  const numLayers = layersOption(NAME, options.numLayers ?? 2)
  const strength = magnitudeOption(NAME, options.magnitude ?? 5) / 10
  const fill = fillOption(NAME, options.fill ?? 128)
  const rendering: Rendering = { shear: 'bicubic', translate: 'nearest', rotate: 'nearest', fill, rotateFill: 128 }
  return defineTransform({
    name: NAME,
    options,
    sample: (rng, info): readonly PolicyStep[] => drawLayers(RAND_LEVELS, numLayers, strength, rng, info),
    apply: (image, steps) => applySteps(NAME, image, steps, rendering),
  })
}

/** Checks a number of operations. */
export function layersOption(policy: string, layers: number): number {
  if (Number.isSafeInteger(layers) && layers >= 1) return layers
  return badOption(policy, 'numLayers', 'a whole number of at least 1', layers)
}

/** Checks a magnitude on the scale to 10; at 20, the strongest of the levels still make sense. */
export function magnitudeOption(policy: string, magnitude: number): number {
  return numberOption(policy, 'magnitude', magnitude, [0, 20])
}
