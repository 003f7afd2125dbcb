// Four vectors of four floats, turned: lowPair and highPair of the low and the high halves.

// @ts-ignore: decorator
@inline
export function low(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5)
}

// @ts-ignore: decorator
@inline
export function high(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7)
}

// @ts-ignore: decorator
@inline
export function lowPair(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 0, 2)
}

// @ts-ignore: decorator
@inline
export function highPair(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 1, 3)
}
