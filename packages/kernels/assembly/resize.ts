// Bilinear resizing of an image, and its gradient: every cell of the output is a mean of up to four of the input.
import { get, put } from './lanes'
import { madd } from './settings'

/** Where the `i`-th of `count` cells lies between the `length` cells of the input. */
// @ts-ignore: decorator
@inline
function position(i: i32, length: i32, count: i32, corners: bool): f64 {
  if (corners) return count > 1 ? <f64>i * <f64>(length - 1) / <f64>(count - 1) : 0
  return min(max((<f64>i + 0.5) * <f64>length / <f64>count - 0.5, 0), <f64>(length - 1))
}

// @ts-ignore: decorator
@inline
function add(to: usize, gradient: v128, share: v128, four: bool): void {
  put(to, madd(gradient, share, get(to, four)), four)
}

/**
 * Four lanes, or the one that is left: `x` is the top left of the input's cells, `y` the output's cell; `below` and
 * `right` are the ways to the other cells, 0 where these count for nothing.
 */
// @ts-ignore: decorator
@inline
function cell(
  gradient: bool, x: usize, y: usize, below: usize, right: usize, s00: v128, s01: v128, s10: v128, s11: v128,
  four: bool,
): void {
  // Cells that count for nothing are not touched: 0 times infinity is not 0.
  if (gradient) {
    const dy = get(y, four)
    add(x, dy, s00, four)
    if (right) add(x + right, dy, s01, four)
    if (below) add(x + below, dy, s10, four)
    if (below && right) add(x + below + right, dy, s11, four)
  } else {
    let sum = f32x4.mul(get(x, four), s00)
    if (right) sum = madd(get(x + right, four), s01, sum)
    if (below) sum = madd(get(x + below, four), s10, sum)
    if (below && right) sum = madd(get(x + below + right, four), s11, sum)
    put(y, sum, four)
  }
}

// @ts-ignore: decorator
@inline
function resize(
  gradient: bool, x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, down: i32, across: i32,
  corners: bool,
): void {
  const pixel = <usize>channels << 2
  const line = pixel * width
  for (let n = 0; n < batch; n++) {
    for (let oy = 0; oy < down; oy++) {
      const fromTop = position(oy, height, down, corners)
      const top = Math.floor(fromTop)
      const v = fromTop - top
      const below = v > 0 ? line : 0
      for (let ox = 0; ox < across; ox++) {
        const fromLeft = position(ox, width, across, corners)
        const left = Math.floor(fromLeft)
        const u = fromLeft - left
        const right = u > 0 ? pixel : 0
        const s00 = f32x4.splat(<f32>((1 - v) * (1 - u)))
        const s01 = f32x4.splat(<f32>((1 - v) * u))
        const s10 = f32x4.splat(<f32>(v * (1 - u)))
        const s11 = f32x4.splat(<f32>(v * u))
        let from = x + (<usize>(n * height + <i32>top)) * line + <usize>(<i32>left) * pixel
        let c = 0
        for (; c + 4 <= channels; c += 4) {
          cell(gradient, from, y, below, right, s00, s01, s10, s11, true)
          from += 16
          y += 16
        }
        for (; c < channels; c++) {
          cell(gradient, from, y, below, right, s00, s01, s10, s11, false)
          from += 4
          y += 4
        }
      }
    }
  }
}

export function resizeBilinear(
  x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, down: i32, across: i32, corners: bool,
): void {
  resize(false, x, y, batch, height, width, channels, down, across, corners)
}

export function resizeBilinearGradient(
  dy: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32, down: i32, across: i32, corners: bool,
): void {
  memory.fill(dx, 0, <usize>(batch * height * width) * (<usize>channels << 2))
  resize(true, dx, dy, batch, height, width, channels, down, across, corners)
}
