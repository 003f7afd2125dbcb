// What Pillow's ImageEnhance makes of pictures of three bytes per pixel.

// @ts-ignore: decorator
@inline
function mixed(bases: v128, values: v128, factor: v128): v128 {
  const difference = f32x4.convert_i32x4_s(i32x4.sub(values, bases))
  return i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.convert_i32x4_s(bases), f32x4.mul(factor, difference)))
}

// @ts-ignore: decorator
@inline
function mixedEight(bases: v128, values: v128, factor: v128): v128 {
  return i16x8.narrow_i32x4_s(
    mixed(i32x4.extend_low_i16x8_u(bases), i32x4.extend_low_i16x8_u(values), factor),
    mixed(i32x4.extend_high_i16x8_u(bases), i32x4.extend_high_i16x8_u(values), factor),
  )
}

/** base + factor × (value - base) in float32, cut off and kept in a byte. Works up to the next multiple of 16. */
export function blend(bases: usize, values: usize, out: usize, length: i32, factor: f32): void {
  const factors = f32x4.splat(factor)
  for (let i = 0; i < length; i += 16) {
    const base = v128.load(bases + i)
    const value = v128.load(values + i)
    const low = mixedEight(i16x8.extend_low_i8x16_u(base), i16x8.extend_low_i8x16_u(value), factors)
    const high = mixedEight(i16x8.extend_high_i8x16_u(base), i16x8.extend_high_i8x16_u(value), factors)
    v128.store(out + i, i8x16.narrow_i16x8_u(low, high))
  }
}

/** The brightness of four pixels, with Pillow's weights of 2^-16. That of green doesn't fit 16 bits and is halved. */
// @ts-ignore: decorator
@inline
function luma(source: usize): v128 {
  const bytes = v128.load(source)
  const redGreen = i8x16.swizzle(bytes, i8x16(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1))
  const greenBlue = i8x16.swizzle(bytes, i8x16(1, -1, 2, -1, 4, -1, 5, -1, 7, -1, 8, -1, 10, -1, 11, -1))
  const first = i32x4.dot_i16x8_s(redGreen, i16x8(19595, 19235, 19595, 19235, 19595, 19235, 19595, 19235))
  const second = i32x4.dot_i16x8_s(greenBlue, i16x8(19235, 7471, 19235, 7471, 19235, 7471, 19235, 7471))
  return i32x4.shr_u(i32x4.add(i32x4.add(first, second), i32x4.splat(32768)), 16)
}

/** Writes the brightness of each pixel three times, and up to 16 bytes behind. Returns the sum over the pixels. */
export function grey(source: usize, out: usize, pixels: i32): f64 {
  let sums = i32x4.splat(0)
  let left = pixels
  for (; left >= 4; left -= 4) {
    const four = luma(source)
    sums = i32x4.add(sums, four)
    v128.store(out, i8x16.swizzle(four, i8x16(0, 0, 0, 4, 4, 4, 8, 8, 8, 12, 12, 12, -1, -1, -1, -1)))
    source += 12
    out += 12
  }
  let sum = <f64>i32x4.extract_lane(sums, 0) + <f64>i32x4.extract_lane(sums, 1)
  sum += <f64>i32x4.extract_lane(sums, 2) + <f64>i32x4.extract_lane(sums, 3)
  const rest = luma(source)
  v128.store(out, i8x16.swizzle(rest, i8x16(0, 0, 0, 4, 4, 4, 8, 8, 8, -1, -1, -1, -1, -1, -1, -1)))
  if (left > 0) sum += <f64>i32x4.extract_lane(rest, 0)
  if (left > 1) sum += <f64>i32x4.extract_lane(rest, 1)
  if (left > 2) sum += <f64>i32x4.extract_lane(rest, 2)
  return sum
}

/** Eight sums of three rows of bytes. */
// @ts-ignore: decorator
@inline
function column(at: usize, stride: usize): v128 {
  const ends = i16x8.add(v128.load8x8_u(at - stride), v128.load8x8_u(at + stride))
  return i16x8.add(ends, v128.load8x8_u(at))
}

/** Eight values that are (neighbours + 5 × middle) / 13, rounded. */
// @ts-ignore: decorator
@inline
function smoothed(at: usize, stride: usize): v128 {
  const sides = i16x8.add(column(at - 3, stride), column(at + 3, stride))
  const four = i16x8.shl(v128.load8x8_u(at), 2)
  const sum = i16x8.add(i16x8.add(sides, column(at, stride)), four)
  // Around the middle of the range 2521 / 32768 is as good as 1 / 13.
  const centred = i16x8.sub(sum, i16x8.splat(13 * 128))
  return i16x8.add(i16x8.q15mulr_sat_s(centred, i16x8.splat(2521)), i16x8.splat(128))
}

// @ts-ignore: decorator
@inline
function copyPixel(source: usize, out: usize): void {
  store<u16>(out, load<u16>(source))
  store<u8>(out, load<u8>(source, 2), 2)
}

/** Smooths a picture, whose border stays, of at least 3×3. Reads and writes up to 16 bytes beyond the ends. */
export function smooth(source: usize, out: usize, width: i32, height: i32): void {
  const stride = <usize>width * 3
  memory.copy(out, source, stride)
  for (let y = 1; y < height - 1; y++) {
    source += stride
    out += stride
    // The last vector of each row runs over both borders.
    copyPixel(source, out)
    for (let x: usize = 3; x < stride - 3; x += 16) {
      const at = source + x
      v128.store(out + x, i8x16.narrow_i16x8_u(smoothed(at, stride), smoothed(at + 8, stride)))
    }
    copyPixel(source + stride - 3, out + stride - 3)
  }
  memory.copy(out + stride, source + stride, stride)
}
