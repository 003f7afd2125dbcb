// The direct kernels' innermost loops: some channels of some pixels, summed over a list of filter cells.
import { high, highPair, low, lowPair } from './shuffle'
import { madd } from './settings'

// @ts-ignore: decorator
@inline
function start(bias: usize, channel: i32, channels: i32): v128 {
  return bias == 0 ? f32x4.splat(0) : v128.load32_splat(bias + (<usize>min(channel, channels - 1) << 2))
}

// @ts-ignore: decorator
@inline
function put(y: usize, value: v128, channels: i32): void {
  if (channels >= 4) return v128.store(y, value)
  v128.store32_lane(y, value, 0)
  if (channels > 1) v128.store32_lane(y, value, 1, 4)
  if (channels > 2) v128.store32_lane(y, value, 2, 8)
}

/** Turns four channels of four pixels and writes the first `count` pixels, `pixel` bytes apart. */
// @ts-ignore: decorator
@inline
function putPixels(y: usize, s0: v128, s1: v128, s2: v128, s3: v128, pixel: usize, count: i32, channels: i32): void {
  const a = low(s0, s1), b = low(s2, s3), c = high(s0, s1), d = high(s2, s3)
  if (count > 0) put(y, lowPair(a, b), channels)
  if (count > 1) put(y + pixel, highPair(a, b), channels)
  if (count > 2) put(y + 2 * pixel, lowPair(c, d), channels)
  if (count > 3) put(y + 3 * pixel, highPair(c, d), channels)
}

/**
 * Pixels at `y` and at `y + apartY`, four each of which the first `count` and `countFar` are written, in up to four
 * `channels`. A cell is a pair of words: where its pixels begin from `x` on, and its weights from `filter` on; those of
 * the other pixels lie `apart` further. Of each cell `depth` planes are summed.
 */
// @ts-ignore: decorator
@inline
export function multiplyCells(
  cells: usize, end: usize, x: usize, apart: usize, depth: i32, plane: usize, filter: usize, bias: usize, y: usize,
  apartY: usize, pixel: usize, count: i32, countFar: i32, channels: i32,
): void {
  let s0 = start(bias, 0, channels), s1 = start(bias, 1, channels)
  let s2 = start(bias, 2, channels), s3 = start(bias, 3, channels)
  let t0 = s0, t1 = s1, t2 = s2, t3 = s3
  for (; cells < end; cells += 8) {
    let from = x + load<usize>(cells)
    let far = from + apart
    let weights = filter + load<usize>(cells, 4)
    for (let c = 0; c < depth; c++) {
      const p = v128.load(from), q = v128.load(far)
      let w = v128.load32_splat(weights)
      s0 = madd(p, w, s0)
      t0 = madd(q, w, t0)
      w = v128.load32_splat(weights, 4)
      s1 = madd(p, w, s1)
      t1 = madd(q, w, t1)
      w = v128.load32_splat(weights, 8)
      s2 = madd(p, w, s2)
      t2 = madd(q, w, t2)
      w = v128.load32_splat(weights, 12)
      s3 = madd(p, w, s3)
      t3 = madd(q, w, t3)
      from += plane
      far += plane
      weights += 16
    }
  }
  putPixels(y, s0, s1, s2, s3, pixel, count, channels)
  putPixels(y + apartY, t0, t1, t2, t3, pixel, countFar, channels)
}

/** Twelve pixels side by side, of which the first `count` are written, in three channels. */
// @ts-ignore: decorator
@inline
export function multiplyCellsByThree(
  cells: usize, end: usize, x: usize, depth: i32, plane: usize, filter: usize, bias: usize, y: usize, pixel: usize,
  count: i32,
): void {
  let s0 = start(bias, 0, 3), s1 = start(bias, 1, 3), s2 = start(bias, 2, 3)
  let t0 = s0, t1 = s1, t2 = s2, u0 = s0, u1 = s1, u2 = s2
  for (; cells < end; cells += 8) {
    let from = x + load<usize>(cells)
    let weights = filter + load<usize>(cells, 4)
    for (let c = 0; c < depth; c++) {
      const p = v128.load(from), q = v128.load(from, 16), r = v128.load(from, 32)
      let w = v128.load32_splat(weights)
      s0 = madd(p, w, s0)
      t0 = madd(q, w, t0)
      u0 = madd(r, w, u0)
      w = v128.load32_splat(weights, 4)
      s1 = madd(p, w, s1)
      t1 = madd(q, w, t1)
      u1 = madd(r, w, u1)
      w = v128.load32_splat(weights, 8)
      s2 = madd(p, w, s2)
      t2 = madd(q, w, t2)
      u2 = madd(r, w, u2)
      from += plane
      weights += 16
    }
  }
  putPixels(y, s0, s1, s2, s2, pixel, count, 3)
  putPixels(y + 4 * pixel, t0, t1, t2, t2, pixel, count - 4, 3)
  putPixels(y + 8 * pixel, u0, u1, u2, u2, pixel, count - 8, 3)
}
