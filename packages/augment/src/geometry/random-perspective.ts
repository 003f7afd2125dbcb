import { type Fill, fillOption } from '../fill.ts'
import { choiceOption, numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { type Corners, perspective } from './perspective.ts'
import { WARP_INTERPOLATIONS, type WarpInterpolation } from './warp-options.ts'

/** The options of {@link randomPerspective}. */
export interface RandomPerspectiveOptions {
  /** How far corners move at most, as parts of half the width and half the height, 0 to 1. 0.5 unless told. */
  readonly distortion?: number
  /** The part of pictures that is changed, 0 to 1. 0.5 unless told. */
  readonly p?: number
  /** `bilinear` unless told. */
  readonly interpolation?: WarpInterpolation
  /** The value of pixels from outside of the picture: one number, or one per channel. 0 unless told. */
  readonly fill?: Fill
}

/** What {@link randomPerspective} draws; null where the picture stays as it is. */
export type RandomPerspectiveParameters = {
  /** Where the corners come to lie, in pixels: top left, top right, bottom right, bottom left. */
  readonly corners: Corners
} | null

const NAME = 'RandomPerspective'

/**
 * Shows a part of the pictures at a slant: each corner moves inwards by a random number of pixels. The size stays. Works
 * on 8-bit and float32 pictures of any number of channels; those of a single row or column stay as they are.
 *
 * This is torchvision's RandomPerspective on Pillow's pictures.
 *
 * @throws `bad-option` when `distortion` or `p` isn't from 0 to 1 or an option isn't what it should be; `shape-mismatch`
 *   when the fill has another number of values than the picture has channels
 * @example
 * ```ts
 * import { randomPerspective } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const slant = randomPerspective({ distortion: 0.3, p: 1 })
 * console.log(slant.sample(createRng(1), { width: 64, height: 48, channels: 3 })?.corners)
 * ```
 */
export function randomPerspective(options: RandomPerspectiveOptions = {}): Transform<RandomPerspectiveParameters> {
  const distortion = numberOption(NAME, 'distortion', options.distortion ?? 0.5, [0, 1])
  const p = numberOption(NAME, 'p', options.p ?? 0.5, [0, 1])
  const interpolation = choiceOption(NAME, 'interpolation', options.interpolation ?? 'bilinear', WARP_INTERPOLATIONS)
  const fill = fillOption(NAME, options.fill ?? 0)
  return defineTransform<RandomPerspectiveParameters>({
    name: NAME,
    options,
    sample(rng, { width, height }) {
      if (rng.next() >= p) return null
      const across = Math.floor(distortion * Math.floor(width / 2))
      const down = Math.floor(distortion * Math.floor(height / 2))
      const left = (): number => rng.integer(0, across + 1)
      const right = (): number => rng.integer(width - across - 1, width)
      const top = (): number => rng.integer(0, down + 1)
      const bottom = (): number => rng.integer(height - down - 1, height)
      return {
        corners: [
          [left(), top()],
          [right(), top()],
          [right(), bottom()],
          [left(), bottom()],
        ],
      }
    },
    apply(image, parameters) {
      if (!parameters) return image
      const right = image.width - 1
      const bottom = image.height - 1
      const corners: Corners = [
        [0, 0],
        [right, 0],
        [right, bottom],
        [0, bottom],
      ]
      return perspective(image, corners, parameters.corners, { interpolation, fill })
    },
  })
}
