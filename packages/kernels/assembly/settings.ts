// What the build decides, and the sizes that the packed product is tuned to.

/** Rows of A that are packed at once; with BLOCK_DEPTH they fill 96 KiB, which fits the second cache. */
export const BLOCK_ROWS: i32 = 96
/** Depth of a packed block: a panel of eight columns of B is then 8 KiB and stays in the first cache. */
export const BLOCK_DEPTH: i32 = 256
/** Floats of B that are packed at once, unless one block of depth is more. */
export const PACKED_FLOATS: i32 = 1 << 18
export const PANEL_ROWS: i32 = 6
export const PANEL_COLUMNS: i32 = 8

/**
 * a * b + c. The build gives RELAXED: 1 for machines with fused multiply-add for vectors ("relaxed SIMD"), else 0. A
 * declaration here would make it an import.
 */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  // @ts-ignore: undeclared
  if (RELAXED) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}
