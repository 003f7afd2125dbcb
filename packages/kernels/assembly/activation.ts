// Activations and their gradients. The kinds are numbered as in src/wasm/activation.ts.
import { get, put } from './lanes'
import { exp, phi, sigmoid, tanh } from './math'

const RELU = 0
const RELU6 = 1
const LEAKY_RELU = 2
const SIGMOID = 3
const HARD_SIGMOID = 4
const HARD_SWISH = 5
const SWISH = 6
const GELU = 7
const GELU_TANH = 8
const TANH = 9

/** sqrt(2 / pi) */
const SLOPE: f32 = 0.7978845608028654
const CUBIC: f32 = 0.044715

// @ts-ignore: decorator
@inline
function clip(x: v128, lowest: f32, highest: f32): v128 {
  return f32x4.min(f32x4.max(x, f32x4.splat(lowest)), f32x4.splat(highest))
}

// @ts-ignore: decorator
@inline
function within(x: v128, lowest: f32, highest: f32): v128 {
  return v128.and(f32x4.gt(x, f32x4.splat(lowest)), f32x4.lt(x, f32x4.splat(highest)))
}

/** tanh's argument in the approximation of gelu */
// @ts-ignore: decorator
@inline
function cubic(x: v128): v128 {
  const square = f32x4.mul(x, x)
  const sum = f32x4.add(x, f32x4.mul(f32x4.splat(CUBIC), f32x4.mul(square, x)))
  return f32x4.mul(f32x4.splat(SLOPE), sum)
}

// @ts-ignore: decorator
@inline
function value(kind: i32, x: v128, slope: v128, offset: v128): v128 {
  if (kind == RELU) return f32x4.max(x, f32x4.splat(0))
  if (kind == RELU6) return clip(x, 0, 6)
  if (kind == LEAKY_RELU) return v128.bitselect(x, f32x4.mul(x, slope), f32x4.gt(x, f32x4.splat(0)))
  if (kind == SIGMOID) return sigmoid(x)
  if (kind == HARD_SIGMOID) return clip(f32x4.add(f32x4.mul(x, slope), offset), 0, 1)
  if (kind == HARD_SWISH) {
    return f32x4.div(f32x4.mul(x, clip(f32x4.add(x, f32x4.splat(3)), 0, 6)), f32x4.splat(6))
  }
  if (kind == SWISH) return f32x4.mul(x, sigmoid(x))
  if (kind == GELU) return f32x4.mul(x, phi(x))
  if (kind == GELU_TANH) {
    return f32x4.mul(f32x4.mul(f32x4.splat(0.5), x), f32x4.add(f32x4.splat(1), tanh(cubic(x))))
  }
  return tanh(x)
}

// @ts-ignore: decorator
@inline
function derivative(kind: i32, x: v128, slope: v128, offset: v128): v128 {
  const one = f32x4.splat(1)
  if (kind == RELU) return v128.and(one, f32x4.gt(x, f32x4.splat(0)))
  if (kind == RELU6) return v128.and(one, within(x, 0, 6))
  if (kind == LEAKY_RELU) return v128.bitselect(one, slope, f32x4.gt(x, f32x4.splat(0)))
  if (kind == SIGMOID) {
    const s = sigmoid(x)
    return f32x4.mul(s, f32x4.sub(one, s))
  }
  if (kind == HARD_SIGMOID) return v128.and(slope, within(f32x4.add(f32x4.mul(x, slope), offset), 0, 1))
  if (kind == HARD_SWISH) {
    const middle = f32x4.div(f32x4.add(f32x4.add(x, x), f32x4.splat(3)), f32x4.splat(6))
    return v128.bitselect(middle, v128.and(one, f32x4.ge(x, f32x4.splat(3))), within(x, -3, 3))
  }
  if (kind == SWISH) {
    const s = sigmoid(x)
    return f32x4.add(s, f32x4.mul(f32x4.mul(x, s), f32x4.sub(one, s)))
  }
  if (kind == GELU) {
    // 1 / sqrt(2 pi)
    const density = f32x4.mul(f32x4.splat(0.3989422804014327), exp(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5))))
    return f32x4.add(phi(x), f32x4.mul(x, density))
  }
  if (kind == GELU_TANH) {
    const t = tanh(cubic(x))
    const inner = f32x4.add(f32x4.splat(SLOPE), f32x4.mul(f32x4.splat(3 * SLOPE * CUBIC), f32x4.mul(x, x)))
    const rise = f32x4.mul(f32x4.mul(x, f32x4.sub(one, f32x4.mul(t, t))), inner)
    return f32x4.mul(f32x4.splat(0.5), f32x4.add(f32x4.add(one, t), rise))
  }
  const t = tanh(x)
  return f32x4.sub(one, f32x4.mul(t, t))
}

// @ts-ignore: decorator
@inline
function forward(kind: i32, x: usize, y: usize, size: i32, slope: v128, offset: v128): void {
  let i = 0
  for (; i + 4 <= size; i += 4) {
    v128.store(y, value(kind, v128.load(x), slope, offset))
    x += 16
    y += 16
  }
  for (; i < size; i++) {
    put(y, value(kind, get(x, false), slope, offset), false)
    x += 4
    y += 4
  }
}

// @ts-ignore: decorator
@inline
function backward(kind: i32, dy: usize, x: usize, dx: usize, size: i32, slope: v128, offset: v128): void {
  let i = 0
  for (; i + 4 <= size; i += 4) {
    v128.store(dx, f32x4.mul(v128.load(dy), derivative(kind, v128.load(x), slope, offset)))
    dy += 16
    x += 16
    dx += 16
  }
  for (; i < size; i++) {
    put(dx, f32x4.mul(get(dy, false), derivative(kind, get(x, false), slope, offset)), false)
    dy += 4
    x += 4
    dx += 4
  }
}

// A loop for every kind: a branch inside the loop would cost more than the simple kinds do.
export function activation(kind: i32, x: usize, y: usize, size: i32, slope: f32, offset: f32): void {
  const s = f32x4.splat(slope), o = f32x4.splat(offset)
  if (kind == RELU) forward(RELU, x, y, size, s, o)
  else if (kind == RELU6) forward(RELU6, x, y, size, s, o)
  else if (kind == LEAKY_RELU) forward(LEAKY_RELU, x, y, size, s, o)
  else if (kind == SIGMOID) forward(SIGMOID, x, y, size, s, o)
  else if (kind == HARD_SIGMOID) forward(HARD_SIGMOID, x, y, size, s, o)
  else if (kind == HARD_SWISH) forward(HARD_SWISH, x, y, size, s, o)
  else if (kind == SWISH) forward(SWISH, x, y, size, s, o)
  else if (kind == GELU) forward(GELU, x, y, size, s, o)
  else if (kind == GELU_TANH) forward(GELU_TANH, x, y, size, s, o)
  else forward(TANH, x, y, size, s, o)
}

export function activationGradient(
  kind: i32, dy: usize, x: usize, dx: usize, size: i32, slope: f32, offset: f32,
): void {
  const s = f32x4.splat(slope), o = f32x4.splat(offset)
  if (kind == RELU) backward(RELU, dy, x, dx, size, s, o)
  else if (kind == RELU6) backward(RELU6, dy, x, dx, size, s, o)
  else if (kind == LEAKY_RELU) backward(LEAKY_RELU, dy, x, dx, size, s, o)
  else if (kind == SIGMOID) backward(SIGMOID, dy, x, dx, size, s, o)
  else if (kind == HARD_SIGMOID) backward(HARD_SIGMOID, dy, x, dx, size, s, o)
  else if (kind == HARD_SWISH) backward(HARD_SWISH, dy, x, dx, size, s, o)
  else if (kind == SWISH) backward(SWISH, dy, x, dx, size, s, o)
  else if (kind == GELU) backward(GELU, dy, x, dx, size, s, o)
  else if (kind == GELU_TANH) backward(GELU_TANH, dy, x, dx, size, s, o)
  else backward(TANH, dy, x, dx, size, s, o)
}
