// Winograd convolution: filters of 3 x 3, steps of one, channels in fours. Tiles of the output are taken block by block:
// their windows are transformed, multiplied by the transformed filter number by number, and transformed back.
import { PANEL_COLUMNS, PANEL_ROWS } from './settings'
import { ADD, multiplyRows, WRITE } from './micro'
import { touch } from './touch'
import { transposeInto } from './transpose'
import { transformFilter, transformOutput, transformOutputGradient, transformWindow } from './winograd-transforms'

/** Floats of scratch memory for a transform: 36 vectors between its two halves, 36 for what it is given or gives. */
export const ROOM: i32 = 288
/** Floats between the arrays of a block: arrays a power of two apart would share few lines of the cache. */
export const GAP: i32 = 16

/** Products that are summed before the sum is added to the others: short sums keep the error small. */
const DEPTH: i32 = 64

/** Tiles that are taken at once: whole panels. More use a big filter's numbers longer, fewer stay in the cache. */
export function tilesAtOnce(channels: i32, out: i32): i32 {
  return channels + out > 512 ? 96 : 48
}

// @ts-ignore: decorator
@inline
export function upTo(size: i32, unit: i32): i32 {
  return (size + unit - 1) / unit * unit
}

/** Numbers that a window becomes. */
// @ts-ignore: decorator
@inline
export function numbersOf(tile: i32): i32 {
  return (tile + 2) * (tile + 2)
}

/** The floats of a transformed filter from `channels` to `out`. */
export function winogradFilterSize(tile: i32, channels: i32, out: i32): i32 {
  return numbersOf(tile) * (channels * upTo(out, PANEL_COLUMNS) + GAP)
}

/**
 * Transforms a filter: panels `first` to `end` of eight output channels each. u[number, panel, channel, 8], with a gap behind each number. With `turned`
 * the filter is the one of the gradient: turned by half a turn, from `out` to `channels`, and `first` and `end` count
 * panels of `channels`.
 */
export function winogradFilter(
  filter: usize, u: usize, channels: i32, out: i32, tile: i32, turned: i32, first: i32, end: i32, scratch: usize,
): void {
  const from = turned ? out : channels
  const to = turned ? channels : out
  const step = <usize>(from * upTo(to, PANEL_COLUMNS) + GAP) << 2
  const cells = scratch + (<usize>ROOM << 2)
  for (let panel = first; panel < end; panel++) {
    const column = panel * PANEL_COLUMNS
    const count = min(PANEL_COLUMNS, to - column)
    const target = u + (<usize>(panel * from) << 5)
    // The panel's nine cells, [9, from, 8].
    for (let cell = 0; cell < 9; cell++) {
      const source = filter + (<usize>(cell * channels * out) << 2)
      if (turned) {
        const into = cells + (<usize>((8 - cell) * from) << 5)
        transposeInto(into, PANEL_COLUMNS, source + (<usize>(column * out) << 2), out, count, from)
      } else {
        const into = cells + (<usize>(cell * from) << 5)
        for (let c = 0; c < from; c++) {
          const at = source + (<usize>(c * out + column) << 2)
          v128.store(into + (<usize>c << 5), v128.load(at))
          if (count == 8) v128.store(into + (<usize>c << 5), v128.load(at, 16), 16)
        }
      }
    }
    for (let c = 0; c < from; c++) {
      const at = <usize>c << 5
      transformFilter(tile, cells + at, <usize>from << 5, target + at, step, scratch)
      if (count == 8) transformFilter(tile, cells + at + 16, <usize>from << 5, target + at + 16, step, scratch)
      else for (let t = 0; t < numbersOf(tile); t++) v128.store(target + at + step * t, f32x4.splat(0), 16)
    }
  }
}

export function winogradFilterScratch(channels: i32, out: i32, turned: i32): i32 {
  return ROOM + 72 * (turned ? out : channels)
}

export function winogradConvScratch(tile: i32, channels: i32, out: i32): i32 {
  const tiles = tilesAtOnce(channels, out)
  const numbers = numbersOf(tile)
  const windows = numbers * (tiles * channels + GAP)
  const products = numbers * (tiles * upTo(out, PANEL_COLUMNS) + GAP)
  return ROOM + numbers * channels + windows + products
}

/** Tiles `first` to `end` and channels `j0`, a multiple of eight, to `j1` of the output. */
export function winogradConv(
  x: usize, u: usize, bias: usize, y: usize, height: i32, width: i32, channels: i32, out: i32, outHeight: i32,
  outWidth: i32, top: i32, left: i32, tile: i32, first: i32, end: i32, j0: i32, j1: i32, scratch: usize,
): void {
  const numbers = numbersOf(tile)
  const tiles = tilesAtOnce(channels, out)
  const columns = upTo(j1 - j0, PANEL_COLUMNS)
  const border = scratch + (<usize>ROOM << 2)
  const windows = border + (<usize>(numbers * channels) << 2)
  const stepWindows = <usize>(tiles * channels + GAP) << 2
  const products = windows + stepWindows * numbers
  const stepProducts = <usize>(tiles * columns + GAP) << 2
  const stepU = <usize>(channels * upTo(out, PANEL_COLUMNS) + GAP) << 2
  const panels = u + (<usize>(j0 * channels) << 2)
  for (let block = first; block < end; block += tiles) {
    const count = min(tiles, end - block)
    setTile(block, tile, outHeight, outWidth)
    takeWindows(x, height, width, channels, top, left, tile, count, windows, stepWindows, border, scratch)
    for (let t = 0; t < numbers; t++) {
      multiplyNumber(
        count, columns, channels, windows + stepWindows * t, panels + stepU * t, products + stepProducts * t,
      )
    }
    setTile(block, tile, outHeight, outWidth)
    for (let r = 0; r < count; r++) {
      putTile(
        products + (<usize>(r * columns) << 2), stepProducts, bias, y, out, outHeight, outWidth, tile, j0, j1, scratch,
      )
      nextTile()
    }
  }
}

/** products[count, columns] = windows[count, channels] · the filter's panels */
function multiplyNumber(count: i32, columns: i32, channels: i32, windows: usize, u: usize, products: usize): void {
  for (let k = 0; k < channels; k += DEPTH) {
    const depth = min(DEPTH, channels - k)
    for (let j = 0; j < columns; j += PANEL_COLUMNS) {
      const panel = u + (<usize>(j * channels + k * PANEL_COLUMNS) << 2)
      // Rows past the last are what was there: nobody reads what they give.
      for (let i = 0; i < count; i += PANEL_ROWS) {
        multiplyRows(
          depth, windows + (<usize>(i * channels + k) << 2), channels, panel,
          products + (<usize>(i * columns + j) << 2), columns, k == 0 ? WRITE : ADD,
        )
      }
    }
  }
}

let tilesDown: i32 = 0
let tilesAcross: i32 = 0
let image: i32 = 0
let down: i32 = 0
let across: i32 = 0

/** Goes to a tile: image, then down, then across. */
export function setTile(index: i32, tile: i32, outHeight: i32, outWidth: i32): void {
  tilesDown = (outHeight + tile - 1) / tile
  tilesAcross = (outWidth + tile - 1) / tile
  const line = index / tilesAcross
  across = index - line * tilesAcross
  image = line / tilesDown
  down = line - image * tilesDown
}

export function nextTile(): void {
  if (++across < tilesAcross) return
  across = 0
  if (++down < tilesDown) return
  down = 0
  image++
}

/** Transforms the windows of `count` tiles from the one gone to: to[number, tile, channels]. */
export function takeWindows(
  x: usize, height: i32, width: i32, channels: i32, top: i32, left: i32, tile: i32, count: i32, to: usize, step: usize,
  border: usize, room: usize,
): void {
  const size = <usize>channels << 2
  for (let r = 0; r < count; r++) {
    takeWindow(x, height, width, channels, top, left, tile, to + size * r, step, border, room)
    nextTile()
  }
}

/** Transforms the window of the tile; one that reaches over the border is first copied, with zeros around. */
function takeWindow(
  x: usize, height: i32, width: i32, channels: i32, top: i32, left: i32, tile: i32, to: usize, step: usize,
  border: usize, room: usize,
): void {
  const size = tile + 2
  const y0 = down * tile - top
  const x0 = across * tile - left
  const pixel = <usize>channels << 2
  const row = pixel * width
  const from = x + row * (image * height + y0) + pixel * x0
  if (across == 0) touch(x + row * (image * height + max(0, y0)), x + row * (image * height + min(height, y0 + size)))
  if (y0 >= 0 && x0 >= 0 && y0 + size <= height && x0 + size <= width) {
    return transformWindow(tile, from, row, pixel, channels, to, step, room)
  }
  const leftmost = min(size, max(0, -x0))
  const end = max(leftmost, min(size, width - x0))
  for (let i = 0; i < size; i++) {
    const line = border + pixel * (i * size)
    if (<u32>(y0 + i) >= <u32>height) {
      memory.fill(line, 0, pixel * size)
      continue
    }
    memory.fill(line, 0, pixel * leftmost)
    memory.copy(line + pixel * leftmost, from + row * i + pixel * leftmost, pixel * (end - leftmost))
    memory.fill(line + pixel * end, 0, pixel * (size - end))
  }
  transformWindow(tile, border, pixel * size, pixel, channels, to, step, room)
}

/** Transforms products to the tile of the output. */
function putTile(
  products: usize, step: usize, bias: usize, y: usize, out: i32, outHeight: i32, outWidth: i32, tile: i32, j0: i32,
  j1: i32, room: usize,
): void {
  const rows = min(tile, outHeight - down * tile)
  const columns = min(tile, outWidth - across * tile)
  const pixel = <usize>out << 2
  const line = pixel * outWidth
  const to = y + line * (image * outHeight + down * tile) + pixel * (across * tile)
  const whole = bias == 0 && rows == tile && columns == tile
  const aside = room + 576
  for (let j = j0; j < j1; j += 4) {
    const from = products + (<usize>(j - j0) << 2)
    const at = to + (<usize>j << 2)
    if (whole) {
      transformOutput(tile, from, step, at, line, pixel, room)
      continue
    }
    transformOutput(tile, from, step, aside, <usize>tile << 4, 16, room)
    const shift = bias == 0 ? f32x4.splat(0) : v128.load(bias + (<usize>j << 2))
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        v128.store(at + line * r + pixel * c, f32x4.add(v128.load(aside + (<usize>(r * tile + c) << 4)), shift))
      }
    }
  }
}

/**
 * Transforms a tile of the output's gradient, channels `j0` to `j1`, zero past the picture's sides. to[number, panel,
 * tile, 8]: a panel is `panel` bytes behind the one before, a number `step` bytes.
 */
export function takeGradientTile(
  dy: usize, out: i32, outHeight: i32, outWidth: i32, tile: i32, j0: i32, j1: i32, to: usize, panel: usize, step: usize,
  room: usize,
): void {
  const rows = min(tile, outHeight - down * tile)
  const columns = min(tile, outWidth - across * tile)
  const pixel = <usize>out << 2
  const line = pixel * outWidth
  const from = dy + line * (image * outHeight + down * tile) + pixel * (across * tile)
  if (across == 0) touch(from, from + line * rows)
  const whole = rows == tile && columns == tile
  const aside = room + 576
  if (!whole) memory.fill(aside, 0, 576)
  for (let j = j0; j < j1; j += 4) {
    const at = from + (<usize>j << 2)
    const target = to + panel * ((j - j0) >> 3) + (<usize>((j - j0) & 4) << 2)
    if (whole) {
      transformOutputGradient(tile, at, line, pixel, target, step, room)
    } else {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) {
          v128.store(aside + (<usize>(r * tile + c) << 4), v128.load(at + line * r + pixel * c))
        }
      }
      transformOutputGradient(tile, aside, <usize>tile << 4, 16, target, step, room)
    }
  }
  if ((j1 - j0) & 4) {
    const target = to + panel * ((j1 - j0) >> 3) + 16
    for (let t = 0; t < numbersOf(tile); t++) v128.store(target + step * t, f32x4.splat(0))
  }
}
