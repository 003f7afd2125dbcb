import { defineTransform, type Transform } from '../transform.ts'
import { drawStep, operationsOf, pick } from './draw.ts'
import { RAND_V4_LEVELS } from './levels.ts'
import { applySteps, type PolicyStep, type Rendering } from './operations.ts'

const NAME = 'RandAugmentV4'
const OPERATIONS = /* @__PURE__ */ operationsOf(RAND_V4_LEVELS)
const RENDERING: Rendering = { shear: 'bicubic', translate: 'nearest', rotate: 'nearest', fill: 128, rotateFill: 128 }

/**
 * Draws two operations of 15, each with a magnitude of 1 to 9 that is as likely as the others, and runs each with
 * probability 1/2: PaddleClas's RandAugment for ML-Decoder (`ppcls/data/preprocess/ops/randaugment.py`). The parameters
 * are the operations that run. Levels are those of AutoAugment; a cutout leaves zeros.
 *
 * @throws `shape-mismatch` when a picture isn't one of 8 bits with 1, 3 or 4 channels
 * @example
 * ```ts
 * import { randAugmentV4 } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * console.log(randAugmentV4().sample(createRng(1), { width: 448, height: 448, channels: 3 }))
 * ```
 */
export function randAugmentV4(): Transform<readonly PolicyStep[]> {
  return defineTransform({
    name: NAME,
    options: {},
    sample: (rng, info): readonly PolicyStep[] =>
      [0, 1]
        .map(() => drawStep(pick(rng, OPERATIONS), RAND_V4_LEVELS, rng.integer(1, 10) / 9, rng, info))
        .filter(() => rng.next() < 0.5),
    apply: (image, steps) => applySteps(NAME, image, steps, RENDERING),
  })
}
