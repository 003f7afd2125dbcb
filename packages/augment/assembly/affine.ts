// Pictures of three bytes per pixel, moved by a matrix. Where pixels come from is computed as in geometry/affine.ts.
import { warpBilinear } from './warp'
import { warpBicubic } from './warp-bicubic'
import { copyPixel } from './warp-pixels'

/** Where the pixels of a row come from, two at a time: a·x + by + c. May write one place too many. */
// @ts-ignore: decorator
@inline
function placesOf(out: usize, count: i32, a: f64, by: f64, c: f64): void {
  let x = f64x2(0.5, 1.5)
  for (let i = 0; i < count; i += 2) {
    const place = f64x2.add(f64x2.add(f64x2.mul(f64x2.splat(a), x), f64x2.splat(by)), f64x2.splat(c))
    v128.store(out + (<usize>i << 3), place)
    x = f64x2.add(x, f64x2.splat(2))
  }
}

/** The matrix is a to f; `xs` and `ys` are room for a row of float64 each. Bicubic, or else bilinear. */
export function affineExact(
  source: usize,
  width: i32,
  height: i32,
  a: f64,
  b: f64,
  c: f64,
  d: f64,
  e: f64,
  f: f64,
  xs: usize,
  ys: usize,
  columns: i32,
  rows: i32,
  out: usize,
  fill: usize,
  bicubic: bool,
): void {
  for (let row = 0; row < rows; row++, out += <usize>columns * 3) {
    const y = <f64>row + 0.5
    placesOf(xs, columns, a, b * y, c)
    placesOf(ys, columns, d, e * y, f)
    if (bicubic) warpBicubic(source, width, height, xs, ys, columns, out, fill)
    else warpBilinear(source, width, height, xs, ys, columns, out, fill)
  }
}

/**
 * The nearest pixel in 16.16 fixed point. The first pixel of the result comes from (`x`, `y`); the next to the right is
 * (`rightX`, `rightY`) further on, the next below (`downX`, `downY`).
 */
export function affineFixed(
  source: usize,
  width: i32,
  height: i32,
  x: i32,
  y: i32,
  rightX: i32,
  rightY: i32,
  downX: i32,
  downY: i32,
  columns: i32,
  rows: i32,
  out: usize,
  fill: usize,
): void {
  for (let row = 0; row < rows; row++) {
    let fromX = x
    let fromY = y
    for (let i = 0; i < columns; i++, out += 3) {
      const left = fromX >> 16
      const top = fromY >> 16
      // A negative number is a large one without sign.
      const inside = <u32>left < <u32>width && <u32>top < <u32>height
      copyPixel(out, inside ? source + <usize>(top * width + left) * 3 : fill)
      fromX += rightX
      fromY += rightY
    }
    x += downX
    y += downY
  }
}

/** Pixels from `columns` and `rows` of the picture: 32-bit offsets in bytes, negative where that is outside. */
export function gather(
  source: usize,
  columnOffsets: usize,
  rowOffsets: usize,
  columns: i32,
  rows: i32,
  out: usize,
  fill: usize,
): void {
  for (let row = 0; row < rows; row++) {
    const line = load<i32>(rowOffsets + (<usize>row << 2))
    for (let i = 0; i < columns; i++, out += 3) {
      const across = load<i32>(columnOffsets + (<usize>i << 2))
      copyPixel(out, (line | across) < 0 ? fill : source + line + across)
    }
  }
}
