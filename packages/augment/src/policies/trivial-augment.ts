import { type Fill, fillOption } from '../fill.ts'
import type { WarpInterpolation } from '../geometry/warp-options.ts'
import { choiceOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { drawStep, operationsOf, pick } from './draw.ts'
import { TRIVIAL_LEVELS } from './levels.ts'
import { applySteps, type PolicyStep, type Rendering } from './operations.ts'

/** The options of {@link trivialAugment}. */
export interface TrivialAugmentOptions {
  /** Of shears, shifts and turns. `nearest` unless told. */
  readonly interpolation?: WarpInterpolation
  /** Of pixels from outside of the picture. 0 unless told. */
  readonly fill?: Fill
}

const NAME = 'TrivialAugment'
const OPERATIONS = /* @__PURE__ */ operationsOf(TRIVIAL_LEVELS)
const BINS = 31

/**
 * Runs one operation of 14, at one of 31 levels of a wide range: nothing to tune (Müller and Hutter 2021,
 * arXiv 2103.10158). The parameters are the operation, in a list as with other policies.
 *
 * This is torchvision's TrivialAugmentWide. PaddleClas has none.
 *
 * @throws `bad-option` when an option is outside of its range; `shape-mismatch` when a picture isn't one of 8 bits with
 *   1, 3 or 4 channels
 * @example
 * ```ts
 * import { trivialAugment } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * console.log(trivialAugment().sample(createRng(1), { width: 32, height: 32, channels: 3 }))
 * ```
 */
export function trivialAugment(options: TrivialAugmentOptions = {}): Transform<readonly PolicyStep[]> {
  const { interpolation = 'nearest' } = options
  choiceOption(NAME, 'interpolation', interpolation, ['nearest', 'bilinear', 'bicubic'])
  const fill = fillOption(NAME, options.fill ?? 0)
  const rendering: Rendering = { shear: interpolation, translate: interpolation, rotate: interpolation, fill }
  return defineTransform({
    name: NAME,
    options,
    sample: (rng, info): readonly PolicyStep[] => [
      drawStep(pick(rng, OPERATIONS), TRIVIAL_LEVELS, rng.integer(0, BINS) / (BINS - 1), rng, info),
    ],
    apply: (image, steps) => applySteps(NAME, image, steps, rendering),
  })
}
