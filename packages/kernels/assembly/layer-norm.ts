// Sums over rows, and layer normalisation: every row of [rows, channels] by its own mean and variance.
import { addSums, columnScratch, columnSums, narrowSums, ROW_PRODUCTS, VALUES } from './columns'
import { get, put, total, widen } from './lanes'

/** Floats that a part of the rows needs: two sums of columns, and a scale for every row. */
export function layerNormScratch(rows: i32, channels: i32): i32 {
  return 2 * columnScratch(channels) + rows
}

function rowMean(x: usize, channels: i32): f64 {
  let sums = f64x2.splat(0)
  let c = 0
  for (; c + 4 <= channels; c += 4) sums = f64x2.add(sums, widen(v128.load(x + (<usize>c << 2))))
  let sum = total(sums)
  for (; c < channels; c++) sum += <f64>load<f32>(x + (<usize>c << 2))
  return sum / <f64>max(channels, 1)
}

/** y[r] = the sum of x[r, .] / divisor */
export function rowSums(x: usize, y: usize, rows: i32, channels: i32, divisor: f64): void {
  for (let r = 0; r < rows; r++) {
    store<f32>(y, <f32>(rowMean(x, channels) * <f64>max(channels, 1) / divisor))
    x += <usize>channels << 2
    y += 4
  }
}

function rowVariance(x: usize, channels: i32, mean: f32): f64 {
  const centre = f32x4.splat(mean)
  let sums = f64x2.splat(0)
  let c = 0
  for (; c + 4 <= channels; c += 4) {
    const d = f32x4.sub(v128.load(x + (<usize>c << 2)), centre)
    sums = f64x2.add(sums, widen(f32x4.mul(d, d)))
  }
  let sum = total(sums)
  for (; c < channels; c++) {
    const d = load<f32>(x + (<usize>c << 2)) - mean
    sum += <f64>(d * d)
  }
  return sum / <f64>max(channels, 1)
}

// @ts-ignore: decorator
@inline
function inverseDeviation(variance: usize, epsilon: f32): f32 {
  return <f32>(1 / Math.sqrt(<f64>load<f32>(variance) + <f64>epsilon))
}

export function layerNorm(
  x: usize, gamma: usize, beta: usize, y: usize, mean: usize, variance: usize, rows: i32, channels: i32, epsilon: f32,
): void {
  for (let r = 0; r < rows; r++) {
    const centre = <f32>rowMean(x, channels)
    store<f32>(mean, centre)
    store<f32>(variance, <f32>rowVariance(x, channels, centre))
    const m = f32x4.splat(centre)
    const s = f32x4.splat(inverseDeviation(variance, epsilon))
    let c = 0
    for (; c + 4 <= channels; c += 4) scaleLanes(x, gamma, beta, y, m, s, <usize>c << 2, true)
    for (; c < channels; c++) scaleLanes(x, gamma, beta, y, m, s, <usize>c << 2, false)
    x += <usize>channels << 2
    y += <usize>channels << 2
    mean += 4
    variance += 4
  }
}

// @ts-ignore: decorator
@inline
function scaleLanes(
  x: usize, gamma: usize, beta: usize, y: usize, mean: v128, scale: v128, at: usize, four: bool,
): void {
  const normal = f32x4.mul(f32x4.sub(get(x + at, four), mean), scale)
  put(y + at, f32x4.add(f32x4.mul(normal, get(gamma + at, four)), get(beta + at, four)), four)
}

/**
 * Some rows of dx = scale * (g - mean(g) - n * mean(g * n)) with g = dy * gamma and the normalised row n. Leaves their
 * sums of dy, and of dy * n, as doubles at `part`.
 */
export function layerNormGradientPart(
  dy: usize, x: usize, gamma: usize, mean: usize, variance: usize, dx: usize, rows: i32, channels: i32, epsilon: f32,
  part: usize,
): void {
  const scales = part + (<usize>(2 * columnScratch(channels)) << 2)
  for (let r = 0; r < rows; r++) {
    store<f32>(scales + (<usize>r << 2), inverseDeviation(variance + (<usize>r << 2), epsilon))
  }
  columnSums(VALUES, dy, dy, 0, 0, rows, channels, part)
  columnSums(ROW_PRODUCTS, x, dy, mean, scales, rows, channels, part + (<usize>channels << 3))
  for (let r = 0; r < rows; r++) {
    const at = <usize>r << 2
    const row = <usize>(r * channels) << 2
    rowGradient(dy + row, x + row, gamma, load<f32>(mean + at), load<f32>(scales + at), dx + row, channels)
  }
}

/** dgamma and dbeta of the parts, which lie `apart` floats from each other. */
export function layerNormGradientTotal(
  parts: usize, count: i32, apart: i32, dgamma: usize, dbeta: usize, channels: i32,
): void {
  addSums(parts, count, apart, 2 * channels)
  narrowSums(dbeta, parts, channels, 1)
  narrowSums(dgamma, parts + (<usize>channels << 3), channels, 1)
}

// @ts-ignore: decorator
@inline
function rowGradient(dy: usize, x: usize, gamma: usize, mean: f32, scale: f32, dx: usize, channels: i32): void {
  const m = f32x4.splat(mean)
  const s = f32x4.splat(scale)
  let sums = f64x2.splat(0), products = f64x2.splat(0)
  let c = 0
  for (; c + 4 <= channels; c += 4) {
    const at = <usize>c << 2
    const g = f32x4.mul(v128.load(dy + at), v128.load(gamma + at))
    sums = f64x2.add(sums, widen(g))
    products = f64x2.add(products, widen(f32x4.mul(g, f32x4.mul(f32x4.sub(v128.load(x + at), m), s))))
  }
  let sum = total(sums), product = total(products)
  for (; c < channels; c++) {
    const at = <usize>c << 2
    const g = load<f32>(dy + at) * load<f32>(gamma + at)
    sum += <f64>g
    product += <f64>(g * ((load<f32>(x + at) - mean) * scale))
  }
  const meanG = f32x4.splat(<f32>(sum / <f64>channels))
  const meanProduct = f32x4.splat(<f32>(product / <f64>channels))
  c = 0
  for (; c + 4 <= channels; c += 4) gradientLanes(dy, x, gamma, m, s, meanG, meanProduct, dx, <usize>c << 2, true)
  for (; c < channels; c++) gradientLanes(dy, x, gamma, m, s, meanG, meanProduct, dx, <usize>c << 2, false)
}

// @ts-ignore: decorator
@inline
function gradientLanes(
  dy: usize, x: usize, gamma: usize, mean: v128, scale: v128, meanG: v128, meanProduct: v128, dx: usize, at: usize,
  four: bool,
): void {
  const g = f32x4.mul(get(dy + at, four), get(gamma + at, four))
  const normal = f32x4.mul(f32x4.sub(get(x + at, four), mean), scale)
  put(dx + at, f32x4.mul(scale, f32x4.sub(f32x4.sub(g, meanG), f32x4.mul(normal, meanProduct))), four)
}
