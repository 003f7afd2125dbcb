import type { Rng } from '@clas/core'
import type { ImageInfo, Rectangle } from '../image.ts'
import { badOption, choiceOption, type Range, rangeOption, type Size, sizeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { resize } from './resample.ts'
import { INTERPOLATIONS, type Interpolation } from './resample-table.ts'

/** The options of {@link randCropImage}. */
export interface RandCropImageOptions {
  /** Of the result, in pixels: the side of a square, or [width, height]. */
  readonly size: Size
  /** The crop's part of the picture's area, in (0, 1]. [0.08, 1] unless told. */
  readonly scale?: Range
  /** The crop's width by its height, above 0. [3/4, 4/3] unless told. */
  readonly ratio?: Range
  /** `bilinear` unless told. */
  readonly interpolation?: Interpolation
}

const NAME = 'RandCropImage'

/**
 * Cuts out a random rectangle and resizes it, in one pass. The parameters are the rectangle, in pixels of the input.
 *
 * The ratio is uniform in its range. The area is uniform in `scale`, both ends of which are lowered to the largest area
 * that a rectangle of this ratio has in the picture: one draw always does. This is PaddleClas's RandCropImage
 * (`ppcls/data/preprocess/ops/operators.py`); torchvision's RandomResizedCrop draws again instead.
 *
 * @throws `bad-option` when a side isn't a whole number of at least 1, or a range isn't one
 * @example
 * ```ts
 * import { randCropImage } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const crop = randCropImage({ size: 224 })
 * console.log(crop.sample(createRng(1), { width: 640, height: 480, channels: 3 }))
 * ```
 */
export function randCropImage(options: RandCropImageOptions): Transform<Rectangle> {
  const { interpolation = 'bilinear' } = options
  const size = sizeOption(NAME, options.size)
  const scale = rangeOption(NAME, 'scale', options.scale ?? [0.08, 1], 0)
  const ratio = rangeOption(NAME, 'ratio', options.ratio ?? [3 / 4, 4 / 3], 0)
  choiceOption(NAME, 'interpolation', interpolation, INTERPOLATIONS)
  if (scale[0] === 0 || scale[1] > 1) badOption(NAME, 'scale', 'above 0 and at most 1', scale)
  if (ratio[0] === 0) badOption(NAME, 'ratio', 'above 0', ratio)
  return defineTransform({
    name: NAME,
    options,
    sample: (rng, info) => sampleRectangle(rng, info, scale, ratio),
    apply: (image, rectangle) => resize(image, size, interpolation, rectangle),
    outputInfo: ({ channels }) => ({ width: size[0], height: size[1], channels }),
  })
}

function sampleRectangle(rng: Rng, { width, height }: ImageInfo, scale: Range, ratio: Range): Rectangle {
  const aspect = rng.uniform(ratio[0], ratio[1])
  const bound = Math.min(width / height / aspect, (height / width) * aspect)
  const area = width * height * rng.uniform(Math.min(scale[0], bound), Math.min(scale[1], bound))
  // A tiny picture still gives one pixel, and rounding never leaves the picture.
  const cropWidth = Math.min(width, Math.max(1, Math.floor(Math.sqrt(area * aspect))))
  const cropHeight = Math.min(height, Math.max(1, Math.floor(Math.sqrt(area / aspect))))
  return {
    left: rng.integer(0, width - cropWidth + 1),
    top: rng.integer(0, height - cropHeight + 1),
    width: cropWidth,
    height: cropHeight,
  }
}
