import type { Image } from '../image.ts'
import { affineBySimd } from '../simd/affine.ts'
import { type AffineMatrix, affinePositions } from './affine-positions.ts'
import { fillPixel } from './fill-pixel.ts'
import { warp } from './warp.ts'
import type { Sides, WarpOptions } from './warp-options.ts'

/**
 * Moves the pixels of a picture by a matrix. The size stays. Results are those of Pillow's
 * `Image.transform(size, AFFINE, matrix)`.
 *
 * The channels don't depend on each other: an alpha channel is moved like the others, and the colour of transparent
 * pixels counts as much as any.
 *
 * @param image - 8-bit or float32, any number of channels
 * @param matrix - from a place in the result to the place in the input, in pixels
 * @param options - `interpolation`: nearest unless told; `fill`: the value of what comes from outside, 0 unless told
 * @throws `shape-mismatch` when `fill` is a list of another length than the picture has channels
 * @example
 * ```ts
 * import { affine } from '@clas/augment'
 * const row = { data: new Uint8Array([1, 2, 3]), width: 3, height: 1, channels: 1 }
 * console.log(affine(row, [1, 0, 1, 0, 1, 0]).data) // 2 3 0
 * ```
 */
export function affine(image: Image, matrix: AffineMatrix, options: WarpOptions = {}): Image {
  return affineOf(image, matrix, options, image)
}

/** As {@link affine}, to another size. */
export function affineOf(image: Image, matrix: AffineMatrix, options: WarpOptions, size: Sides): Image {
  const { interpolation = 'nearest', fill = 0 } = options
  const { channels } = image
  const { width, height } = size
  const background = fillPixel(fill, channels, image.data)
  const data = affineBySimd(image, matrix, interpolation, background, size)
  if (data) return { data, width, height, channels }
  return warp(image, affinePositions(size, matrix, interpolation), options, size)
}
