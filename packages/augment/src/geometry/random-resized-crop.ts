import type { Rng } from '@clas/core'
import type { ImageInfo, Rectangle } from '../image.ts'
import type { Transform } from '../transform.ts'
import {
  type CropAreaOptions,
  drawLogAspect,
  type ResizedCropOptions,
  type ResizedCropParameters,
  resizedCrop,
} from './resized-crop.ts'
import { roundHalfToEven } from './round-half-to-even.ts'

/** So often a rectangle is drawn. */
const ATTEMPTS = 10

/**
 * Cuts out a random rectangle and resizes it, in one pass. The parameters are the rectangle, in pixels of the input.
 *
 * The area is uniform in `scale`, the logarithm of the ratio in that of `ratio`. A rectangle that doesn't fit is drawn
 * again, ten times at most; then it is the largest one in the middle whose ratio is in the range. So do torchvision's and
 * Paddle's RandomResizedCrop, and timm's RandomResizedCropAndInterpolation; torchvision and timm resize pictures with the
 * backend `pil`. `randCropImage` has no need to draw again.
 *
 * @throws `bad-option` when a side isn't a whole number of at least 1, a range isn't one, or the backend doesn't have the
 *   interpolation
 * @example
 * ```ts
 * import { randomResizedCrop } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const crop = randomResizedCrop({ size: 224, interpolation: 'bicubic', backend: 'pil' })
 * console.log(crop.sample(createRng(1), { width: 640, height: 480, channels: 3 }))
 * ```
 */
export function randomResizedCrop(options: ResizedCropOptions): Transform<ResizedCropParameters> {
  return resizedCrop('RandomResizedCrop', options, drawFittingRectangle)
}

/** Draws a rectangle until it fits, as {@link randomResizedCrop}. */
export function drawFittingRectangle(rng: Rng, info: ImageInfo, area: Required<CropAreaOptions>): Rectangle {
  const { width, height } = info
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const pixels = width * height * rng.uniform(area.scale[0], area.scale[1])
    const aspect = drawLogAspect(rng, area.ratio)
    const cropWidth = roundHalfToEven(Math.sqrt(pixels * aspect))
    const cropHeight = roundHalfToEven(Math.sqrt(pixels / aspect))
    if (cropWidth > 0 && cropWidth <= width && cropHeight > 0 && cropHeight <= height) {
      const top = rng.integer(0, height - cropHeight + 1)
      const left = rng.integer(0, width - cropWidth + 1)
      return { left, top, width: cropWidth, height: cropHeight }
    }
  }
  return middleRectangle(info, area)
}

function middleRectangle({ width, height }: ImageInfo, { ratio }: Required<CropAreaOptions>): Rectangle {
  const aspect = Math.min(Math.max(width / height, ratio[0]), ratio[1])
  // At most one of the sides is shorter than the picture's. A tiny picture still gives one pixel.
  const cropWidth = Math.max(1, Math.min(width, roundHalfToEven(height * aspect)))
  const cropHeight = Math.max(1, Math.min(height, roundHalfToEven(width / aspect)))
  return {
    left: Math.floor((width - cropWidth) / 2),
    top: Math.floor((height - cropHeight) / 2),
    width: cropWidth,
    height: cropHeight,
  }
}
