// The transforms of Winograd's minimal filtering (Lavin and Gray, 2016) for filters of 3 x 3 with steps of one, for
// tiles of 2 x 2 outputs (points 0, 1, -1) and of 4 x 4 (points 0, ±√½, ±√2, whose small powers keep rounding small). A
// window of n = tile + 2 pixels a side and the filter become n x n numbers for each channel, which are multiplied one by
// one. All work on four channels at once.
import { madd } from './settings'

/** What a line of numbers becomes: of a window, of a filter, of products; and of a gradient, the same transposed. */
const WINDOW2: i32 = 0
const WINDOW4: i32 = 1
const FILTER2: i32 = 2
const FILTER4: i32 = 3
const OUTPUT2: i32 = 4
const OUTPUT4: i32 = 5
const OUTPUT_GRADIENT2: i32 = 6
const OUTPUT_GRADIENT4: i32 = 7
const FILTER_GRADIENT2: i32 = 8
const FILTER_GRADIENT4: i32 = 9

const A: f32 = 0.70710678118654752
const B: f32 = 1.4142135623730950
const A3: f32 = 0.35355339059327376
const B3: f32 = 2.8284271247461901

// @ts-ignore: decorator
@inline
function times(x: v128, factor: f32): v128 {
  return f32x4.mul(x, f32x4.splat(factor))
}

/** sum + x * factor */
// @ts-ignore: decorator
@inline
function plus(sum: v128, x: v128, factor: f32): v128 {
  return madd(x, f32x4.splat(factor), sum)
}

/** Transforms one line, whose numbers lie `step` bytes apart, to one whose numbers lie `toStep` bytes apart. */
// @ts-ignore: decorator
@inline
function line(kind: i32, from: usize, step: usize, to: usize, toStep: usize): void {
  const x0 = v128.load(from), x1 = v128.load(from + step)
  if (kind == OUTPUT_GRADIENT2) {
    v128.store(to, x0)
    v128.store(to + toStep, f32x4.add(x0, x1))
    v128.store(to + 2 * toStep, f32x4.sub(x0, x1))
    v128.store(to + 3 * toStep, f32x4.neg(x1))
    return
  }
  const x2 = v128.load(from + 2 * step)
  if (kind == FILTER2) {
    const half = times(f32x4.add(x0, x2), 0.5)
    v128.store(to, x0)
    v128.store(to + toStep, plus(half, x1, 0.5))
    v128.store(to + 2 * toStep, plus(half, x1, -0.5))
    v128.store(to + 3 * toStep, x2)
    return
  }
  if (kind == FILTER4) {
    const near = times(plus(x0, x2, 0.5), -2.0 / 3.0)
    const far = times(plus(x0, x2, 2), 1.0 / 6.0)
    v128.store(to, x0)
    v128.store(to + toStep, plus(near, x1, A * <f32>(-2.0 / 3.0)))
    v128.store(to + 2 * toStep, plus(near, x1, A * <f32>(2.0 / 3.0)))
    v128.store(to + 3 * toStep, plus(far, x1, B * <f32>(1.0 / 6.0)))
    v128.store(to + 4 * toStep, plus(far, x1, B * <f32>(-1.0 / 6.0)))
    v128.store(to + 5 * toStep, x2)
    return
  }
  const x3 = v128.load(from + 3 * step)
  if (kind == WINDOW2) {
    v128.store(to, f32x4.sub(x0, x2))
    v128.store(to + toStep, f32x4.add(x1, x2))
    v128.store(to + 2 * toStep, f32x4.sub(x2, x1))
    v128.store(to + 3 * toStep, f32x4.sub(x1, x3))
    return
  }
  if (kind == OUTPUT2) {
    v128.store(to, f32x4.add(x0, f32x4.add(x1, x2)))
    v128.store(to + toStep, f32x4.sub(f32x4.sub(x1, x2), x3))
    return
  }
  if (kind == FILTER_GRADIENT2) {
    const half = times(f32x4.add(x1, x2), 0.5)
    v128.store(to, f32x4.add(x0, half))
    v128.store(to + toStep, times(f32x4.sub(x1, x2), 0.5))
    v128.store(to + 2 * toStep, f32x4.add(half, x3))
    return
  }
  if (kind == OUTPUT_GRADIENT4) {
    const near = plus(x0, x2, 0.5), nearOdd = plus(times(x1, A), x3, A3)
    const far = plus(x0, x2, 2), farOdd = plus(times(x1, B), x3, B3)
    v128.store(to, x0)
    v128.store(to + toStep, f32x4.add(near, nearOdd))
    v128.store(to + 2 * toStep, f32x4.sub(near, nearOdd))
    v128.store(to + 3 * toStep, f32x4.add(far, farOdd))
    v128.store(to + 4 * toStep, f32x4.sub(far, farOdd))
    v128.store(to + 5 * toStep, x3)
    return
  }
  const x4 = v128.load(from + 4 * step), x5 = v128.load(from + 5 * step)
  if (kind == WINDOW4) {
    const near = plus(x4, x2, -2), nearOdd = times(plus(x3, x1, -2), A)
    const far = plus(x4, x2, -0.5), farOdd = times(plus(x3, x1, -0.5), B)
    v128.store(to, plus(f32x4.add(x0, x4), x2, -2.5))
    v128.store(to + toStep, f32x4.add(near, nearOdd))
    v128.store(to + 2 * toStep, f32x4.sub(near, nearOdd))
    v128.store(to + 3 * toStep, f32x4.add(far, farOdd))
    v128.store(to + 4 * toStep, f32x4.sub(far, farOdd))
    v128.store(to + 5 * toStep, plus(f32x4.add(x1, x5), x3, -2.5))
    return
  }
  const near = f32x4.add(x1, x2), nearOdd = f32x4.sub(x1, x2)
  const far = f32x4.add(x3, x4), farOdd = f32x4.sub(x3, x4)
  if (kind == OUTPUT4) {
    v128.store(to, f32x4.add(x0, f32x4.add(near, far)))
    v128.store(to + toStep, plus(times(nearOdd, A), farOdd, B))
    v128.store(to + 2 * toStep, plus(times(near, 0.5), far, 2))
    v128.store(to + 3 * toStep, plus(plus(x5, nearOdd, A3), farOdd, B3))
    return
  }
  // FILTER_GRADIENT4
  v128.store(to, plus(plus(x0, near, -2.0 / 3.0), far, 1.0 / 6.0))
  v128.store(to + toStep, plus(times(nearOdd, A * <f32>(-2.0 / 3.0)), farOdd, B * <f32>(1.0 / 6.0)))
  v128.store(to + 2 * toStep, plus(plus(x5, near, -1.0 / 3.0), far, 1.0 / 3.0))
}

/** Transforms the columns of a square of numbers, then its rows. `room` holds what is between: 36 vectors. */
// @ts-ignore: decorator
@inline
function square(
  kind: i32, inputs: i32, outputs: i32, from: usize, down: usize, across: usize, to: usize, toDown: usize,
  toAcross: usize, room: usize,
): void {
  const row = <usize>inputs << 4
  for (let j = 0; j < inputs; j++) line(kind, from + across * j, down, room + (<usize>j << 4), row)
  for (let i = 0; i < outputs; i++) line(kind, room + row * i, 16, to + toDown * i, toAcross)
}

/**
 * Transforms a window of the picture: number (i, j) of each of `channels` channels goes `step` bytes behind the one
 * before. `down` and `across` are the bytes from a pixel to the next.
 */
export function transformWindow(
  tile: i32, from: usize, down: usize, across: usize, channels: i32, to: usize, step: usize, room: usize,
): void {
  for (let c = 0; c < channels; c += 4) {
    if (tile == 4) square(WINDOW4, 6, 6, from, down, across, to, 6 * step, step, room)
    else square(WINDOW2, 4, 4, from, down, across, to, 4 * step, step, room)
    from += 16
    to += 16
  }
}

/** Transforms four channels of a filter, whose cells lie `step` bytes apart. */
export function transformFilter(tile: i32, from: usize, step: usize, to: usize, toStep: usize, room: usize): void {
  if (tile == 4) square(FILTER4, 3, 6, from, 3 * step, step, to, 6 * toStep, toStep, room)
  else square(FILTER2, 3, 4, from, 3 * step, step, to, 4 * toStep, toStep, room)
}

/** Transforms four channels of the products to a tile of the output. */
export function transformOutput(
  tile: i32, from: usize, step: usize, to: usize, down: usize, across: usize, room: usize,
): void {
  if (tile == 4) square(OUTPUT4, 6, 4, from, 6 * step, step, to, down, across, room)
  else square(OUTPUT2, 4, 2, from, 4 * step, step, to, down, across, room)
}

/** Transforms four channels of a tile of the output's gradient. */
export function transformOutputGradient(
  tile: i32, from: usize, down: usize, across: usize, to: usize, step: usize, room: usize,
): void {
  if (tile == 4) square(OUTPUT_GRADIENT4, 4, 6, from, down, across, to, 6 * step, step, room)
  else square(OUTPUT_GRADIENT2, 2, 4, from, down, across, to, 4 * step, step, room)
}

/** Transforms four channels of the gradient's products to the cells of the filter's gradient. */
export function transformFilterGradient(
  tile: i32, from: usize, step: usize, to: usize, toStep: usize, room: usize,
): void {
  if (tile == 4) square(FILTER_GRADIENT4, 6, 3, from, 6 * step, step, to, 3 * toStep, toStep, room)
  else square(FILTER_GRADIENT2, 4, 3, from, 4 * step, step, to, 3 * toStep, toStep, room)
}
