// Pictures of one group of channels as runs: what the gradient of the filter reads, some floats of a run at once.
import { ceilDivide } from './grouped-planes'

/**
 * Whether the runs of a row overlap, as parts of one row of pixels. Else each is written out, which takes longer. But
 * then lines of windows follow each other without a gap, which otherwise takes more windows, whose dy is zero.
 */
export function isCompact(kh: i32, kw: i32, across: i32, sw: i32, dw: i32, groupIn: i32, groupOut: i32): bool {
  const dear = groupIn < 4 ? 16 : 2
  return dw == 1 && (kw - 1) / sw * kh * groupOut <= dear * across
}

/**
 * Packs `rows` rows from `y` on of each of `sh` phases, the rows that are `sh` apart: to[phase][row][pixel][channel]
 * where that is compact, with zeros beside the picture, else to[phase][row][window][cell][channel]. A row takes `runs`
 * floats.
 */
export function packRuns(
  to: usize, image: usize, height: i32, width: i32, channels: i32, groupIn: i32, y: i32, rows: i32, sh: i32, kw: i32,
  across: i32, sw: i32, left: i32, dw: i32, compact: bool, runs: i32,
): void {
  const pixel = <usize>channels << 2
  const run = <usize>groupIn << 2
  const line = <usize>runs << 2
  for (let phase = 0; phase < sh; phase++) {
    for (let r = 0; r < rows; r++) {
      const at = y + phase + r * sh
      const row = image + pixel * (at * width)
      if (<u32>at >= <u32>height) memory.fill(to, 0, line)
      else if (compact) packPart(to, row, pixel, width, -left, 1, runs / groupIn, groupIn, run)
      else {
        for (let kx = 0; kx < kw; kx++) {
          packPart(to + run * kx, row, pixel, width, kx * dw - left, sw, across, groupIn, run * kw)
        }
      }
      to += line
    }
  }
}

/** `count` pixels from `x` on, `step` from one to the next, to places `apart` bytes from each other. */
function packPart(
  to: usize, row: usize, pixel: usize, width: i32, x: i32, step: i32, count: i32, groupIn: i32, apart: usize,
): void {
  const first = min(count, max(0, ceilDivide(-x, step)))
  const end = max(first, min(count, ceilDivide(width - x, step)))
  let i = 0
  for (; i < first; i++) {
    clearPixel(to, groupIn)
    to += apart
  }
  let from = row + pixel * (x + first * step)
  if (step == 1 && apart == pixel && pixel == <usize>groupIn << 2) {
    memory.copy(to, from, pixel * (end - i))
    to += pixel * (end - i)
    i = end
  }
  for (; i < end; i++) {
    copyPixel(to, from, groupIn)
    to += apart
    from += pixel * step
  }
  for (; i < count; i++) {
    clearPixel(to, groupIn)
    to += apart
  }
}

/** Packs lines of dy: to[line][pixel][channel], with zeros from `across` to `pixels`. */
export function packPixels(
  to: usize, from: usize, pixel: usize, lines: i32, across: i32, pixels: i32, channels: i32,
): void {
  const apart = <usize>channels << 2
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < across; i++) {
      copyPixel(to, from, channels)
      to += apart
      from += pixel
    }
    for (let i = across; i < pixels; i++) {
      clearPixel(to, channels)
      to += apart
    }
  }
}

// @ts-ignore: decorator
@inline
function copyPixel(to: usize, from: usize, channels: i32): void {
  for (; channels >= 4; channels -= 4) {
    v128.store(to, v128.load(from))
    to += 16
    from += 16
  }
  for (; channels > 0; channels--) {
    store<f32>(to, load<f32>(from))
    to += 4
    from += 4
  }
}

// @ts-ignore: decorator
@inline
function clearPixel(to: usize, channels: i32): void {
  for (; channels > 0; channels--) {
    store<f32>(to, 0)
    to += 4
  }
}
