import type { Rng } from '@clas/core'
import type { ImageInfo, Rectangle } from '../image.ts'
import type { Range } from '../options.ts'
import type { Transform } from '../transform.ts'
import { drawLogAspect, type ResizedCropOptions, type ResizedCropParameters, resizedCrop } from './resized-crop.ts'

/** The options of {@link randCropImage}. */
export interface RandCropImageOptions extends ResizedCropOptions {
  /**
   * Whether the logarithm of the ratio is uniform in its range, so that wide and tall are alike, instead of the ratio.
   * No unless told.
   */
  readonly useLogAspect?: boolean
}

/**
 * Cuts out a random rectangle and resizes it, in one pass. The parameters are the rectangle, in pixels of the input.
 *
 * The ratio is uniform in its range. The area is uniform in `scale`, both ends of which are lowered to the largest area
 * that a rectangle of this ratio has in the picture: one draw always does. This is PaddleClas's RandCropImage
 * (`ppcls/data/preprocess/ops/operators.py`); `randomResizedCrop`, which is torchvision's, draws again instead.
 *
 * @throws `bad-option` when a side isn't a whole number of at least 1, a range isn't one, or the backend doesn't have the
 *   interpolation
 * @example
 * ```ts
 * import { randCropImage } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const crop = randCropImage({ size: 224 })
 * console.log(crop.sample(createRng(1), { width: 640, height: 480, channels: 3 }))
 * ```
 */
export function randCropImage(options: RandCropImageOptions): Transform<ResizedCropParameters> {
  const { useLogAspect = false } = options
  return resizedCrop('RandCropImage', options, (rng, info, { scale, ratio }) => {
    const aspect = useLogAspect ? drawLogAspect(rng, ratio) : rng.uniform(ratio[0], ratio[1])
    return drawRectangle(rng, info, scale, aspect)
  })
}

function drawRectangle(rng: Rng, { width, height }: ImageInfo, scale: Range, aspect: number): Rectangle {
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
