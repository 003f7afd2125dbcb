import { cropRectangle, type Image } from '../image.ts'
import { type Size, sizeOption } from '../options.ts'
import { flipImage } from './flip-image.ts'
import { roundHalfToEven } from './round-half-to-even.ts'

/** The options of {@link tenCrop}. */
export interface TenCropOptions {
  /** Whether top and bottom are swapped, and not left and right. No unless told. */
  readonly vertical?: boolean
}

/**
 * Cuts out the four corners and the middle, in the order top left, top right, bottom left, bottom right, middle. This is
 * torchvision's FiveCrop.
 *
 * @param image - 8-bit or float32, any number of channels
 * @param size - of each crop, in pixels: the side of a square, or [width, height]
 * @throws `bad-option` when a side isn't a whole number of at least 1; `shape-mismatch` when the picture is smaller
 * @example
 * ```ts
 * import { fiveCrop } from '@clas/augment'
 * const photo = { data: new Uint8Array(8 * 6 * 3), width: 8, height: 6, channels: 3 }
 * console.log(fiveCrop(photo, 4).length) // 5
 * ```
 */
export function fiveCrop(image: Image, size: Size): Image[] {
  const [width, height] = sizeOption('fiveCrop', size)
  const right = image.width - width
  const bottom = image.height - height
  const places = [
    [0, 0],
    [right, 0],
    [0, bottom],
    [right, bottom],
    [roundHalfToEven(right / 2), roundHalfToEven(bottom / 2)],
  ] as const
  return places.map(([left, top]) => cropRectangle(image, { left, top, width, height }))
}

/**
 * Cuts out the four corners and the middle, and the same of the mirrored picture: the ten views whose predictions are
 * averaged (Krizhevsky et al. 2012). The order is that of {@link fiveCrop}, twice. This is torchvision's TenCrop.
 *
 * @param image - 8-bit or float32, any number of channels
 * @param size - of each crop, in pixels: the side of a square, or [width, height]
 * @param options - `vertical`: mirror top and bottom, and not left and right
 * @throws as {@link fiveCrop}
 * @example
 * ```ts
 * import { tenCrop } from '@clas/augment'
 * const photo = { data: new Uint8Array(8 * 6 * 3), width: 8, height: 6, channels: 3 }
 * console.log(tenCrop(photo, [4, 3]).length) // 10
 * ```
 */
export function tenCrop(image: Image, size: Size, { vertical = false }: TenCropOptions = {}): Image[] {
  return [...fiveCrop(image, size), ...fiveCrop(flipImage(image, !vertical, vertical), size)]
}
