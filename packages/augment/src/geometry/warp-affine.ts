import type { Image } from '../image.ts'
import type { AffineMatrix } from './affine-positions.ts'
import type { Sides, WarpOptions } from './warp-options.ts'
import { warpOverFill } from './warp-over-fill.ts'

/**
 * Moves the pixels of a picture by a matrix, as OpenCV's `warpAffine` with a constant border. The size stays unless
 * told.
 *
 * @param matrix - from a place in the result to the place in the input, where the centre of the first pixel is at (0, 0)
 */
export function warpAffine(
  image: Image,
  [a, b, c, d, e, f]: AffineMatrix,
  options: WarpOptions = {},
  size: Sides = image,
): Image {
  // Which of two pixels is nearest depends on how OpenCV rounds: rows in float32, then each pixel.
  const stepX = Math.fround(a)
  const stepY = Math.fround(d)
  const rowX = Math.fround(b)
  const rowY = Math.fround(e)
  const startX = Math.fround(c)
  const startY = Math.fround(f)
  return warpOverFill(
    image,
    (y, xs, ys) => {
      const leftX = Math.fround(Math.fround(rowX * y) + startX)
      const leftY = Math.fround(Math.fround(rowY * y) + startY)
      for (let x = 0; x < xs.length; x++) {
        xs[x] = Math.fround(stepX * x + leftX)
        ys[x] = Math.fround(stepY * x + leftY)
      }
    },
    options,
    size,
  )
}
