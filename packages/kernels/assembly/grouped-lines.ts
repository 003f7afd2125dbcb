// Lines of windows over the planes of one group: each is divided into blocks of eight pixels by four channels, or of
// twelve by three.
import { multiplyCells, multiplyCellsByThree } from './grouped-block'
import { ceilDivide } from './grouped-planes'

let planes: usize = 0
let plane: usize = 0
let depth: i32 = 0
/** Bytes from the planes' row of a line to that of the next. */
let line: usize = 0
/** Rows of the picture from a line to the next, and how many it has. */
let step: i32 = 0
let height: i32 = 0

/** The planes that lines read: `channels` of `columns` pixels, a row of them `row` bytes. */
export function setPlanes(from: usize, columns: usize, channels: i32, row: usize, rowsApart: i32, rows: i32): void {
  planes = from
  plane = columns
  depth = channels
  line = row * rowsApart
  step = rowsApart
  height = rows
}

/**
 * A window's cells are a list of `rows` times `across` pairs of words: where its pixels begin in the planes, and its
 * weights in the filter. The first row of cells of the first line lies in row `top` of the picture, the next are
 * `apart` further down: those outside are left out.
 *
 * @param channels - how many come out
 * @param y - where the first pixel goes; `pixel` and `rowY` are the bytes to the next pixel and line
 */
export function multiplyLines(
  cells: usize, rows: i32, across: i32, top: i32, apart: i32, lines: i32, pixels: i32, filter: usize, panel: usize,
  bias: usize, channels: i32, y: usize, pixel: usize, rowY: usize,
): void {
  const end = cells + (<usize>(rows * across) << 3)
  const rest = pixels & 7
  // What is left of two lines at their ends, at most four pixels of each, is one block.
  const inPairs = rest > 0 && rest <= 4
  const whole = inPairs ? pixels - rest : pixels
  let from = planes
  for (let i = 0; i < lines; i++) {
    const first = min(rows, ceilDivide(max(0, -top), apart))
    const last = max(first, min(rows, ceilDivide(max(0, height - top), apart)))
    const begin = cells + (<usize>(first * across) << 3)
    const until = cells + (<usize>(last * across) << 3)
    let weights = filter
    for (let c = 0; c < channels; c += 4) {
      const few = channels - c
      const start = bias == 0 ? <usize>0 : bias + (<usize>c << 2)
      const to = y + (<usize>c << 2)
      if (few == 3) {
        for (let at = 0; at < pixels; at += 12) {
          multiplyCellsByThree(
            begin, until, from + (<usize>at << 2), depth, plane, weights, start, to + pixel * at, pixel, pixels - at,
          )
        }
        continue
      }
      for (let at = 0; at < whole; at += 8) {
        multiplyCells(
          begin, until, from + (<usize>at << 2), 16, depth, plane, weights, start, to + pixel * at, 4 * pixel, pixel,
          pixels - at, pixels - at - 4, few,
        )
      }
      if (inPairs && (i & 1) == 0) {
        const two = i + 1 < lines
        multiplyCells(
          cells, end, from + (<usize>whole << 2), two ? line : 0, depth, plane, weights, start, to + pixel * whole,
          rowY, pixel, rest, two ? rest : 0, few,
        )
      }
      weights += panel
    }
    from += line
    y += rowY
    top += step
  }
}
