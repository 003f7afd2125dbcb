// Convolution of every channel by its own filter [kh, kw, channels].
import { get, put } from './lanes'
import { madd } from './settings'
import { touch } from './touch'

// @ts-ignore: decorator
@inline
function ceilDivide(a: i32, b: i32): i32 {
  return a <= 0 ? 0 : (a + b - 1) / b
}

/** One window: the sum over the cells that lie inside. */
// @ts-ignore: decorator
@inline
function one(
  x: usize, filter: usize, bias: usize, y: usize, rows: i32, cells: i32, line: usize, step: usize, filterLine: usize,
  pixel: usize, four: bool,
): void {
  let sum = bias == 0 ? f32x4.splat(0) : get(bias, four)
  for (let i = 0; i < rows; i++) {
    let from = x, weights = filter
    for (let j = 0; j < cells; j++) {
      sum = madd(get(from, four), get(weights, four), sum)
      from += step
      weights += pixel
    }
    x += line
    filter += filterLine
  }
  put(y, sum, four)
}

/** Four windows side by side, `apart` bytes from each other, that lie inside across: each weight is loaded once. */
// @ts-ignore: decorator
@inline
function four(
  x: usize, filter: usize, bias: usize, y: usize, rows: i32, cells: i32, line: usize, step: usize, apart: usize,
  pixel: usize, whole: bool,
): void {
  let s0 = bias == 0 ? f32x4.splat(0) : get(bias, whole)
  let s1 = s0, s2 = s0, s3 = s0
  for (let i = 0; i < rows; i++) {
    let from = x
    for (let j = 0; j < cells; j++) {
      const w = get(filter, whole)
      s0 = madd(get(from, whole), w, s0)
      s1 = madd(get(from + apart, whole), w, s1)
      s2 = madd(get(from + 2 * apart, whole), w, s2)
      s3 = madd(get(from + 3 * apart, whole), w, s3)
      from += step
      filter += pixel
    }
    x += line
  }
  put(y, s0, whole)
  put(y + pixel, s1, whole)
  put(y + 2 * pixel, s2, whole)
  put(y + 3 * pixel, s3, whole)
}

/**
 * Four windows side by side where a step between windows is a step between cells: each pixel is loaded once for all
 * four, moving from one to the next.
 */
// @ts-ignore: decorator
@inline
function slide(
  x: usize, filter: usize, bias: usize, y: usize, rows: i32, cells: i32, line: usize, step: usize, pixel: usize,
  whole: bool,
): void {
  let s0 = bias == 0 ? f32x4.splat(0) : get(bias, whole)
  let s1 = s0, s2 = s0, s3 = s0
  for (let i = 0; i < rows; i++) {
    let p0 = get(x, whole), p1 = get(x + step, whole), p2 = get(x + 2 * step, whole)
    let from = x + 3 * step
    let j = 0
    for (; j + 3 <= cells; j += 3) {
      let w = get(filter, whole)
      const p3 = get(from, whole)
      s0 = madd(p0, w, s0)
      s1 = madd(p1, w, s1)
      s2 = madd(p2, w, s2)
      s3 = madd(p3, w, s3)
      w = get(filter + pixel, whole)
      p0 = get(from + step, whole)
      s0 = madd(p1, w, s0)
      s1 = madd(p2, w, s1)
      s2 = madd(p3, w, s2)
      s3 = madd(p0, w, s3)
      w = get(filter + 2 * pixel, whole)
      p1 = get(from + 2 * step, whole)
      s0 = madd(p2, w, s0)
      s1 = madd(p3, w, s1)
      s2 = madd(p0, w, s2)
      s3 = madd(p1, w, s3)
      const next = p0
      p0 = p3
      p2 = p1
      p1 = next
      from += 3 * step
      filter += 3 * pixel
    }
    for (; j < cells; j++) {
      const w = get(filter, whole), p3 = get(from, whole)
      s0 = madd(p0, w, s0)
      s1 = madd(p1, w, s1)
      s2 = madd(p2, w, s2)
      s3 = madd(p3, w, s3)
      p0 = p1
      p1 = p2
      p2 = p3
      from += step
      filter += pixel
    }
    x += line
  }
  put(y, s0, whole)
  put(y + pixel, s1, whole)
  put(y + 2 * pixel, s2, whole)
  put(y + 3 * pixel, s3, whole)
}

export function depthwise(
  x: usize, filter: usize, bias: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, kh: i32, kw: i32,
  down: i32, across: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32,
): void {
  const pixel = <usize>channels << 2
  const line = pixel * width * dh
  const step = pixel * dw
  const reach = (kw - 1) * dw
  for (let n = 0; n < batch; n++) {
    const image = x + pixel * (n * height * width)
    let touched = image
    for (let oy = 0; oy < down; oy++) {
      const y0 = oy * sh - top
      touched = touch(touched, image + pixel * (width * max(0, min(height, y0 + (kh - 1) * dh + 1))))
      const ky = min(kh, ceilDivide(-y0, dh))
      const rows = max(0, min(kh, ceilDivide(height - y0, dh)) - ky)
      const weights = filter + pixel * (ky * kw)
      const row = x + pixel * (n * height + y0 + ky * dh) * width
      for (let ox = 0; ox < across;) {
        const x0 = ox * sw - left
        if (x0 >= 0 && ox + 4 <= across && x0 + 3 * sw + reach < width) {
          const from = row + pixel * x0
          const apart = pixel * sw
          let c: usize = 0
          if (sw == dw) {
            for (; c + 16 <= pixel; c += 16) {
              slide(from + c, weights + c, bias ? bias + c : 0, y + c, rows, kw, line, step, pixel, true)
            }
          }
          for (; c + 16 <= pixel; c += 16) {
            four(from + c, weights + c, bias ? bias + c : 0, y + c, rows, kw, line, step, apart, pixel, true)
          }
          for (; c < pixel; c += 4) {
            four(from + c, weights + c, bias ? bias + c : 0, y + c, rows, kw, line, step, apart, pixel, false)
          }
          ox += 4
          y += 4 * pixel
        } else {
          const kx = min(kw, ceilDivide(-x0, dw))
          const cells = max(0, min(kw, ceilDivide(width - x0, dw)) - kx)
          const from = row + pixel * (x0 + kx * dw)
          const begin = weights + pixel * kx
          let c: usize = 0
          for (; c + 16 <= pixel; c += 16) {
            one(from + c, begin + c, bias ? bias + c : 0, y + c, rows, cells, line, step, pixel * kw, pixel, true)
          }
          for (; c < pixel; c += 4) {
            one(from + c, begin + c, bias ? bias + c : 0, y + c, rows, cells, line, step, pixel * kw, pixel, false)
          }
          ox++
          y += pixel
        }
      }
    }
  }
}
