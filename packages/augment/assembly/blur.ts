// A symmetric filter along both sides, in whole numbers whose sum is 256. `weights` has them from the middle outwards (u16).

/**
 * Along rows: bytes become their sums (u16). Each row of `lines` has `taps` - 1 pixels of `step` bytes before and behind.
 * `length` is that of a row without them; what is behind the last row is read and written up to 16 values beyond.
 */
export function blurRows(
  lines: usize, out: usize, step: i32, length: i32, height: i32, weights: usize, taps: i32,
): void {
  const margin = <usize>(taps - 1) * step
  for (let y = 0; y < height; y++) {
    lines += margin
    for (let x = 0; x < length; x += 16) {
      const at = lines + x
      const middle = v128.load(at)
      const weight = v128.load16_splat(weights)
      let low = i16x8.mul(i16x8.extend_low_i8x16_u(middle), weight)
      let high = i16x8.mul(i16x8.extend_high_i8x16_u(middle), weight)
      for (let k = 1; k < taps; k++) {
        const left = v128.load(at - k * step)
        const right = v128.load(at + k * step)
        const pair = v128.load16_splat(weights + 2 * k)
        const pairLow = i16x8.add(i16x8.extend_low_i8x16_u(left), i16x8.extend_low_i8x16_u(right))
        const pairHigh = i16x8.add(i16x8.extend_high_i8x16_u(left), i16x8.extend_high_i8x16_u(right))
        low = i16x8.add(low, i16x8.mul(pairLow, pair))
        high = i16x8.add(high, i16x8.mul(pairHigh, pair))
      }
      v128.store(out + 2 * x, low)
      v128.store(out + 2 * x, high, 16)
    }
    lines += <usize>length + margin
    out += 2 * length
  }
}

/** Without doubling the last row. */
// @ts-ignore: decorator
@inline
function mirrored(row: i32, height: i32): i32 {
  if (height == 1) return 0
  const period = 2 * (height - 1)
  const place = ((row % period) + period) % period
  return place < height ? place : period - place
}

/**
 * Along columns: sums (u16) become bytes, rounded. Works up to 8 values beyond the end. `rows` has room for two addresses
 * (i32) per tap.
 */
export function blurColumns(
  sums: usize, out: usize, length: i32, height: i32, weights: usize, taps: i32, rows: usize,
): void {
  const stride = 2 * length
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < taps; k++) {
      store<i32>(rows + 8 * k, <i32>sums + mirrored(y - k, height) * stride)
      store<i32>(rows + 8 * k, <i32>sums + mirrored(y + k, height) * stride, 4)
    }
    for (let x = 0; x < length; x += 8) {
      const middle = v128.load(load<i32>(rows) + 2 * x)
      const weight = v128.load16_splat(weights)
      let low = i32x4.add(i32x4.extmul_low_i16x8_u(middle, weight), i32x4.splat(32768))
      let high = i32x4.add(i32x4.extmul_high_i16x8_u(middle, weight), i32x4.splat(32768))
      for (let k = 1; k < taps; k++) {
        const upper = v128.load(load<i32>(rows + 8 * k) + 2 * x)
        const lower = v128.load(load<i32>(rows + 8 * k, 4) + 2 * x)
        const pair = v128.load16_splat(weights + 2 * k)
        low = i32x4.add(low, i32x4.add(i32x4.extmul_low_i16x8_u(upper, pair), i32x4.extmul_low_i16x8_u(lower, pair)))
        high = i32x4.add(high, i32x4.add(i32x4.extmul_high_i16x8_u(upper, pair), i32x4.extmul_high_i16x8_u(lower, pair)))
      }
      const words = i16x8.narrow_i32x4_u(i32x4.shr_u(low, 16), i32x4.shr_u(high, 16))
      v128.store64_lane(out + x, i8x16.narrow_i16x8_u(words, words), 0)
    }
    out += length
  }
}
