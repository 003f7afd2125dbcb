import { ClasError } from '@clas/core'
import { cropRectangle } from '../image.ts'
import { type Size, sizeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'

/** The options of {@link randomCropImage} and {@link randCropImageV2}. */
export interface RandomCropImageOptions {
  /** In pixels: the side of a square, or [width, height]. */
  readonly size: Size
}

/** What a random crop of a fixed size draws, in pixels. */
export interface RandomCropParameters {
  readonly left: number
  readonly top: number
}

/**
 * Cuts out a rectangle of a fixed size at a random place. Nothing is resized. Works on 8-bit and float32 pictures of any
 * number of channels.
 *
 * @throws `bad-option` when a side isn't a whole number of at least 1; `shape-mismatch` when the picture is smaller than
 *   the crop
 * @example
 * ```ts
 * import { randomCropImage } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const crop = randomCropImage({ size: 224 })
 * console.log(crop.sample(createRng(1), { width: 256, height: 341, channels: 3 }))
 * ```
 */
export function randomCropImage(options: RandomCropImageOptions): Transform<RandomCropParameters> {
  return randomCrop('RandomCropImage', options)
}

/**
 * The same as {@link randomCropImage}. PaddleClas's RandCropImageV2 also draws places one pixel beyond the right and the
 * lower end, where the crop is a pixel too small; here all crops have their size.
 *
 * @throws as {@link randomCropImage}
 * @example
 * ```ts
 * import { randCropImageV2 } from '@clas/augment'
 * const photo = { data: new Uint8Array(8 * 6 * 3), width: 8, height: 6, channels: 3 }
 * console.log(randCropImageV2({ size: 4 }).apply(photo, { left: 2, top: 1 }).width) // 4
 * ```
 */
export function randCropImageV2(options: RandomCropImageOptions): Transform<RandomCropParameters> {
  return randomCrop('RandCropImageV2', options)
}

function randomCrop(name: string, options: RandomCropImageOptions): Transform<RandomCropParameters> {
  const [width, height] = sizeOption(name, options.size)
  return defineTransform({
    name,
    options,
    sample(rng, info) {
      if (info.width < width || info.height < height) {
        throw new ClasError(
          'shape-mismatch',
          `${name}: a crop of ${width}×${height} is larger than the picture of ${info.width}×${info.height}; ` +
            'resize the picture first or take a smaller crop',
          { width, height, imageWidth: info.width, imageHeight: info.height },
        )
      }
      return { left: rng.integer(0, info.width - width + 1), top: rng.integer(0, info.height - height + 1) }
    },
    apply: (image, { left, top }) => cropRectangle(image, { left, top, width, height }),
    outputInfo: ({ channels }) => ({ width, height, channels }),
  })
}
