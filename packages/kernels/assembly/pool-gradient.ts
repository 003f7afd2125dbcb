// The gradients of pooling: to the largest cell, or to every cell alike.
import { get, put } from './lanes'
import { clear, touch } from './touch'

/** Adds dy to the first cell of the window, row by row, that holds the window's largest value. */
// @ts-ignore: decorator
@inline
function toLargest(
  dy: usize, x: usize, y: usize, dx: usize, rows: i32, cells: i32, line: usize, pixel: usize, four: bool,
): void {
  const largest = get(y, four)
  const gradient = get(dy, four)
  let open = f32x4.eq(largest, largest)
  for (let i = 0; i < rows; i++) {
    let at: usize = 0
    for (let j = 0; j < cells; j++) {
      const hit = v128.and(f32x4.eq(get(x + at, four), largest), open)
      if (v128.any_true(hit)) {
        put(dx + at, f32x4.add(get(dx + at, four), v128.and(gradient, hit)), four)
        open = v128.andnot(open, hit)
        if (!v128.any_true(open)) return
      }
      at += pixel
    }
    x += line
    dx += line
  }
}

// @ts-ignore: decorator
@inline
function toAll(dy: usize, dx: usize, rows: i32, cells: i32, line: usize, pixel: usize, four: bool): void {
  const share = f32x4.div(get(dy, four), f32x4.splat(<f32>max(rows * cells, 1)))
  for (let i = 0; i < rows; i++) {
    let to = dx
    for (let j = 0; j < cells; j++) {
      put(to, f32x4.add(get(to, four), share), four)
      to += pixel
    }
    dx += line
  }
}

// @ts-ignore: decorator
@inline
function spread(
  largest: bool, dy: usize, x: usize, y: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32,
  down: i32, across: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32,
): void {
  const pixel = <usize>channels << 2
  const line = pixel * width
  for (let n = 0; n < batch; n++) {
    const image = line * (n * height)
    const end = dx + image + line * height
    let cleared = dx + image
    let touched = x + image
    for (let oy = 0; oy < down; oy++) {
      const y0 = oy * sh - top
      const reach = line * max(0, min(height, y0 + kh))
      cleared = clear(cleared, dx + image + reach)
      if (largest) touched = touch(touched, x + image + reach)
      const ky = max(0, -y0)
      const rows = max(0, min(kh, height - y0) - ky)
      for (let ox = 0; ox < across; ox++) {
        const x0 = ox * sw - left
        const kx = max(0, -x0)
        const cells = max(0, min(kw, width - x0) - kx)
        let at = <usize>(((n * height + y0 + ky) * width + x0 + kx) * channels) << 2
        let c = 0
        for (; c + 4 <= channels; c += 4) {
          if (largest) toLargest(dy, x + at, y, dx + at, rows, cells, line, pixel, true)
          else toAll(dy, dx + at, rows, cells, line, pixel, true)
          at += 16
          dy += 16
          y += 16
        }
        for (; c < channels; c++) {
          if (largest) toLargest(dy, x + at, y, dx + at, rows, cells, line, pixel, false)
          else toAll(dy, dx + at, rows, cells, line, pixel, false)
          at += 4
          dy += 4
          y += 4
        }
      }
    }
    clear(cleared, end)
  }
}

export function maxPoolGradient(
  dy: usize, x: usize, y: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32, down: i32, across: i32,
  kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32,
): void {
  spread(true, dy, x, y, dx, batch, height, width, channels, down, across, kh, kw, sh, sw, top, left)
}

export function averagePoolGradient(
  dy: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32, down: i32, across: i32, kh: i32, kw: i32,
  sh: i32, sw: i32, top: i32, left: i32,
): void {
  spread(false, dy, dy, dy, dx, batch, height, width, channels, down, across, kh, kw, sh, sw, top, left)
}
