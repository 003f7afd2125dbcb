import { ClasError } from '@clas/core'
import { badOption, type Size, sizeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { place } from './place.ts'

/** The options of {@link padCrop}. */
export interface PadCropOptions {
  /** Rows and columns of zeros on each of the four sides, in pixels: a whole number of at least 0. */
  readonly padding: number
  /** Of the crop, in pixels: the side of a square, or [width, height]. The size of the picture unless told. */
  readonly size?: Size
}

/** What {@link padCrop} draws. */
export interface PadCropParameters {
  /** The left column of the crop in the unpadded picture, in pixels; below 0 in the padding. */
  readonly left: number
  /** The top row of the crop in the unpadded picture, in pixels; below 0 in the padding. */
  readonly top: number
}

const NAME = 'PadCrop'

/**
 * Puts zeros around a picture and cuts a crop out at random: a random shift, the usual augmentation of CIFAR and of
 * digits (He et al. 2016, section 4.2). Nothing is resized. Works on 8-bit and float32 pictures of any number of
 * channels.
 *
 * @throws `bad-option` when `padding` or a side isn't a whole number; `shape-mismatch` when the padded picture is smaller
 *   than the crop
 * @example
 * ```ts
 * import { padCrop } from '@clas/augment'
 * const row = { data: new Uint8Array([1, 2, 3]), width: 3, height: 1, channels: 1 }
 * console.log(padCrop({ padding: 1 }).apply(row, { left: -1, top: 0 }).data) // 0 1 2
 * ```
 */
export function padCrop(options: PadCropOptions): Transform<PadCropParameters> {
  const { padding } = options
  if (!Number.isSafeInteger(padding) || padding < 0) {
    badOption(NAME, 'padding', 'a whole number of at least 0', padding)
  }
  const size = options.size === undefined ? undefined : sizeOption(NAME, options.size)
  const sizeOf = (info: { width: number; height: number }): readonly [number, number] =>
    size ?? [info.width, info.height]
  return defineTransform({
    name: NAME,
    options,
    sample(rng, info) {
      const [width, height] = sizeOf(info)
      const columns = info.width + 2 * padding - width
      const rows = info.height + 2 * padding - height
      if (columns < 0 || rows < 0) {
        throw new ClasError(
          'shape-mismatch',
          `PadCrop: a crop of ${width}×${height} is larger than the picture of ${info.width}×${info.height} with ` +
            `${padding} pixels of padding; take a smaller size or more padding`,
          { width, height, padding, imageWidth: info.width, imageHeight: info.height },
        )
      }
      return { left: rng.integer(0, columns + 1) - padding, top: rng.integer(0, rows + 1) - padding }
    },
    apply: (image, { left, top }) => {
      const [width, height] = sizeOf(image)
      return place(image, { left, top, width, height })
    },
    outputInfo: (info) => {
      const [width, height] = sizeOf(info)
      return { width, height, channels: info.channels }
    },
  })
}
