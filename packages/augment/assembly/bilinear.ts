// Bilinear resizing of pictures of three bytes per pixel, with the bits that OpenCV drops on the way.
import { pairs, putFour } from './pixels'

/** Entries of `columns`: where the left pixel is in its row (i32), weights of the left and right one (i16, i16). */
const COLUMN: usize = 8
/** Entries of `rows`: where the upper and the lower row begin (i32, i32), their weights (i32, i32). */
const ROW: usize = 16

/** One pixel of a row, in 1/128. */
// @ts-ignore: decorator
@inline
function across(row: usize, column: usize): v128 {
  const sum = i32x4.dot_i16x8_s(pairs(row + load<i32>(column)), v128.load32_splat(column, 4))
  return i32x4.shr_s(sum, 4)
}

/** One pixel of the result, in a quarter. */
// @ts-ignore: decorator
@inline
function pixel(upper: usize, lower: usize, column: usize, first: v128, second: v128): v128 {
  // The upper halves of these words are 0: the dot products are plain products.
  const above = i32x4.shr_s(i32x4.dot_i16x8_s(across(upper, column), first), 16)
  const below = i32x4.shr_s(i32x4.dot_i16x8_s(across(lower, column), second), 16)
  return i32x4.add(above, below)
}

// @ts-ignore: decorator
@inline
function rounded(quarters: v128): v128 {
  return i16x8.shr_s(i16x8.add(quarters, i16x8.splat(2)), 2)
}

/**
 * Weights are of 2048. `columns` has entries for a width that is rounded up to fours; `out` may be written four pixels
 * beyond its end.
 */
export function bilinear(source: usize, columns: usize, rows: usize, out: usize, width: i32, height: i32): void {
  const length = <usize>width * 3
  for (let y = 0; y < height; y++) {
    const upper = source + load<i32>(rows)
    const lower = source + load<i32>(rows, 4)
    const first = v128.load32_splat(rows, 8)
    const second = v128.load32_splat(rows, 12)
    let column = columns
    let to = out
    for (let x = 0; x < width; x += 4) {
      const left = i16x8.narrow_i32x4_s(
        pixel(upper, lower, column, first, second),
        pixel(upper, lower, column + COLUMN, first, second),
      )
      const right = i16x8.narrow_i32x4_s(
        pixel(upper, lower, column + 2 * COLUMN, first, second),
        pixel(upper, lower, column + 3 * COLUMN, first, second),
      )
      putFour(to, rounded(left), rounded(right))
      to += 12
      column += 4 * COLUMN
    }
    out += length
    rows += ROW
  }
}
