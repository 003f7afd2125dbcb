// Elementary functions on four floats at once, by polynomials and without tables.

// @ts-ignore: decorator
@inline
function splat(x: f32): v128 {
  return f32x4.splat(x)
}

// @ts-ignore: decorator
@inline
function step(sum: v128, x: v128, coefficient: f32): v128 {
  return f32x4.add(f32x4.mul(sum, x), splat(coefficient))
}

/** 2^n of whole numbers n as floats, for n in [-126, 127] */
// @ts-ignore: decorator
@inline
function power(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23)
}

/** e^x: infinity above 88.72, NaN of NaN, 0 below -87.33, where a float has few digits left and processors take long. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  // The order of the operands lets NaN through.
  x = f32x4.pmax(f32x4.pmin(x, splat(89)), splat(-105))
  const n = f32x4.nearest(f32x4.mul(x, splat(1.44269504088896341)))
  // ln 2 in two parts, the first with few digits, so that the remainder is exact.
  let r = f32x4.sub(x, f32x4.mul(n, splat(0.693359375)))
  r = f32x4.add(r, f32x4.mul(n, splat(2.12194440e-4)))
  let p = splat(1.9875691500e-4)
  p = step(p, r, 1.3981999507e-3)
  p = step(p, r, 8.3334519073e-3)
  p = step(p, r, 4.1665795894e-2)
  p = step(p, r, 1.6666665459e-1)
  p = step(p, r, 5.0000001201e-1)
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), splat(1))
  // Two factors: 2^n alone may be too large or too small for a float.
  const whole = i32x4.trunc_sat_f32x4_s(n)
  const half = i32x4.shr_s(whole, 1)
  const result = f32x4.mul(f32x4.mul(p, power(half)), power(i32x4.sub(whole, half)))
  return v128.andnot(result, f32x4.lt(x, splat(-87.33654)))
}

// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp(f32x4.neg(x))))
}

// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x)
  const square = f32x4.mul(x, x)
  let p = splat(-5.70498872745e-3)
  p = step(p, square, 2.06390887954e-2)
  p = step(p, square, -5.37397155531e-2)
  p = step(p, square, 1.33314422036e-1)
  p = step(p, square, -3.33332819422e-1)
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, square), x), x)
  let far = f32x4.add(exp(f32x4.add(size, size)), splat(1))
  far = f32x4.sub(splat(1), f32x4.div(splat(2), far))
  far = v128.or(far, v128.and(x, splat(-0.0)))
  return v128.bitselect(near, far, f32x4.lt(size, splat(0.625)))
}

/** The normal distribution's Phi(x) = (1 + erf(x / sqrt 2)) / 2 */
// @ts-ignore: decorator
@inline
export function phi(x: v128): v128 {
  const z = f32x4.mul(x, splat(0.70710678118654752))
  const size = f32x4.abs(z)
  const square = f32x4.mul(z, z)
  // erf of small z: z + z * P(z^2)
  let p = splat(-5.96761703e-4)
  p = step(p, square, 4.99119423e-3)
  p = step(p, square, -2.67681349e-2)
  p = step(p, square, 1.12819925e-1)
  p = step(p, square, -3.76125336e-1)
  p = step(p, square, 1.28379166e-1)
  const near = f32x4.add(splat(0.5), f32x4.mul(splat(0.5), f32x4.add(f32x4.mul(p, z), z)))
  // erfc of the others: exp(-z + z * Q(z)), fitted by N. Juffa
  let q = splat(-1.72853470e-5)
  q = step(q, size, 3.83197126e-4)
  q = step(q, size, -3.88396438e-3)
  q = step(q, size, 2.42546219e-2)
  q = step(q, size, -1.06777877e-1)
  q = step(q, size, -6.34846687e-1)
  q = step(q, size, -1.28717512e-1)
  const tail = f32x4.mul(splat(0.5), exp(f32x4.sub(f32x4.mul(q, size), size)))
  const far = v128.bitselect(tail, f32x4.sub(splat(1), tail), f32x4.lt(x, splat(0)))
  return v128.bitselect(near, far, f32x4.lt(size, splat(0.92)))
}

/** ln x of a positive, finite double */
export function log(x: f64): f64 {
  const bits = reinterpret<i64>(x)
  let exponent = <i32>((bits >> 52) & 2047) - 1023
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000)
  if (m > 1.4142135623730951) {
    m *= 0.5
    exponent++
  }
  const s = (m - 1) / (m + 1)
  const square = s * s
  let sum: f64 = 0
  for (let i = 21; i >= 1; i -= 2) sum = sum * square + 1 / <f64>i
  return 2 * s * sum + <f64>exponent * 0.6931471805599453
}
