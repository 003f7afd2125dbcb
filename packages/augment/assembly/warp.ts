// One row of a warp of three bytes per pixel: `xs` and `ys`, float64, say where its pixels come from. Arithmetic is in float64
// and in the order of geometry/warp.ts. May read a byte beyond the end of the picture.
import { copyPixel, firstTwo, isInside, lastTwo, pixelAt, putPixel } from './warp-pixels'

export function warpNearest(
  source: usize,
  width: i32,
  height: i32,
  xs: usize,
  ys: usize,
  count: i32,
  out: usize,
  fill: usize,
): void {
  for (let i = 0; i < count; i++) {
    const x = load<f64>(xs + (<usize>i << 3))
    const y = load<f64>(ys + (<usize>i << 3))
    const inside = isInside(x, y, width, height)
    copyPixel(out, inside ? source + <usize>(<i32>y * width + <i32>x) * 3 : fill)
    out += 3
  }
}

// @ts-ignore: decorator
@inline
function mix(first: v128, second: v128, part: v128): v128 {
  return f64x2.add(first, f64x2.mul(f64x2.sub(second, first), part))
}

export function warpBilinear(
  source: usize,
  width: i32,
  height: i32,
  xs: usize,
  ys: usize,
  count: i32,
  out: usize,
  fill: usize,
): void {
  const stride = <usize>width * 3
  for (let i = 0; i < count; i++, out += 3) {
    const x = load<f64>(xs + (<usize>i << 3))
    const y = load<f64>(ys + (<usize>i << 3))
    if (!isInside(x, y, width, height)) {
      copyPixel(out, fill)
      continue
    }
    const floorX = Math.floor(x - 0.5)
    const floorY = Math.floor(y - 0.5)
    const dx = f64x2.splat(x - 0.5 - floorX)
    const dy = f64x2.splat(y - 0.5 - floorY)
    const left = <i32>floorX
    const top = <i32>floorY
    const x0 = <usize>max(0, left) * 3
    const x1 = <usize>min(width - 1, left + 1) * 3
    const upper = source + <usize>max(0, top) * stride
    const lower = source + <usize>min(height - 1, top + 1) * stride
    const a = pixelAt(upper + x0)
    const b = pixelAt(upper + x1)
    const c = pixelAt(lower + x0)
    const d = pixelAt(lower + x1)
    const two = mix(mix(firstTwo(a), firstTwo(b), dx), mix(firstTwo(c), firstTwo(d), dx), dy)
    putPixel(out, two, mix(mix(lastTwo(a), lastTwo(b), dx), mix(lastTwo(c), lastTwo(d), dx), dy))
  }
}
