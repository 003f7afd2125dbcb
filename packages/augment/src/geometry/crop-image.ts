import { cropRectangle } from '../image.ts'
import { type Size, sizeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'

/** The options of {@link cropImage}. */
export interface CropImageOptions {
  /** In pixels: the side of a square, or [width, height]. */
  readonly size: Size
}

/**
 * Cuts out the middle of a picture. Of an odd rest, the larger half is cut off right and below, as PaddleClas's CropImage
 * does. Works on 8-bit and float32 pictures of any number of channels.
 *
 * @throws `bad-option` when a side isn't a whole number of at least 1; `shape-mismatch` when the picture is smaller than
 *   the crop
 * @example
 * ```ts
 * import { cropImage } from '@clas/augment'
 * const photo = { data: new Uint8Array(8 * 6 * 3), width: 8, height: 6, channels: 3 }
 * console.log(cropImage({ size: 4 }).apply(photo, null).width) // 4
 * ```
 */
export function cropImage(options: CropImageOptions): Transform<null> {
  const [width, height] = sizeOption('CropImage', options.size)
  return defineTransform({
    name: 'CropImage',
    options,
    sample: () => null,
    apply: (image) =>
      cropRectangle(image, {
        left: Math.floor((image.width - width) / 2),
        top: Math.floor((image.height - height) / 2),
        width,
        height,
      }),
    outputInfo: ({ channels }) => ({ width, height, channels }),
  })
}
