// Bytes to float32: (value × scale - mean) / std.

const STEP: i32 = 48

// @ts-ignore: decorator
@inline
function four(out: usize, values: v128, scale: v128, mean: usize, std: usize): void {
  const scaled = f32x4.mul(f32x4.convert_i32x4_u(values), scale)
  v128.store(out, f32x4.div(f32x4.sub(scaled, v128.load(mean)), v128.load(std)))
}

// @ts-ignore: decorator
@inline
function sixteen(
  source: usize, out: usize, scale: v128, constants: usize, first: usize, second: usize, third: usize,
): void {
  const bytes = v128.load(source)
  const low = i16x8.extend_low_i8x16_u(bytes)
  const high = i16x8.extend_high_i8x16_u(bytes)
  four(out, i32x4.extend_low_i16x8_u(low), scale, constants + first, constants + first + STEP)
  four(out + 16, i32x4.extend_high_i16x8_u(low), scale, constants + second, constants + second + STEP)
  four(out + 32, i32x4.extend_low_i16x8_u(high), scale, constants + third, constants + third + STEP)
  four(out + 48, i32x4.extend_high_i16x8_u(high), scale, constants + first, constants + first + STEP)
}

/**
 * `constants` has the means of twelve values in a row (f32), then their stds: a whole number of pixels of 1, 2, 3, 4 or 6
 * channels. Values are read and written up to the next multiple of 48.
 */
export function normalize(source: usize, out: usize, length: i32, scale: f32, constants: usize): void {
  const scales = f32x4.splat(scale)
  for (let i = 0; i < length; i += STEP) {
    sixteen(source, out, scales, constants, 0, 16, 32)
    sixteen(source + 16, out + 64, scales, constants, 16, 32, 0)
    sixteen(source + 32, out + 128, scales, constants, 32, 0, 16)
    source += STEP
    out += 4 * STEP
  }
}
