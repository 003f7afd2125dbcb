import type { Rng } from '@clas/core'
import { numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { INTERPOLATIONS, type Interpolation } from './interpolation.ts'
import { resize } from './resample.ts'

/** The options of {@link randomInterpolationAugment}. */
export interface RandomInterpolationAugmentOptions {
  /** The part of pictures that is changed, 0 to 1. */
  readonly p: number
}

/** What {@link randomInterpolationAugment} draws; null where the picture stays as it is. */
export type RandomInterpolationAugmentParameters = {
  /** The side of the square that the picture is shrunk to, in pixels. */
  readonly side: number
  readonly down: Interpolation
  readonly up: Interpolation
} | null

const NAME = 'RandomInterpolationAugment'

/**
 * Shrinks a picture to a square of 0.2 to 1 times its height and enlarges it again, each time with one of OpenCV's
 * interpolations: a picture of low resolution. This is PaddleClas's RandomInterpolationAugment.
 *
 * @throws `bad-option` when `p` isn't from 0 to 1
 * @example
 * ```ts
 * import { randomInterpolationAugment } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const blur = randomInterpolationAugment({ p: 1 })
 * console.log(blur.sample(createRng(1), { width: 64, height: 48, channels: 3 }))
 * ```
 */
export function randomInterpolationAugment(
  options: RandomInterpolationAugmentOptions,
): Transform<RandomInterpolationAugmentParameters> {
  const p = numberOption(NAME, 'p', options.p, [0, 1])
  return defineTransform<RandomInterpolationAugmentParameters>({
    name: NAME,
    options,
    sample(rng, { height }) {
      if (rng.next() >= p) return null
      const side = Math.max(1, Math.floor(rng.uniform(0.2, 1) * height))
      return { side, down: drawAny(rng), up: drawAny(rng) }
    },
    apply(image, parameters) {
      if (!parameters) return image
      const { side, down, up } = parameters
      return resize(resize(image, [side, side], { interpolation: down }), [image.width, image.height], {
        interpolation: up,
      })
    },
  })
}

function drawAny(rng: Rng): Interpolation {
  return INTERPOLATIONS.cv2[rng.integer(0, INTERPOLATIONS.cv2.length)] as Interpolation
}
