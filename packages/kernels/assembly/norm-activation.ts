// What follows batch normalisation, tile by tile while the numbers are in the first cache: the sum with a shortcut and the
// activation, and backwards the activation's gradient and the sums that the normalisation's gradient needs. Every number is
// computed as by the functions for one of these alone, so the bits are the same.
import { activation, activationGradient } from './activation'
import { affine, normalize } from './batch-norm'
import { binary } from './binary'
import { addRows, BLOCK, widenSums } from './gradient-sums'

const ADD: i32 = 0
/** How an operand of `binary` has its row: as one of its own. */
const OWN: i32 = 2
/** Floats of a tile: those that are at work fit the first cache. */
const TILE: i32 = 2048

/** Rows of a tile: a part of a block. */
// @ts-ignore: decorator
@inline
function tileRows(channels: i32): i32 {
  let rows = BLOCK
  while (rows > 4 && rows * channels > TILE) rows >>= 1
  return rows
}

/** y = activation((x - mean) * scale + offset + shortcut). Without a shortcut its address is 0. */
export function normalizeActivation(
  x: usize, mean: usize, scale: usize, offset: usize, shortcut: usize, y: usize, rows: i32, channels: i32, kind: i32,
  slope: f32, shift: f32,
): void {
  const tile = tileRows(channels)
  for (let r = 0; r < rows; r += tile) {
    const count = min(tile, rows - r)
    const size = count * channels
    const at = <usize>(r * channels) << 2
    if (mean == 0) affine(x + at, scale, offset, y + at, count, channels)
    else normalize(x + at, mean, scale, offset, y + at, count, channels)
    if (shortcut != 0) binary(ADD, y + at, shortcut + at, y + at, 1, OWN, OWN, size)
    activation(kind, y + at, y + at, size, slope, shift)
  }
}

/** scale = gamma / deviation, as when the batch was normalised. */
export function batchNormScale(gamma: usize, variance: usize, epsilon: f32, scale: usize, channels: i32): void {
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2
    const deviation = Math.sqrt(<f64>load<f32>(variance + at) + <f64>epsilon)
    store<f32>(scale + at, <f32>(<f64>load<f32>(gamma + at) / deviation))
  }
}

/** Floats that a job of `activationGradientPart` needs besides. */
export function activationGradientPartScratch(channels: i32): i32 {
  return tileRows(channels) * channels
}

/**
 * For some rows: d = (dy + more) * activation'(s), and the sums of d and of d * (x - mean) as
 * `batchNormGradientPart` leaves them. s, what was activated, is (x - mean) * scale + offset, or anything of the same
 * derivative: what lies at `source`. `more` and `source` may be 0. The channels come in fours.
 */
export function activationGradientPart(
  dy: usize, more: usize, x: usize, mean: usize, scale: usize, offset: usize, source: usize, d: usize, rows: i32,
  channels: i32, kind: i32, slope: f32, shift: f32, part: usize, scratch: usize,
): void {
  const tile = tileRows(channels)
  const step = <usize>channels << 2
  const values = part + 4 * step
  memory.fill(part, 0, 4 * step)
  for (let r = 0; r < rows; r += tile) {
    const count = min(tile, rows - r)
    const size = count * channels
    const at = <usize>(r * channels) << 2
    if (source == 0) normalize(x + at, mean, scale, offset, scratch, count, channels)
    if (more != 0) binary(ADD, dy + at, more + at, d + at, 1, OWN, OWN, size)
    activationGradient(
      kind, more != 0 ? d + at : dy + at, source == 0 ? scratch : source + at, d + at, size, slope, shift,
    )
    if ((r & (BLOCK - 1)) == 0) memory.fill(values, 0, 2 * step)
    addRows(d + at, x + at, mean, count, channels, values, values + step)
    if (r + count == rows || ((r + count) & (BLOCK - 1)) == 0) {
      widenSums(part, values, channels)
      widenSums(part + 2 * step, values + step, channels)
    }
  }
}
