// Pictures of one group of channels as planes with zeros around: what the direct kernels read, four pixels at once.
import { high, highPair, low, lowPair } from './shuffle'

/** Bytes of picture that a band of lines reads: they stay in the second cache while group after group is packed. */
const BAND_BYTES: i32 = 1 << 19
/** Bytes of a group's planes. */
const PLANES_BYTES: i32 = 1 << 16
/** Floats that a block may read past the last plane. */
export const PAST: i32 = 12

/**
 * Groups that a band of lines is done of, one after the other: with fewer the picture would be read in small pieces far
 * from each other, with more there is only room for few lines.
 */
export function bundleOf(groupIn: i32, groupOut: i32, groups: i32): i32 {
  return min(groups, max(1, 128 / min(groupIn, groupOut)))
}

/** Lines that are done at once, an even number: `row` bytes of planes and `pictures` bytes of picture each. */
export function bandOf(row: i32, pictures: i32): i32 {
  return max(2, min(BAND_BYTES / max(1, pictures), PLANES_BYTES / max(1, row)) & ~1)
}

// @ts-ignore: decorator
@inline
export function ceilDivide(a: i32, b: i32): i32 {
  return a < 0 ? a / b : (a + b - 1) / b
}

/** Floats between the planes of two channels of `columns` pixels. */
// @ts-ignore: decorator
@inline
export function planePitch(columns: i32): i32 {
  return (columns + 3) & ~3
}

/**
 * Packs rows `y` to `y + rows` of a picture, which may lie outside: to[row][phase][channel][column] holds pixel
 * `column * step + phase - left`, or 0 outside. Phases that no cell of a filter of `kw` cells, `dw` apart, meets are
 * left out.
 *
 * @param image - the picture, from the group's first channel on; `pixel` bytes from a pixel to the next
 */
export function packPlanes(
  to: usize, image: usize, pixel: usize, height: i32, width: i32, channels: i32, y: i32, rows: i32, step: i32,
  left: i32, columns: i32, kw: i32, dw: i32,
): void {
  const plane = <usize>planePitch(columns) << 2
  for (let r = 0; r < rows; r++) {
    const inside = <u32>(y + r) < <u32>height
    const row = image + pixel * ((y + r) * width)
    for (let phase = 0; phase < step; phase++) {
      if (isMet(phase, step, kw, dw)) {
        if (inside) packRow(to, row, pixel, width, channels, step, phase - left, columns, plane)
        else memory.fill(to, 0, plane * channels)
      }
      to += plane * channels
    }
  }
}

function isMet(phase: i32, step: i32, kw: i32, dw: i32): bool {
  for (let kx = 0; kx < kw; kx++) if (kx * dw % step == phase) return true
  return false
}

// @ts-ignore: decorator
@inline
function packRow(
  to: usize, row: usize, pixel: usize, width: i32, channels: i32, step: i32, x: i32, columns: i32, plane: usize,
): void {
  const first = min(columns, max(0, ceilDivide(-x, step)))
  const end = max(first, min(columns, ceilDivide(width - x, step)))
  const apart = pixel * step
  const from = row + pixel * x
  clear(to, channels, plane, 0, first)
  clear(to, channels, plane, end, columns)
  let column = first
  if (end - first >= 4) {
    for (; column + 4 <= end; column += 4) {
      turnFour(to + (<usize>column << 2), plane, from + apart * column, apart, channels)
    }
    // The last pixels again, with some before them.
    if (column < end) turnFour(to + (<usize>(end - 4) << 2), plane, from + apart * (end - 4), apart, channels)
  } else {
    for (; column < end; column++) {
      for (let c = 0; c < channels; c++) {
        store<f32>(to + plane * c + (<usize>column << 2), load<f32>(from + apart * column + (<usize>c << 2)))
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function clear(to: usize, channels: i32, plane: usize, column: i32, end: i32): void {
  for (; column < end; column++) {
    let at = to + (<usize>column << 2)
    for (let c = 0; c < channels; c++) {
      store<f32>(at, 0)
      at += plane
    }
  }
}

/** Four pixels, `apart` bytes from each other, to a plane for each channel. */
// @ts-ignore: decorator
@inline
function turnFour(to: usize, plane: usize, from: usize, apart: usize, channels: i32): void {
  for (; channels >= 4; channels -= 4) {
    const r0 = v128.load(from), r1 = v128.load(from + apart)
    const r2 = v128.load(from + 2 * apart), r3 = v128.load(from + 3 * apart)
    const a = low(r0, r1), b = low(r2, r3), c = high(r0, r1), d = high(r2, r3)
    v128.store(to, lowPair(a, b))
    v128.store(to + plane, highPair(a, b))
    v128.store(to + 2 * plane, lowPair(c, d))
    v128.store(to + 3 * plane, highPair(c, d))
    to += 4 * plane
    from += 16
  }
  for (; channels > 0; channels--) {
    store<f32>(to, load<f32>(from))
    store<f32>(to, load<f32>(from + apart), 4)
    store<f32>(to, load<f32>(from + 2 * apart), 8)
    store<f32>(to, load<f32>(from + 3 * apart), 12)
    to += plane
    from += 4
  }
}
