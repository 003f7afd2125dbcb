// Three bytes per pixel, in and out of vectors.

/** Two pixels that lie side by side as 16-bit pairs: r r, g g, b b, 0 0. May read two bytes more. */
// @ts-ignore: decorator
@inline
export function pairs(at: usize): v128 {
  return i8x16.swizzle(v128.load64_zero(at), i8x16(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1))
}

/** Writes four pixels, the bytes of two vectors of 16-bit r, g, b, nothing. Also writes the four bytes behind. */
// @ts-ignore: decorator
@inline
export function putFour(at: usize, first: v128, second: v128): void {
  const bytes = i8x16.narrow_i16x8_u(first, second)
  v128.store(at, i8x16.swizzle(bytes, i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1)))
}
