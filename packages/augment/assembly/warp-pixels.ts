// A pixel of three bytes as the warps take and leave it.

/** Whether a place is inside of the picture. */
// @ts-ignore: decorator
@inline
export function isInside(x: f64, y: f64, width: i32, height: i32): bool {
  return x >= 0 && y >= 0 && x < <f64>width && y < <f64>height
}

// @ts-ignore: decorator
@inline
export function copyPixel(out: usize, from: usize): void {
  store<u16>(out, load<u16>(from))
  store<u8>(out, load<u8>(from, 2), 2)
}

/** The first two of four values in 32 bits each. */
// @ts-ignore: decorator
@inline
export function firstTwo(pixel: v128): v128 {
  return f64x2.convert_low_i32x4_s(pixel)
}

/** The last two of four values; of a pixel, the first of them is its third. */
// @ts-ignore: decorator
@inline
export function lastTwo(pixel: v128): v128 {
  return f64x2.convert_low_i32x4_s(i32x4.shuffle(pixel, pixel, 2, 3, 2, 3))
}

/** The values of a pixel in 32 bits each. */
// @ts-ignore: decorator
@inline
export function pixelAt(at: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)))
}

/** Cuts off what is behind the point, and writes three bytes. Values beyond a byte become the least or the largest. */
// @ts-ignore: decorator
@inline
export function putPixel(out: usize, two: v128, one: v128): void {
  const whole = i32x4.shuffle(i32x4.trunc_sat_f64x2_s_zero(two), i32x4.trunc_sat_f64x2_s_zero(one), 0, 1, 4, 5)
  const short = i16x8.narrow_i32x4_s(whole, whole)
  const bytes = i8x16.narrow_i16x8_u(short, short)
  v128.store16_lane(out, bytes, 0)
  v128.store8_lane(out, bytes, 2, 2)
}
