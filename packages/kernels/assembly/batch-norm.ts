// Batch normalisation over the rows of [rows, channels], and the affine map that it is once trained. The rows are taken
// in parts: the sums of the parts are added in order, so what comes out does not depend on who computes which.
import { addSums, columnSums, narrowSums, PRODUCTS, SQUARES, VALUES } from './columns'
import { addRows, BLOCK, widenSums } from './gradient-sums'
import { get, put } from './lanes'

/**
 * Floats that a part leaves: the sums of the values and of the squares as doubles, the mean that the squares are taken
 * about, and room for the sums of a block.
 */
export function batchNormScratch(channels: i32): i32 {
  return 6 * channels
}

/** Sums of some rows. The squares are taken about the mean of these rows: little is lost, and x is read once. */
export function batchNormPart(x: usize, rows: i32, channels: i32, part: usize): void {
  const step = <usize>channels << 2
  // The sums of the squares are put together where those of the values will not be disturbed.
  const squares = part + 2 * step
  const mean = part + 5 * step
  columnSums(VALUES, x, x, 0, 0, rows, channels, part)
  narrowSums(mean, part, channels, <f64>max(rows, 1))
  columnSums(SQUARES, x, x, mean, 0, rows, channels, squares)
}

/**
 * The mean and the variance of all rows, and scale = gamma / deviation. Every part has `rowsEach` rows, the last what is
 * left of `rows`.
 */
export function batchNormMoments(
  parts: usize, count: i32, rowsEach: i32, rows: i32, channels: i32, gamma: usize, epsilon: f32, mean: usize,
  variance: usize, scale: usize,
): void {
  const apart = <usize>batchNormScratch(channels) << 2
  const step = <usize>channels << 2
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2
    let sum: f64 = 0
    for (let i = 0; i < count; i++) sum += load<f64>(parts + apart * i + 2 * at)
    const centre = sum / <f64>max(rows, 1)
    let squares: f64 = 0
    for (let i = 0; i < count; i++) {
      const part = parts + apart * i
      const n = <f64>min(rowsEach, rows - i * rowsEach)
      const own = <f64>load<f32>(part + 5 * step + at)
      const away = own - centre
      const rest = load<f64>(part + 2 * at) - n * own
      squares += load<f64>(part + 2 * step + 2 * at) + away * (2 * rest + n * away)
    }
    const spreadOf = max(squares / <f64>max(rows, 1), 0)
    store<f32>(mean + at, <f32>centre)
    store<f32>(variance + at, <f32>spreadOf)
    const deviation = Math.sqrt(<f64>load<f32>(variance + at) + <f64>epsilon)
    store<f32>(scale + at, <f32>(<f64>load<f32>(gamma + at) / deviation))
  }
}

/** y = (x - mean) * scale + offset, by channel */
export function normalize(
  x: usize, mean: usize, scale: usize, offset: usize, y: usize, rows: i32, channels: i32,
): void {
  for (let r = 0; r < rows; r++) {
    let c = 0
    for (; c + 4 <= channels; c += 4) spread(x, mean, scale, offset, y, <usize>c << 2, true)
    for (; c < channels; c++) spread(x, mean, scale, offset, y, <usize>c << 2, false)
    x += <usize>channels << 2
    y += <usize>channels << 2
  }
}

// @ts-ignore: decorator
@inline
function spread(x: usize, mean: usize, scale: usize, offset: usize, y: usize, at: usize, four: bool): void {
  const centred = f32x4.sub(get(x + at, four), get(mean + at, four))
  put(y + at, f32x4.add(f32x4.mul(centred, get(scale + at, four)), get(offset + at, four)), four)
}

/** Sums of some rows: of dy, and of dy * (x - mean). */
export function batchNormGradientPart(dy: usize, x: usize, mean: usize, rows: i32, channels: i32, part: usize): void {
  if ((channels & 3) == 0) {
    sumBoth(dy, x, mean, rows, channels, part)
    return
  }
  columnSums(VALUES, dy, dy, 0, 0, rows, channels, part)
  columnSums(PRODUCTS, x, dy, mean, 0, rows, channels, part + (<usize>channels << 3))
}

function sumBoth(dy: usize, x: usize, mean: usize, rows: i32, channels: i32, part: usize): void {
  const step = <usize>channels << 2
  const values = part + 4 * step
  memory.fill(part, 0, 4 * step)
  for (let first = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first)
    memory.fill(values, 0, 2 * step)
    addRows(dy, x, mean, count, channels, values, values + step)
    widenSums(part, values, channels)
    widenSums(part + 2 * step, values + step, channels)
    dy += <usize>BLOCK * step
    x += <usize>BLOCK * step
  }
}

/**
 * dgamma and dbeta, and what dx = scale * dy + slope * (x - mean) + offset needs: three floats a channel at `factors`.
 */
export function batchNormGradientFactors(
  parts: usize, count: i32, rows: i32, channels: i32, gamma: usize, variance: usize, epsilon: f32, dgamma: usize,
  dbeta: usize, factors: usize,
): void {
  const step = <usize>channels << 2
  addSums(parts, count, batchNormScratch(channels), 2 * channels)
  narrowSums(dbeta, parts, channels, 1)
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2
    const inverse = 1 / Math.sqrt(<f64>load<f32>(variance + at) + <f64>epsilon)
    const products = load<f64>(parts + 2 * step + 2 * at)
    const factor = <f64>load<f32>(gamma + at) * inverse
    const n = <f64>max(rows, 1)
    store<f32>(dgamma + at, <f32>(products * inverse))
    store<f32>(factors + at, <f32>factor)
    store<f32>(factors + step + at, <f32>(-factor * inverse * inverse * products / n))
    store<f32>(factors + 2 * step + at, <f32>(-factor * <f64>load<f32>(dbeta + at) / n))
  }
}

export function batchNormGradientRows(
  dy: usize, x: usize, mean: usize, factors: usize, dx: usize, rows: i32, channels: i32,
): void {
  const step = <usize>channels << 2
  for (let r = 0; r < rows; r++) {
    let c = 0
    for (; c + 4 <= channels; c += 4) combine(dy, x, mean, factors, dx, step, <usize>c << 2, true)
    for (; c < channels; c++) combine(dy, x, mean, factors, dx, step, <usize>c << 2, false)
    dy += step
    x += step
    dx += step
  }
}

// @ts-ignore: decorator
@inline
function combine(
  dy: usize, x: usize, mean: usize, factors: usize, dx: usize, step: usize, at: usize, four: bool,
): void {
  const own = f32x4.add(f32x4.mul(get(dy + at, four), get(factors + at, four)), get(factors + 2 * step + at, four))
  const shared = f32x4.mul(f32x4.sub(get(x + at, four), get(mean + at, four)), get(factors + step + at, four))
  put(dx + at, f32x4.add(own, shared), four)
}

/** y = x * scale + offset, by channel */
export function affine(x: usize, scale: usize, offset: usize, y: usize, rows: i32, channels: i32): void {
  for (let r = 0; r < rows; r++) {
    let c = 0
    for (; c + 4 <= channels; c += 4) scaleAndShift(x, scale, offset, y, <usize>c << 2, true)
    for (; c < channels; c++) scaleAndShift(x, scale, offset, y, <usize>c << 2, false)
    x += <usize>channels << 2
    y += <usize>channels << 2
  }
}

// @ts-ignore: decorator
@inline
function scaleAndShift(x: usize, scale: usize, offset: usize, y: usize, at: usize, four: bool): void {
  put(y + at, f32x4.add(f32x4.mul(get(x + at, four), get(scale + at, four)), get(offset + at, four)), four)
}
