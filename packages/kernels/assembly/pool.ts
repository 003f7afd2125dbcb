// Pooling over windows of an image: the cells outside of the picture count for nothing.
import { get, put } from './lanes'
import { touch } from './touch'

/** The first cell of a window that lies inside, counted from the window's begin. */
// @ts-ignore: decorator
@inline
function firstInside(begin: i32): i32 {
  return max(0, -begin)
}

export const LARGEST: i32 = 0
export const MEAN: i32 = 1

// @ts-ignore: decorator
@inline
function reduce(kind: i32, x: usize, y: usize, rows: i32, cells: i32, line: usize, pixel: usize, four: bool): void {
  let sum = kind == LARGEST ? f32x4.splat(-Infinity) : f32x4.splat(0)
  for (let i = 0; i < rows; i++) {
    let from = x
    for (let j = 0; j < cells; j++) {
      const value = get(from, four)
      sum = kind == LARGEST ? f32x4.max(sum, value) : f32x4.add(sum, value)
      from += pixel
    }
    x += line
  }
  if (kind == MEAN) sum = f32x4.div(sum, f32x4.splat(<f32>max(rows * cells, 1)))
  put(y, sum, four)
}

// @ts-ignore: decorator
@inline
function pool(
  kind: i32, x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, down: i32, across: i32, kh: i32,
  kw: i32, sh: i32, sw: i32, top: i32, left: i32,
): void {
  const pixel = <usize>channels << 2
  const line = pixel * width
  for (let n = 0; n < batch; n++) {
    const image = x + line * (n * height)
    let touched = image
    for (let oy = 0; oy < down; oy++) {
      const y0 = oy * sh - top
      touched = touch(touched, image + line * max(0, min(height, y0 + kh)))
      const ky = firstInside(y0)
      const rows = max(0, min(kh, height - y0) - ky)
      for (let ox = 0; ox < across; ox++) {
        const x0 = ox * sw - left
        const kx = firstInside(x0)
        const cells = max(0, min(kw, width - x0) - kx)
        const from = x + (<usize>(((n * height + y0 + ky) * width + x0 + kx) * channels) << 2)
        let c = 0
        for (; c + 4 <= channels; c += 4) {
          reduce(kind, from + (<usize>c << 2), y, rows, cells, line, pixel, true)
          y += 16
        }
        for (; c < channels; c++) {
          reduce(kind, from + (<usize>c << 2), y, rows, cells, line, pixel, false)
          y += 4
        }
      }
    }
  }
}

export function maxPool(
  x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, down: i32, across: i32, kh: i32, kw: i32,
  sh: i32, sw: i32, top: i32, left: i32,
): void {
  pool(LARGEST, x, y, batch, height, width, channels, down, across, kh, kw, sh, sw, top, left)
}

export function averagePool(
  x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, down: i32, across: i32, kh: i32, kw: i32,
  sh: i32, sw: i32, top: i32, left: i32,
): void {
  pool(MEAN, x, y, batch, height, width, channels, down, across, kh, kw, sh, sw, top, left)
}
