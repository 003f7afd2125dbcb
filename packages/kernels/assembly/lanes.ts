// Loads and stores of either four floats or the one that is left at the end of a row. With one float, the value is in
// every lane: so the same formula serves both.

// @ts-ignore: decorator
@inline
export function get(from: usize, four: bool): v128 {
  return four ? v128.load(from) : v128.load32_splat(from)
}

// @ts-ignore: decorator
@inline
export function put(to: usize, value: v128, four: bool): void {
  if (four) v128.store(to, value)
  else v128.store32_lane(to, value, 0)
}

/** The four floats as doubles, the first two added to the last two. */
// @ts-ignore: decorator
@inline
export function widen(x: v128): v128 {
  return f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1)))
}

// @ts-ignore: decorator
@inline
export function total(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1)
}
