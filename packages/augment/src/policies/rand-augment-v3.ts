import { type Fill, fillOption } from '../fill.ts'
import { choiceOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { drawLayers } from './draw.ts'
import { RAND_V3_LEVELS } from './levels.ts'
import { applySteps, type PolicyStep, type Rendering } from './operations.ts'
import { layersOption, magnitudeOption } from './rand-augment.ts'

/** The options of {@link randAugmentV3}. */
export interface RandAugmentV3Options {
  /** How many operations each picture gets, at least 1. 2 unless told. */
  readonly numLayers?: number
  /** Of all operations, 0 to 20; 10 is an operation's whole range. 3 unless told. */
  readonly magnitude?: number
  /** Of pixels from outside of the picture. 0 unless told. */
  readonly fill?: Fill
  /** Of shears, shifts and turns. `bicubic` unless told. */
  readonly interpolation?: 'bilinear' | 'bicubic'
}

const NAME = 'RandAugmentV3'

/**
 * Runs operations drawn from 14, all at one magnitude: PaddleClas's RandAugment for MobileViTV2
 * (`ppcls/data/preprocess/ops/randaugment.py`). Unlike in its RandAugment, posterize and solarize become stronger as the
 * magnitude grows, and pictures turn to either side. The parameters are the operations.
 *
 * @throws `bad-option` when an option is outside of its range; `shape-mismatch` when a picture isn't one of 8 bits with
 *   1, 3 or 4 channels
 * @example
 * ```ts
 * import { randAugmentV3 } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * console.log(randAugmentV3().sample(createRng(1), { width: 256, height: 256, channels: 3 }))
 * ```
 */
export function randAugmentV3(options: RandAugmentV3Options = {}): Transform<readonly PolicyStep[]> {
  const { interpolation = 'bicubic' } = options
  choiceOption(NAME, 'interpolation', interpolation, ['bilinear', 'bicubic'])
  const numLayers = layersOption(NAME, options.numLayers ?? 2)
  const strength = magnitudeOption(NAME, options.magnitude ?? 3) / 10
  const fill = fillOption(NAME, options.fill ?? 0)
  const rendering: Rendering = { shear: interpolation, translate: interpolation, rotate: interpolation, fill }
  return defineTransform({
    name: NAME,
    options,
    sample: (rng, info): readonly PolicyStep[] => drawLayers(RAND_V3_LEVELS, numLayers, strength, rng, info),
    apply: (image, steps) => applySteps(NAME, image, steps, rendering),
  })
}
