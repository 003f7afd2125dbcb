// The gradients of depthwise convolution with respect to the image and the filter.
import { addSums, narrowSums } from './columns'
import { depthwise } from './depthwise'
import { madd } from './settings'
import { clear, touch } from './touch'

// @ts-ignore: decorator
@inline
function ceilDivide(a: i32, b: i32): i32 {
  return a <= 0 ? 0 : (a + b - 1) / b
}

/** Floats of scratch memory: the turned filter, or a part of the filter's gradient in doubles. */
export function depthwiseScratch(kh: i32, kw: i32, channels: i32): i32 {
  return 2 * kh * kw * channels
}

export function depthwiseInputGradient(
  dy: usize, filter: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32, kh: i32, kw: i32, down: i32,
  across: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32, scratch: usize,
): void {
  if (sh == 1 && sw == 1) {
    // With steps of one the gradient is the convolution of dy with the filter turned by half a turn.
    const pixel = <usize>channels << 2
    const taps = kh * kw
    for (let tap = 0; tap < taps; tap++) memory.copy(scratch + pixel * (taps - 1 - tap), filter + pixel * tap, pixel)
    depthwise(
      dy, scratch, 0, dx, batch, down, across, channels, kh, kw, height, width, 1, 1, (kh - 1) * dh - top,
      (kw - 1) * dw - left, dh, dw,
    )
  } else {
    scatter(dy, filter, dx, batch, height, width, channels, kh, kw, down, across, sh, sw, top, left, dh, dw)
  }
}

function scatter(
  dy: usize, filter: usize, dx: usize, batch: i32, height: i32, width: i32, channels: i32, kh: i32, kw: i32, down: i32,
  across: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32,
): void {
  const pixel = <usize>channels << 2
  for (let n = 0; n < batch; n++) {
    const image = dx + pixel * (n * height * width)
    const end = image + pixel * (height * width)
    let cleared = image
    for (let oy = 0; oy < down; oy++) {
      cleared = clear(cleared, min(end, image + pixel * (width * max(0, oy * sh - top + (kh - 1) * dh + 1))))
      for (let ox = 0; ox < across; ox++) {
        for (let ky = 0; ky < kh; ky++) {
          const y = oy * sh - top + ky * dh
          if (<u32>y >= <u32>height) continue
          for (let kx = 0; kx < kw; kx++) {
            const x = ox * sw - left + kx * dw
            if (<u32>x >= <u32>width) continue
            addProduct(dx + pixel * ((n * height + y) * width + x), dy, filter + pixel * (ky * kw + kx), channels)
          }
        }
        dy += pixel
      }
    }
    clear(cleared, end)
  }
}

// @ts-ignore: decorator
@inline
function addProduct(to: usize, a: usize, b: usize, length: i32): void {
  let i = 0
  for (; i + 4 <= length; i += 4) {
    v128.store(to, madd(v128.load(a), v128.load(b), v128.load(to)))
    to += 16
    a += 16
    b += 16
  }
  for (; i < length; i++) {
    store<f32>(to, load<f32>(to) + load<f32>(a) * load<f32>(b))
    to += 4
    a += 4
    b += 4
  }
}

/**
 * Leaves the gradient over some images as doubles at `sums`. The sum along one row of windows is taken in single
 * precision, the sum of the rows in double.
 */
export function depthwiseFilterGradientPart(
  x: usize, dy: usize, batch: i32, height: i32, width: i32, channels: i32, kh: i32, kw: i32, down: i32, across: i32,
  sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32, sums: usize,
): void {
  const pixel = <usize>channels << 2
  const size = kh * kw * channels
  memory.fill(sums, 0, <usize>size << 3)
  for (let n = 0; n < batch; n++) {
    const image = x + pixel * (n * height * width)
    let touched = image
    for (let oy = 0; oy < down; oy++) {
      const reach = min(height, oy * sh - top + (kh - 1) * dh + 1)
      touched = touch(touched, image + pixel * (width * max(0, reach)))
      touch(dy, dy + pixel * across)
      for (let ky = 0; ky < kh; ky++) {
        const y = oy * sh - top + ky * dh
        if (<u32>y >= <u32>height) continue
        const row = x + pixel * ((n * height + y) * width)
        for (let kx = 0; kx < kw; kx++) {
          const x0 = kx * dw - left
          const first = ceilDivide(-x0, sw)
          const count = min(across, ceilDivide(width - x0, sw)) - first
          if (count <= 0) continue
          addRow(
            sums + (<usize>((ky * kw + kx) * channels) << 3), row + pixel * (x0 + first * sw), dy + pixel * first,
            count, channels, pixel * sw,
          )
        }
      }
      dy += pixel * across
    }
  }
}

/** The sum of the parts' gradients, in order. */
export function depthwiseFilterGradientTotal(sums: usize, parts: i32, dfilter: usize, size: i32): void {
  addSums(sums, parts, 2 * size, size)
  narrowSums(dfilter, sums, size, 1)
}

// @ts-ignore: decorator
@inline
function addRow(sums: usize, x: usize, dy: usize, count: i32, channels: i32, step: usize): void {
  const pixel = <usize>channels << 2
  let c: usize = 0
  for (; c + 32 <= pixel; c += 32) {
    let left = f32x4.splat(0), right = left
    let from = x + c, gradient = dy + c
    for (let i = 0; i < count; i++) {
      left = madd(v128.load(from), v128.load(gradient), left)
      right = madd(v128.load(from, 16), v128.load(gradient, 16), right)
      from += step
      gradient += pixel
    }
    addDoubles(sums + 2 * c, left)
    addDoubles(sums + 2 * c + 32, right)
  }
  for (; c < pixel; c += 4) {
    let sum: f32 = 0
    let from = x + c, gradient = dy + c
    for (let i = 0; i < count; i++) {
      sum += load<f32>(from) * load<f32>(gradient)
      from += step
      gradient += pixel
    }
    store<f64>(sums + 2 * c, load<f64>(sums + 2 * c) + <f64>sum)
  }
}

// @ts-ignore: decorator
@inline
function addDoubles(to: usize, x: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(x)))
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1))
  v128.store(to, f64x2.add(v128.load(to, 16), high), 16)
}
