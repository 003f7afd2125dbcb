// The innermost loops of the gradient of the filter. A loop within a loop would cost half the speed: engines then keep
// the sums in memory.
import { madd } from './settings'

/**
 * Writes to a tile of six rows by eight columns the sum, over pixels, of what `x` and `dy` point to times each other:
 * six floats, eight floats. They move on by `step` and `stepY` bytes.
 */
export function sumSix(tile: usize, x: usize, step: usize, dy: usize, stepY: usize, pixels: i32): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00
  let s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00
  for (let i = 0; i < pixels; i++) {
    const p = v128.load(dy), q = v128.load(dy, 16)
    let v = v128.load32_splat(x)
    s00 = madd(v, p, s00)
    s01 = madd(v, q, s01)
    v = v128.load32_splat(x, 4)
    s10 = madd(v, p, s10)
    s11 = madd(v, q, s11)
    v = v128.load32_splat(x, 8)
    s20 = madd(v, p, s20)
    s21 = madd(v, q, s21)
    v = v128.load32_splat(x, 12)
    s30 = madd(v, p, s30)
    s31 = madd(v, q, s31)
    v = v128.load32_splat(x, 16)
    s40 = madd(v, p, s40)
    s41 = madd(v, q, s41)
    v = v128.load32_splat(x, 20)
    s50 = madd(v, p, s50)
    s51 = madd(v, q, s51)
    x += step
    dy += stepY
  }
  v128.store(tile, s00, 0)
  v128.store(tile, s01, 16)
  v128.store(tile, s10, 32)
  v128.store(tile, s11, 48)
  v128.store(tile, s20, 64)
  v128.store(tile, s21, 80)
  v128.store(tile, s30, 96)
  v128.store(tile, s31, 112)
  v128.store(tile, s40, 128)
  v128.store(tile, s41, 144)
  v128.store(tile, s50, 160)
  v128.store(tile, s51, 176)
}

/** The same for twelve rows by four columns. */
export function sumTwelve(tile: usize, x: usize, step: usize, dy: usize, stepY: usize, pixels: i32): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0
  let s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0
  for (let i = 0; i < pixels; i++) {
    const p = v128.load(dy)
    s0 = madd(v128.load32_splat(x), p, s0)
    s1 = madd(v128.load32_splat(x, 4), p, s1)
    s2 = madd(v128.load32_splat(x, 8), p, s2)
    s3 = madd(v128.load32_splat(x, 12), p, s3)
    s4 = madd(v128.load32_splat(x, 16), p, s4)
    s5 = madd(v128.load32_splat(x, 20), p, s5)
    s6 = madd(v128.load32_splat(x, 24), p, s6)
    s7 = madd(v128.load32_splat(x, 28), p, s7)
    s8 = madd(v128.load32_splat(x, 32), p, s8)
    s9 = madd(v128.load32_splat(x, 36), p, s9)
    s10 = madd(v128.load32_splat(x, 40), p, s10)
    s11 = madd(v128.load32_splat(x, 44), p, s11)
    x += step
    dy += stepY
  }
  v128.store(tile, s0, 0)
  v128.store(tile, s1, 16)
  v128.store(tile, s2, 32)
  v128.store(tile, s3, 48)
  v128.store(tile, s4, 64)
  v128.store(tile, s5, 80)
  v128.store(tile, s6, 96)
  v128.store(tile, s7, 112)
  v128.store(tile, s8, 128)
  v128.store(tile, s9, 144)
  v128.store(tile, s10, 160)
  v128.store(tile, s11, 176)
}
