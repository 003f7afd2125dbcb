// The gradient with respect to the filter by Winograd's transforms: windows and tiles of the output's gradient are
// transformed, multiplied number by number and summed over all tiles; the sums are transformed to the filter's cells.
import { PANEL_COLUMNS, PANEL_ROWS } from './settings'
import { ADD, multiplyColumns, WRITE } from './micro'
import { GAP, nextTile, numbersOf, ROOM, setTile, takeGradientTile, takeWindows, tilesAtOnce, upTo } from './winograd'
import { transformFilterGradient } from './winograd-transforms'

/** The floats of the sums of a part: [number, channels, out], both in whole panels. */
export function winogradSums(tile: i32, channels: i32, out: i32): i32 {
  return numbersOf(tile) * (upTo(channels, PANEL_ROWS) * upTo(out, PANEL_COLUMNS) + GAP)
}

export function winogradFilterGradientScratch(tile: i32, channels: i32, out: i32): i32 {
  const numbers = numbersOf(tile)
  const tiles = tilesAtOnce(channels, out)
  return ROOM + numbers * (channels + tiles * channels + GAP + tiles * upTo(out, PANEL_COLUMNS) + GAP)
}

/** Adds up the products of tiles `first` to `end` for channels `j0`, a multiple of eight, to `j1` of the output. */
export function winogradFilterGradientPart(
  x: usize, dy: usize, sums: usize, height: i32, width: i32, channels: i32, out: i32, outHeight: i32, outWidth: i32,
  top: i32, left: i32, tile: i32, first: i32, end: i32, j0: i32, j1: i32, scratch: usize,
): void {
  const numbers = numbersOf(tile)
  const tiles = tilesAtOnce(channels, out)
  const columns = upTo(j1 - j0, PANEL_COLUMNS)
  const border = scratch + (<usize>ROOM << 2)
  const windows = border + (<usize>(numbers * channels) << 2)
  const stepWindows = <usize>(tiles * channels + GAP) << 2
  const gradients = windows + stepWindows * numbers
  const stepGradients = <usize>(tiles * columns + GAP) << 2
  const ld = upTo(out, PANEL_COLUMNS)
  const stepSums = <usize>(upTo(channels, PANEL_ROWS) * ld + GAP) << 2
  const to = sums + (<usize>j0 << 2)
  for (let block = first; block < end; block += tiles) {
    const count = min(tiles, end - block)
    setTile(block, tile, outHeight, outWidth)
    takeWindows(x, height, width, channels, top, left, tile, count, windows, stepWindows, border, scratch)
    setTile(block, tile, outHeight, outWidth)
    for (let r = 0; r < count; r++) {
      takeGradientTile(
        dy, out, outHeight, outWidth, tile, j0, j1, gradients + (<usize>r << 5), <usize>count << 5, stepGradients,
        scratch,
      )
      nextTile()
    }
    for (let t = 0; t < numbers; t++) {
      const rows = windows + stepWindows * t
      const panels = gradients + stepGradients * t
      for (let j = 0; j < columns; j += PANEL_COLUMNS) {
        // Rows past the last channel are those of the next tile: nobody reads what they give.
        for (let i = 0; i < channels; i += PANEL_ROWS) {
          multiplyColumns(
            count, rows + (<usize>i << 2), channels, panels + (<usize>(j * count) << 2),
            to + stepSums * t + (<usize>(i * ld + j) << 2), ld, block == first ? WRITE : ADD,
          )
        }
      }
    }
  }
}

export function winogradFilterGradientTotalScratch(): i32 {
  return ROOM
}

/** Adds the sums of `parts` up and transforms them to the filter's gradient, for channels `first` to `end` of the input. */
export function winogradFilterGradientTotal(
  sums: usize, parts: i32, dfilter: usize, channels: i32, out: i32, tile: i32, first: i32, end: i32, scratch: usize,
): void {
  const numbers = numbersOf(tile)
  const ld = upTo(out, PANEL_COLUMNS)
  const step = <usize>(upTo(channels, PANEL_ROWS) * ld + GAP) << 2
  const aside = scratch + 576
  const cell = <usize>(channels * out) << 2
  for (let c = first; c < end; c++) {
    for (let k = 0; k < out; k += 4) {
      let from = sums + (<usize>(c * ld + k) << 2)
      const to = dfilter + (<usize>(c * out + k) << 2)
      if (parts == 1) {
        transformFilterGradient(tile, from, step, to, cell, scratch)
        continue
      }
      for (let t = 0; t < numbers; t++) {
        let sum = v128.load(from)
        for (let part = 1; part < parts; part++) sum = f32x4.add(sum, v128.load(from + step * (part * numbers)))
        v128.store(aside + (<usize>t << 4), sum)
        from += step
      }
      transformFilterGradient(tile, aside, 16, to, cell, scratch)
    }
  }
}
