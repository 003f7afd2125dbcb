// Sums down the columns of a matrix [rows, channels]: short sums in single precision, the sum of those in double.
import { get, put } from './lanes'

/** Rows that are summed in single precision. */
const BLOCK: i32 = 64

/** What is summed. */
export const VALUES: i32 = 0
/** (x - mean[channel])^2 */
export const SQUARES: i32 = 1
/** dy * (x - mean[channel]) */
export const PRODUCTS: i32 = 2
/** dy * (x - mean[row]) * scale[row] */
export const ROW_PRODUCTS: i32 = 3

/** Floats of scratch memory that a part of the rows needs: a double and a float for every channel. */
export function columnScratch(channels: i32): i32 {
  return 3 * channels
}

// @ts-ignore: decorator
@inline
function term(kind: i32, x: usize, dy: usize, mean: v128, scale: v128, four: bool): v128 {
  if (kind == VALUES) return get(x, four)
  const centred = f32x4.sub(get(x, four), mean)
  if (kind == SQUARES) return f32x4.mul(centred, centred)
  if (kind == PRODUCTS) return f32x4.mul(centred, get(dy, four))
  return f32x4.mul(f32x4.mul(centred, scale), get(dy, four))
}

// @ts-ignore: decorator
@inline
function addRow(kind: i32, sums: usize, x: usize, dy: usize, channels: i32, mean: usize, scale: usize): void {
  const whole = kind == ROW_PRODUCTS
  let m = whole ? v128.load32_splat(mean) : f32x4.splat(0)
  const s = whole ? v128.load32_splat(scale) : f32x4.splat(0)
  let c = 0
  for (; c + 4 <= channels; c += 4) {
    const at = <usize>c << 2
    if (kind == SQUARES || kind == PRODUCTS) m = v128.load(mean + at)
    v128.store(sums + at, f32x4.add(v128.load(sums + at), term(kind, x + at, dy + at, m, s, true)))
  }
  for (; c < channels; c++) {
    const at = <usize>c << 2
    if (kind == SQUARES || kind == PRODUCTS) m = v128.load32_splat(mean + at)
    put(sums + at, f32x4.add(get(sums + at, false), term(kind, x + at, dy + at, m, s, false)), false)
  }
}

/** Four rows at once, added in pairs: fewer passes over the sums, and more accurate ones. */
// @ts-ignore: decorator
@inline
function addFourRows(kind: i32, sums: usize, x: usize, dy: usize, channels: i32, mean: usize): void {
  const step = <usize>channels << 2
  const zero = f32x4.splat(0)
  let m = zero
  for (let c = 0; c + 4 <= channels; c += 4) {
    if (kind != VALUES) m = v128.load(mean)
    const first = f32x4.add(term(kind, x, dy, m, zero, true), term(kind, x + step, dy + step, m, zero, true))
    const last = f32x4.add(
      term(kind, x + 2 * step, dy + 2 * step, m, zero, true), term(kind, x + 3 * step, dy + 3 * step, m, zero, true),
    )
    v128.store(sums, f32x4.add(v128.load(sums), f32x4.add(first, last)))
    sums += 16
    x += 16
    dy += 16
    mean += 16
  }
}

// @ts-ignore: decorator
@inline
function sumBlocks(
  kind: i32, x: usize, dy: usize, mean: usize, scale: usize, rows: i32, channels: i32, scratch: usize,
): void {
  const sums = scratch + (<usize>channels << 3)
  const step = <usize>channels << 2
  const row = kind == ROW_PRODUCTS ? <usize>4 : <usize>0
  memory.fill(scratch, 0, <usize>channels << 3)
  for (let first = 0; first < rows; first += BLOCK) {
    const end = min(rows, first + BLOCK)
    memory.fill(sums, 0, step)
    let r = first
    if (kind != ROW_PRODUCTS && (channels & 3) == 0) {
      for (; r + 4 <= end; r += 4) {
        addFourRows(kind, sums, x, dy, channels, mean)
        x += 4 * step
        dy += 4 * step
      }
    }
    for (; r < end; r++) {
      addRow(kind, sums, x, dy, channels, mean, scale)
      x += step
      dy += step
      mean += row
      scale += row
    }
    for (let c = 0; c < channels; c++) {
      const to = scratch + (<usize>c << 3)
      store<f64>(to, load<f64>(to) + <f64>load<f32>(sums + (<usize>c << 2)))
    }
  }
}

/** Leaves the sums as doubles at `scratch`. */
export function columnSums(
  kind: i32, x: usize, dy: usize, mean: usize, scale: usize, rows: i32, channels: i32, scratch: usize,
): void {
  if (kind == VALUES) sumBlocks(VALUES, x, dy, mean, scale, rows, channels, scratch)
  else if (kind == SQUARES) sumBlocks(SQUARES, x, dy, mean, scale, rows, channels, scratch)
  else if (kind == PRODUCTS) sumBlocks(PRODUCTS, x, dy, mean, scale, rows, channels, scratch)
  else sumBlocks(ROW_PRODUCTS, x, dy, mean, scale, rows, channels, scratch)
}

/** to[c] = sums[c] / divisor */
export function narrowSums(to: usize, sums: usize, channels: i32, divisor: f64): void {
  for (let c = 0; c < channels; c++) {
    store<f32>(to + (<usize>c << 2), <f32>(load<f64>(sums + (<usize>c << 3)) / divisor))
  }
}

/** Leaves the sums of x[., c] over some rows as doubles at `sums`. */
export function channelSumPart(x: usize, rows: i32, channels: i32, sums: usize): void {
  columnSums(VALUES, x, x, 0, 0, rows, channels, sums)
}

/** out[c] = the sums of the parts, which lie `columnScratch(channels)` floats apart, in order. */
export function channelSumTotal(sums: usize, parts: i32, out: usize, channels: i32): void {
  addSums(sums, parts, columnScratch(channels), channels)
  narrowSums(out, sums, channels, 1)
}

/** Adds the doubles of all parts, `apart` floats from each other, onto those of the first. */
export function addSums(sums: usize, parts: i32, apart: i32, channels: i32): void {
  for (let part = 1; part < parts; part++) {
    const from = sums + (<usize>(part * apart) << 2)
    for (let c = 0; c < channels; c++) {
      const at = <usize>c << 3
      store<f64>(sums + at, load<f64>(sums + at) + load<f64>(from + at))
    }
  }
}
