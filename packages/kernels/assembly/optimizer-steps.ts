// Steps of optimizers: everything that is kept for a parameter is read once and written once.
import { get, put } from './lanes'

// @ts-ignore: decorator
@inline
function momentumLanes(
  param: usize, gradient: usize, velocity: usize, next: usize, gathered: usize, at: usize, four: bool, lr: v128,
  momentum: v128, weightDecay: v128, undamped: v128, nesterov: bool,
): void {
  const p = get(param + at, four)
  const g = f32x4.add(get(gradient + at, four), f32x4.mul(weightDecay, p))
  const v = f32x4.add(f32x4.mul(momentum, get(velocity + at, four)), f32x4.mul(undamped, g))
  const way = nesterov ? f32x4.add(g, f32x4.mul(momentum, v)) : v
  put(gathered + at, v, four)
  put(next + at, f32x4.sub(p, f32x4.mul(lr, way)), four)
}

// @ts-ignore: decorator
@inline
function momentumLoop(
  param: usize, gradient: usize, velocity: usize, next: usize, gathered: usize, size: i32, rate: usize, momentum: f32,
  weightDecay: f32, undamped: f32, nesterov: bool,
): void {
  const lr = v128.load32_splat(rate)
  const m = f32x4.splat(momentum), w = f32x4.splat(weightDecay), u = f32x4.splat(undamped)
  let i = 0
  for (; i + 4 <= size; i += 4) {
    momentumLanes(param, gradient, velocity, next, gathered, <usize>i << 2, true, lr, m, w, u, nesterov)
  }
  for (; i < size; i++) {
    momentumLanes(param, gradient, velocity, next, gathered, <usize>i << 2, false, lr, m, w, u, nesterov)
  }
}

/** The learning rate lies at `rate`; `undamped` is 1 - dampening. */
export function momentumStep(
  param: usize, gradient: usize, velocity: usize, next: usize, gathered: usize, size: i32, rate: usize, momentum: f32,
  weightDecay: f32, undamped: f32, nesterov: i32,
): void {
  if (nesterov) {
    momentumLoop(param, gradient, velocity, next, gathered, size, rate, momentum, weightDecay, undamped, true)
  } else momentumLoop(param, gradient, velocity, next, gathered, size, rate, momentum, weightDecay, undamped, false)
}

// @ts-ignore: decorator
@inline
function adamLanes(
  param: usize, gradient: usize, mean: usize, squares: usize, next: usize, means: usize, squared: usize, at: usize,
  four: bool, rate: v128, smallest: v128, decay: v128, shrink: v128, beta1: v128, rest1: v128, beta2: v128,
  rest2: v128,
): void {
  const p = get(param + at, four)
  const g = f32x4.add(get(gradient + at, four), f32x4.mul(decay, p))
  const m = f32x4.add(f32x4.mul(beta1, get(mean + at, four)), f32x4.mul(rest1, g))
  const s = f32x4.add(f32x4.mul(beta2, get(squares + at, four)), f32x4.mul(rest2, f32x4.mul(g, g)))
  const way = f32x4.div(f32x4.mul(rate, m), f32x4.add(f32x4.sqrt(s), smallest))
  put(means + at, m, four)
  put(squared + at, s, four)
  put(next + at, f32x4.sub(p, f32x4.add(way, f32x4.mul(shrink, p))), four)
}

/**
 * The learning rate lies at `lr`, the corrections at `factor` and `smallest`. Of the two decays one is 0: `decay` is added
 * to the gradient, `decoupled` shrinks the parameter. `rest1` is 1 - beta1, `rest2` is 1 - beta2.
 */
export function adamStep(
  param: usize, gradient: usize, mean: usize, squares: usize, next: usize, means: usize, squared: usize, size: i32,
  lr: usize, factor: usize, smallest: usize, decay: f32, decoupled: f32, beta1: f32, rest1: f32, beta2: f32, rest2: f32,
): void {
  const rate = f32x4.mul(v128.load32_splat(lr), v128.load32_splat(factor))
  const least = v128.load32_splat(smallest)
  const d = f32x4.splat(decay), shrink = f32x4.mul(v128.load32_splat(lr), f32x4.splat(decoupled))
  const b1 = f32x4.splat(beta1), r1 = f32x4.splat(rest1), b2 = f32x4.splat(beta2), r2 = f32x4.splat(rest2)
  let i = 0
  for (; i + 4 <= size; i += 4) {
    adamLanes(
      param, gradient, mean, squares, next, means, squared, <usize>i << 2, true, rate, least, d, shrink, b1, r1, b2, r2,
    )
  }
  for (; i < size; i++) {
    adamLanes(
      param, gradient, mean, squares, next, means, squared, <usize>i << 2, false, rate, least, d, shrink, b1, r1, b2,
      r2,
    )
  }
}
