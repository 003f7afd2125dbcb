// The gradient of the filter of a convolution in groups: of each group a product of the picture's runs of channels and
// dy, summed over pixels in registers.
import { bundleOf, ceilDivide } from './grouped-planes'
import { isCompact, packPixels, packRuns } from './grouped-runs'
import { sumSix, sumTwelve } from './grouped-sums'

/** Bytes of runs and dy that stay in the first cache while block after block is summed. */
const LINES_BYTES: i32 = 1 << 15
/** Bytes of them that are packed at once, and of the pictures that they are taken from. */
const PACKED_BYTES: i32 = 1 << 18
const BAND_BYTES: i32 = 1 << 19
/** Floats that a block may read past the last run or pixel. */
const PAST: i32 = 16
const TILE: i32 = 48

let compact: bool = false
/** Windows of a line, with those whose dy is zero; floats of its dy, of a row's runs, and from a run to the next. */
let pixels: i32 = 0
let gradients: i32 = 0
let runs: i32 = 0
let step: i32 = 0
/** Lines that are packed at once, and those that are summed at once. */
let most: i32 = 0
let few: i32 = 0

function measure(
  width: i32, channels: i32, kh: i32, kw: i32, out: i32, across: i32, sh: i32, sw: i32, dw: i32, groups: i32,
): void {
  const groupIn = channels / groups
  const groupOut = out / groups
  compact = isCompact(kh, kw, across, sw, dw, groupIn, groupOut)
  pixels = compact ? across + (kw - 1) / sw : across
  gradients = pixels * groupOut
  step = compact ? sw * groupIn : kw * groupIn
  runs = pixels * step
  const pictures = 4 * bundleOf(groupIn, groupOut, groups) * (sh * width * groupIn + across * groupOut)
  most = max(1, min(PACKED_BYTES / max(1, 4 * (sh * runs + gradients)), BAND_BYTES / max(1, pictures)))
  few = max(1, LINES_BYTES / max(1, 4 * (runs + gradients)))
}

/** Rows of runs of each of the `sh` phases that a row of the picture may have, for so many lines. */
// @ts-ignore: decorator
@inline
function rowsOf(lines: i32, kh: i32, sh: i32, dh: i32): i32 {
  return lines + (kh - 1) * dh / sh
}

/** Floats of scratch memory; the arguments are those of the convolution. */
export function groupedFilterScratch(
  height: i32, width: i32, channels: i32, kh: i32, kw: i32, out: i32, down: i32, across: i32, sh: i32, sw: i32,
  top: i32, left: i32, dh: i32, dw: i32, groups: i32,
): i32 {
  measure(width, channels, kh, kw, out, across, sh, sw, dw, groups)
  const past = PAST + kw * (channels / groups)
  return TILE + sh * rowsOf(most, kh, sh, dh) * runs + past + most * gradients + PAST
}

/**
 * The columns of groups `g0` to `g1` of the gradient, over lines `l0` to `l1` of windows, counted through all images.
 */
export function groupedFilterGradient(
  x: usize, dy: usize, dfilter: usize, height: i32, width: i32, channels: i32, kh: i32, kw: i32, out: i32, down: i32,
  across: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32, groups: i32, g0: i32, g1: i32, l0: i32, l1: i32,
  scratch: usize,
): void {
  measure(width, channels, kh, kw, out, across, sh, sw, dw, groups)
  const groupIn = channels / groups
  const groupOut = out / groups
  const pixel = <usize>out << 2
  const bundle = bundleOf(groupIn, groupOut, groups)
  const packed = scratch + (<usize>TILE << 2)
  const packedRuns = sh * rowsOf(most, kh, sh, dh) * runs
  const past = PAST + kw * groupIn
  const packedDy = packed + (<usize>(packedRuns + past) << 2)
  for (let cell = 0; cell < kh * kw * groupIn; cell++) {
    memory.fill(dfilter + pixel * cell + (<usize>(g0 * groupOut) << 2), 0, <usize>((g1 - g0) * groupOut) << 2)
  }
  for (let b = g0; b < g1; b += bundle) {
    for (let first = l0; first < l1;) {
      const n = first / down
      const line = first - n * down
      const lines = min(most, min(l1 - first, down - line))
      const rows = rowsOf(lines, kh, sh, dh)
      const y = line * sh - top
      for (let g = b; g < min(g1, b + bundle); g++) {
        packRuns(
          packed, x + (<usize>(n * height * width * channels + g * groupIn) << 2), height, width, channels, groupIn, y,
          rows, sh, kw, across, sw, left, dw, compact, runs,
        )
        // The last windows go on past the last row: what they meet there is multiplied by zeros.
        memory.fill(packed + (<usize>(sh * rows * runs) << 2), 0, <usize>past << 2)
        const at = <usize>(g * groupOut) << 2
        packPixels(packedDy, dy + pixel * (first * across) + at, pixel, lines, across, pixels, groupOut)
        for (let i = 0; i < lines; i += few) {
          addLines(
            dfilter + at, pixel, kh, kw, groupIn, groupOut, packed, packedDy, i, min(lines, i + few), rows, y, height,
            sh, dh, scratch,
          )
        }
      }
      first += lines
    }
  }
}

/** Lines `from` to `to` of those that are packed, the first of which has its first row of cells at `y`. */
function addLines(
  dfilter: usize, ld: usize, kh: i32, kw: i32, groupIn: i32, groupOut: i32, x: usize, dy: usize, from: i32, to: i32,
  rows: i32, y: i32, height: i32, sh: i32, dh: i32, tile: usize,
): void {
  for (let ky = 0; ky < kh; ky++) {
    // Lines whose row of these cells lies in the picture.
    const begin = max(from, ceilDivide(-y - ky * dh, sh))
    const end = min(to, ceilDivide(height - y - ky * dh, sh))
    if (begin >= end) continue
    const row = ky * dh % sh * rows + ky * dh / sh + begin
    addRow(
      dfilter + ld * (ky * kw * groupIn), ld, kw * groupIn, groupOut, x + (<usize>(row * runs) << 2), <usize>step << 2,
      dy + (<usize>(begin * gradients) << 2), (end - begin) * pixels, tile,
    )
  }
}

/**
 * Adds the product of runs and dy onto `rows` rows of the gradient. What is left over has calls of its own: were there
 * a single one, the compiler would put the function's loop into those here.
 */
function addRow(
  to: usize, ld: usize, rows: i32, groupOut: i32, x: usize, step: usize, dy: usize, count: i32, tile: usize,
): void {
  const stepY = <usize>groupOut << 2
  let c = 0
  for (; groupOut - c > 4; c += 8) {
    const columns = min(8, groupOut - c)
    let at = to + (<usize>c << 2), from = x
    let r = rows
    for (; r >= 6; r -= 6) {
      sumSix(tile, from, step, dy, stepY, count)
      addTile(at, ld, tile, 32, 6, columns)
      at += 6 * ld
      from += 24
    }
    if (r > 0) {
      sumSix(tile, from, step, dy, stepY, count)
      addTile(at, ld, tile, 32, r, columns)
    }
    dy += 32
  }
  if (c < groupOut) {
    const columns = groupOut - c
    let at = to + (<usize>c << 2), from = x
    let r = rows
    for (; r >= 12; r -= 12) {
      sumTwelve(tile, from, step, dy, stepY, count)
      addTile(at, ld, tile, 16, 12, columns)
      at += 12 * ld
      from += 48
    }
    if (r > 0) {
      sumTwelve(tile, from, step, dy, stepY, count)
      addTile(at, ld, tile, 16, r, columns)
    }
  }
}

/** Adds the first rows and columns of a tile whose rows are `step` bytes apart. */
function addTile(to: usize, ld: usize, tile: usize, step: usize, rows: i32, columns: i32): void {
  for (let r = 0; r < rows; r++) {
    let c = 0
    for (; c + 4 <= columns; c += 4) {
      const at = <usize>c << 2
      v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(tile + at)))
    }
    for (; c < columns; c++) {
      const at = <usize>c << 2
      store<f32>(to + at, load<f32>(to + at) + load<f32>(tile + at))
    }
    to += ld
    tile += step
  }
}
