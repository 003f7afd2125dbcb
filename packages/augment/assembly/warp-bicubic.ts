// One row of a warp of three bytes per pixel: `xs` and `ys`, float64, say where its pixels come from. Arithmetic is in float64
// and in the order of geometry/warp.ts. May read a byte beyond the end of the picture.
import { copyPixel, firstTwo, isInside, lastTwo, pixelAt, putPixel } from './warp-pixels'

// @ts-ignore: decorator
@inline
function polynomial(first: v128, slope: v128, square: v128, cube: v128, t: v128): v128 {
  const inner = f64x2.add(square, f64x2.mul(t, cube))
  return f64x2.add(first, f64x2.mul(t, f64x2.add(slope, f64x2.mul(t, inner))))
}

// @ts-ignore: decorator
@inline
function cubic(before: v128, first: v128, second: v128, after: v128, t: v128): v128 {
  const slope = f64x2.sub(second, before)
  const square = f64x2.sub(f64x2.add(f64x2.mul(f64x2.splat(2), f64x2.sub(before, first)), second), after)
  const cube = f64x2.add(f64x2.sub(f64x2.sub(first, before), second), after)
  return polynomial(first, slope, square, cube, t)
}

// @ts-ignore: decorator
@inline
function cubicTwo(row: usize, x0: usize, x1: usize, x2: usize, x3: usize, t: v128): v128 {
  const before = firstTwo(pixelAt(row + x0))
  const after = firstTwo(pixelAt(row + x3))
  return cubic(before, firstTwo(pixelAt(row + x1)), firstTwo(pixelAt(row + x2)), after, t)
}

// @ts-ignore: decorator
@inline
function cubicThird(row: usize, x0: usize, x1: usize, x2: usize, x3: usize, t: v128): v128 {
  const before = lastTwo(pixelAt(row + x0))
  const after = lastTwo(pixelAt(row + x3))
  return cubic(before, lastTwo(pixelAt(row + x1)), lastTwo(pixelAt(row + x2)), after, t)
}

/** Four values by their cubics, as whole numbers. The parts of the first two are `low`, those of the last two `high`. */
// @ts-ignore: decorator
@inline
function cubicFour(first: v128, slope: v128, square: v128, cube: v128, low: v128, high: v128): v128 {
  const start = polynomial(firstTwo(first), firstTwo(slope), firstTwo(square), firstTwo(cube), low)
  const end = polynomial(lastTwo(first), lastTwo(slope), lastTwo(square), lastTwo(cube), high)
  return i32x4.shuffle(i32x4.trunc_sat_f64x2_s_zero(start), i32x4.trunc_sat_f64x2_s_zero(end), 0, 1, 4, 5)
}

// The coefficients of `cubic` are whole numbers for whole numbers: they are exact in 16 bits, eight at a time.

// @ts-ignore: decorator
@inline
function slopeOf(before: v128, second: v128): v128 {
  return i16x8.sub(second, before)
}

// @ts-ignore: decorator
@inline
function squareOf(before: v128, first: v128, second: v128, after: v128): v128 {
  return i16x8.add(i16x8.shl(i16x8.sub(before, first), 1), i16x8.sub(second, after))
}

// @ts-ignore: decorator
@inline
function cubeOf(before: v128, first: v128, second: v128, after: v128): v128 {
  return i16x8.add(i16x8.sub(first, before), i16x8.sub(after, second))
}

/**
 * Four pixels side by side, from four taps of twelve bytes each. `t01` and `t23` are the parts of the pixels between the
 * second and the third tap.
 */
// @ts-ignore: decorator
@inline
function cubicPixels(before: v128, first: v128, second: v128, after: v128, t01: v128, t23: v128, out: usize): void {
  const before8 = i16x8.extend_low_i8x16_u(before)
  const first8 = i16x8.extend_low_i8x16_u(first)
  const second8 = i16x8.extend_low_i8x16_u(second)
  const after8 = i16x8.extend_low_i8x16_u(after)
  const slope = slopeOf(before8, second8)
  const square = squareOf(before8, first8, second8, after8)
  const cube = cubeOf(before8, first8, second8, after8)
  // r0 g0 b0 r1, g1 b1 r2 g2, b2 r3 g3 b3
  const low = cubicFour(
    i32x4.extend_low_i16x8_u(first8),
    i32x4.extend_low_i16x8_s(slope),
    i32x4.extend_low_i16x8_s(square),
    i32x4.extend_low_i16x8_s(cube),
    i64x2.shuffle(t01, t01, 0, 0),
    t01,
  )
  const middle = cubicFour(
    i32x4.extend_high_i16x8_u(first8),
    i32x4.extend_high_i16x8_s(slope),
    i32x4.extend_high_i16x8_s(square),
    i32x4.extend_high_i16x8_s(cube),
    i64x2.shuffle(t01, t01, 1, 1),
    i64x2.shuffle(t23, t23, 0, 0),
  )
  const before4 = i16x8.extend_high_i8x16_u(before)
  const first4 = i16x8.extend_high_i8x16_u(first)
  const second4 = i16x8.extend_high_i8x16_u(second)
  const after4 = i16x8.extend_high_i8x16_u(after)
  const high = cubicFour(
    i32x4.extend_low_i16x8_u(first4),
    i32x4.extend_low_i16x8_s(slopeOf(before4, second4)),
    i32x4.extend_low_i16x8_s(squareOf(before4, first4, second4, after4)),
    i32x4.extend_low_i16x8_s(cubeOf(before4, first4, second4, after4)),
    t23,
    i64x2.shuffle(t23, t23, 1, 1),
  )
  const short = i16x8.narrow_i32x4_s(high, high)
  const bytes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(low, middle), short)
  v128.store64_lane(out, bytes, 0)
  v128.store32_lane(out, bytes, 2, 8)
}

/** Pixels of four rows, each one further to the right, as twelve bytes. */
// @ts-ignore: decorator
@inline
function joined(a: usize, b: usize, c: usize, d: usize): v128 {
  let pixels = v128.load32_zero(a)
  pixels = v128.load32_lane(b + 3, pixels, 1)
  pixels = v128.load32_lane(c + 6, pixels, 2)
  pixels = v128.load32_lane(d + 9, pixels, 3)
  return i8x16.swizzle(pixels, i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1))
}

/**
 * Does four pixels at once where their places are away from the border, one column further each, and between pixels in one
 * direction only, as in a shear: the share of the other direction is exactly 0. Says whether it did.
 */
// @ts-ignore: decorator
@inline
function bicubicFour(source: usize, width: i32, height: i32, xs: usize, ys: usize, out: usize): bool {
  const half = f64x2.splat(0.5)
  const x01 = f64x2.sub(v128.load(xs), half)
  const x23 = f64x2.sub(v128.load(xs, 16), half)
  const left01 = f64x2.floor(x01)
  const left23 = f64x2.floor(x23)
  const start = f64x2.splat(f64x2.extract_lane(left01, 0))
  const across = v128.and(
    f64x2.eq(left01, f64x2.add(start, f64x2(0, 1))),
    f64x2.eq(left23, f64x2.add(start, f64x2(2, 3))),
  )
  if (!i64x2.all_true(across)) return false
  const y01 = f64x2.sub(v128.load(ys), half)
  const y23 = f64x2.sub(v128.load(ys, 16), half)
  const top01 = f64x2.floor(y01)
  const top23 = f64x2.floor(y23)
  const left = <i32>f64x2.extract_lane(left01, 0)
  const stride = <usize>width * 3
  if (i64x2.all_true(v128.and(f64x2.eq(x01, left01), f64x2.eq(x23, left23)))) {
    const tops = i32x4.shuffle(i32x4.trunc_sat_f64x2_s_zero(top01), i32x4.trunc_sat_f64x2_s_zero(top23), 0, 1, 4, 5)
    const inner = v128.and(i32x4.ge_s(tops, i32x4.splat(1)), i32x4.lt_s(tops, i32x4.splat(height - 2)))
    if (left < 0 || left > width - 4 || !i32x4.all_true(inner)) return false
    const column = source + <usize>left * 3
    const a = column + <usize>i32x4.extract_lane(tops, 0) * stride
    const b = column + <usize>i32x4.extract_lane(tops, 1) * stride
    const c = column + <usize>i32x4.extract_lane(tops, 2) * stride
    const d = column + <usize>i32x4.extract_lane(tops, 3) * stride
    cubicPixels(
      joined(a - stride, b - stride, c - stride, d - stride),
      joined(a, b, c, d),
      joined(a + stride, b + stride, c + stride, d + stride),
      joined(a + 2 * stride, b + 2 * stride, c + 2 * stride, d + 2 * stride),
      f64x2.sub(y01, top01),
      f64x2.sub(y23, top23),
      out,
    )
    return true
  }
  const line = f64x2.splat(f64x2.extract_lane(top01, 0))
  const level = v128.and(v128.and(f64x2.eq(y01, line), f64x2.eq(y23, line)), f64x2.eq(top01, line))
  const top = <i32>f64x2.extract_lane(top01, 0)
  if (left < 1 || left > width - 6 || top < 0 || top >= height || !i64x2.all_true(level)) return false
  const at = source + <usize>top * stride + <usize>left * 3
  cubicPixels(
    v128.load(at - 3),
    v128.load(at),
    v128.load(at + 3),
    v128.load(at + 6),
    f64x2.sub(x01, left01),
    f64x2.sub(x23, left23),
    out,
  )
  return true
}

export function warpBicubic(
  source: usize,
  width: i32,
  height: i32,
  xs: usize,
  ys: usize,
  count: i32,
  out: usize,
  fill: usize,
): void {
  const stride = <usize>width * 3
  for (let i = 0; i < count; i++, out += 3) {
    const xAt = xs + (<usize>i << 3)
    const yAt = ys + (<usize>i << 3)
    if (i + 4 <= count && bicubicFour(source, width, height, xAt, yAt, out)) {
      i += 3
      out += 9
      continue
    }
    const x = load<f64>(xAt)
    const y = load<f64>(yAt)
    if (!isInside(x, y, width, height)) {
      copyPixel(out, fill)
      continue
    }
    const floorX = Math.floor(x - 0.5)
    const floorY = Math.floor(y - 0.5)
    const partX = x - 0.5 - floorX
    const partY = y - 0.5 - floorY
    const dx = f64x2.splat(partX)
    const dy = f64x2.splat(partY)
    const left = <i32>floorX
    const top = <i32>floorY
    const x0 = <usize>max(0, left - 1) * 3
    const x1 = <usize>max(0, left) * 3
    const x2 = <usize>min(width - 1, left + 1) * 3
    const x3 = <usize>min(width - 1, left + 2) * 3
    const row0 = source + <usize>max(0, top - 1) * stride
    const row1 = source + <usize>max(0, top) * stride
    const row2 = source + <usize>min(height - 1, top + 1) * stride
    const row3 = source + <usize>min(height - 1, top + 2) * stride
    if (partY == 0) {
      putPixel(out, cubicTwo(row1, x0, x1, x2, x3, dx), cubicThird(row1, x0, x1, x2, x3, dx))
    } else if (partX == 0) {
      // The same four values, one below the other.
      putPixel(out, cubicTwo(x1, row0, row1, row2, row3, dy), cubicThird(x1, row0, row1, row2, row3, dy))
    } else {
      const two = cubic(
        cubicTwo(row0, x0, x1, x2, x3, dx),
        cubicTwo(row1, x0, x1, x2, x3, dx),
        cubicTwo(row2, x0, x1, x2, x3, dx),
        cubicTwo(row3, x0, x1, x2, x3, dx),
        dy,
      )
      const one = cubic(
        cubicThird(row0, x0, x1, x2, x3, dx),
        cubicThird(row1, x0, x1, x2, x3, dx),
        cubicThird(row2, x0, x1, x2, x3, dx),
        cubicThird(row3, x0, x1, x2, x3, dx),
        dy,
      )
      putPixel(out, two, one)
    }
  }
}
