import { roundHalfToEven } from '../geometry/round-half-to-even.ts'
import { cropRectangle } from '../image.ts'
import { type Size, sizeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'

/** The options of {@link centerCrop}. */
export interface CenterCropOptions {
  /** In pixels: the side of a square, or [width, height]. */
  readonly size: Size
}

/**
 * Cuts out the middle of a picture as CenterCrop of paddle.vision and torchvision does: half of an odd rest is rounded to
 * the even number, where `cropImage` rounds it down. Works on 8-bit and float32 pictures of any number of channels.
 *
 * @throws `bad-option` when a side isn't a whole number of at least 1; `shape-mismatch` when the picture is smaller than
 *   the crop
 * @example
 * ```ts
 * import { centerCrop } from '@clas/augment'
 * const row = { data: new Uint8Array([1, 2, 3, 4]), width: 4, height: 1, channels: 1 }
 * console.log(centerCrop({ size: 1 }).apply(row, null).data) // 3
 * ```
 */
export function centerCrop(options: CenterCropOptions): Transform<null> {
  const [width, height] = sizeOption('CenterCrop', options.size)
  return defineTransform({
    name: 'CenterCrop',
    options,
    sample: () => null,
    apply: (image) =>
      cropRectangle(image, {
        left: roundHalfToEven((image.width - width) / 2),
        top: roundHalfToEven((image.height - height) / 2),
        width,
        height,
      }),
    outputInfo: ({ channels }) => ({ width, height, channels }),
  })
}
