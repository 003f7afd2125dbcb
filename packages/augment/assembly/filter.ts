// The two passes of resizing with a filter, with Pillow's whole-number weights.
import { pairs, putFour } from './pixels'

/**
 * Weights are whole numbers of 2^-22, in two parts: weight = high × 2^11 + low. A pair of weights takes eight bytes: the
 * two high parts (i16, i16), the two low ones.
 */
const LOW_BITS: i32 = 11
const BITS: i32 = 22
const PAIR: usize = 8

// @ts-ignore: decorator
@inline
function rounded(high: v128, low: v128): v128 {
  const sum = i32x4.add(i32x4.shl(high, LOW_BITS), low)
  return i32x4.shr_s(i32x4.add(sum, i32x4.splat(1 << (BITS - 1))), BITS)
}

// @ts-ignore: decorator
@inline
function pixel(at: usize, weights: usize, count: i32): v128 {
  let high = i32x4.splat(0)
  let low = i32x4.splat(0)
  for (let k = 0; k < count; k++) {
    const values = pairs(at)
    high = i32x4.add(high, i32x4.dot_i16x8_s(values, v128.load32_splat(weights)))
    low = i32x4.add(low, i32x4.dot_i16x8_s(values, v128.load32_splat(weights, 4)))
    at += 6
    weights += PAIR
  }
  return rounded(high, low)
}

/**
 * Resizes rows of three bytes per pixel. `firsts` has where each pixel of the result begins in its row (i32), `weights`
 * `count` pairs for each, both for a width that is rounded up to fours. Pixels with weight 0 are read, and `out` may be
 * written four pixels beyond its end.
 */
export function resampleRows(
  source: usize, stride: i32, firsts: usize, weights: usize, count: i32, out: usize, width: i32, height: i32,
): void {
  const length = <usize>width * 3
  const step = <usize>count * PAIR
  for (let y = 0; y < height; y++) {
    let to = out
    let first = firsts
    let weight = weights
    for (let x = 0; x < width; x += 4) {
      const left = i16x8.narrow_i32x4_s(
        pixel(source + load<i32>(first), weight, count),
        pixel(source + load<i32>(first, 4), weight + step, count),
      )
      const right = i16x8.narrow_i32x4_s(
        pixel(source + load<i32>(first, 8), weight + 2 * step, count),
        pixel(source + load<i32>(first, 12), weight + 3 * step, count),
      )
      putFour(to, left, right)
      to += 12
      first += 16
      weight += 4 * step
    }
    out += length
    source += stride
  }
}

/**
 * Mixes rows of bytes, whatever a pixel has of them. `firsts` has where the first row begins for each row of the result
 * (i32), `weights` `count` pairs for each. Rows with weight 0 are read; the rows and the result may be read and written
 * 15 bytes beyond their ends.
 */
export function resampleColumns(
  source: usize, stride: i32, firsts: usize, weights: usize, count: i32, out: usize, length: i32, height: i32,
): void {
  const step = <usize>count * PAIR
  for (let y = 0; y < height; y++) {
    const first = source + load<i32>(firsts)
    for (let x = 0; x < length; x += 16) {
      let at = first + x
      let weight = weights
      let high0 = i32x4.splat(0)
      let high1 = i32x4.splat(0)
      let high2 = i32x4.splat(0)
      let high3 = i32x4.splat(0)
      let low0 = i32x4.splat(0)
      let low1 = i32x4.splat(0)
      let low2 = i32x4.splat(0)
      let low3 = i32x4.splat(0)
      for (let k = 0; k < count; k++) {
        const upper = v128.load(at)
        const lower = v128.load(at + stride)
        const left = i8x16.shuffle(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
        const right = i8x16.shuffle(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
        const high = v128.load32_splat(weight)
        const low = v128.load32_splat(weight, 4)
        const pairs0 = i16x8.extend_low_i8x16_u(left)
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(pairs0, high))
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(pairs0, low))
        const pairs1 = i16x8.extend_high_i8x16_u(left)
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(pairs1, high))
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(pairs1, low))
        const pairs2 = i16x8.extend_low_i8x16_u(right)
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(pairs2, high))
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(pairs2, low))
        const pairs3 = i16x8.extend_high_i8x16_u(right)
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(pairs3, high))
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(pairs3, low))
        at += 2 * <usize>stride
        weight += PAIR
      }
      const left = i16x8.narrow_i32x4_s(rounded(high0, low0), rounded(high1, low1))
      const right = i16x8.narrow_i32x4_s(rounded(high2, low2), rounded(high3, low3))
      v128.store(out + x, i8x16.narrow_i16x8_u(left, right))
    }
    out += length
    firsts += 4
    weights += step
  }
}
