import { defineTransform, type Transform } from '../transform.ts'
import { pick } from './draw.ts'
import { applySteps, type PolicyStep, type Rendering } from './operations.ts'

const NAME = 'ThreeAugment'
// None of the three looks outside of the picture.
const RENDERING: Rendering = { shear: 'nearest', translate: 'nearest', rotate: 'nearest', fill: 0 }

/**
 * Makes the picture grey, or inverts its values from 128 on, or blurs it with a deviation of 0.1 to 2 pixels; each is as
 * likely. The parameters are the operation, in a list as with other policies.
 *
 * This is 3-Augment of DeiT III (Touvron et al. 2022, arXiv 2204.07118), which follows it with a color jitter of 0.3, and
 * timm's `3a`. The blur is Pillow's, three box filters.
 *
 * @throws `shape-mismatch` when a picture isn't one of 8 bits with 1, 3 or 4 channels
 * @example
 * ```ts
 * import { threeAugment } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * console.log(threeAugment().sample(createRng(1), { width: 224, height: 224, channels: 3 }))
 * ```
 */
export function threeAugment(): Transform<readonly PolicyStep[]> {
  return defineTransform({
    name: NAME,
    options: {},
    sample: (rng): readonly PolicyStep[] => [
      pick<PolicyStep>(rng, [
        ['desaturate', 1],
        ['solarize', 128],
        ['gaussianBlur', rng.uniform(0.1, 2)],
      ]),
    ],
    apply: (image, steps) => applySteps(NAME, image, steps, RENDERING),
  })
}
