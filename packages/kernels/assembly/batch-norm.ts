// Batch normalisation over the rows of [rows, channels], and the affine map that it is once trained.
import { columnScratch, columnSums, narrowSums, PRODUCTS, SQUARES, VALUES } from './columns'
import { get, put } from './lanes'

export function batchNormScratch(channels: i32): i32 {
  return columnScratch(channels) + 2 * channels
}

// @ts-ignore: decorator
@inline
function spread(x: usize, mean: usize, scale: usize, offset: usize, y: usize, at: usize, four: bool): void {
  const centred = f32x4.sub(get(x + at, four), get(mean + at, four))
  put(y + at, f32x4.add(f32x4.mul(centred, get(scale + at, four)), get(offset + at, four)), four)
}

export function batchNorm(
  x: usize, gamma: usize, beta: usize, y: usize, mean: usize, variance: usize, rows: i32, channels: i32, epsilon: f32,
  scratch: usize,
): void {
  const count = <f64>max(rows, 1)
  columnSums(VALUES, x, x, 0, 0, rows, channels, scratch)
  narrowSums(mean, scratch, channels, count)
  // Two passes: the mean of squares less the square of the mean would lose what matters.
  columnSums(SQUARES, x, x, mean, 0, rows, channels, scratch)
  narrowSums(variance, scratch, channels, count)
  const scale = scratch
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2
    const deviation = Math.sqrt(<f64>load<f32>(variance + at) + <f64>epsilon)
    store<f32>(scale + at, <f32>(<f64>load<f32>(gamma + at) / deviation))
  }
  for (let r = 0; r < rows; r++) {
    let c = 0
    for (; c + 4 <= channels; c += 4) spread(x, mean, scale, beta, y, <usize>c << 2, true)
    for (; c < channels; c++) spread(x, mean, scale, beta, y, <usize>c << 2, false)
    x += <usize>channels << 2
    y += <usize>channels << 2
  }
}

/** dx = scale * dy + slope * (x - mean) + offset, with what the mean and the variance give in slope and offset. */
export function batchNormGradient(
  dy: usize, x: usize, gamma: usize, mean: usize, variance: usize, dx: usize, dgamma: usize, dbeta: usize, rows: i32,
  channels: i32, epsilon: f32, scratch: usize,
): void {
  const step = <usize>channels << 2
  const scale = scratch + (<usize>columnScratch(channels) << 2)
  const slope = scale + step
  const offset = scratch + 2 * step
  columnSums(VALUES, dy, dy, 0, 0, rows, channels, scratch)
  narrowSums(dbeta, scratch, channels, 1)
  columnSums(PRODUCTS, x, dy, mean, 0, rows, channels, scratch)
  const count = <f64>max(rows, 1)
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2
    const inverse = 1 / Math.sqrt(<f64>load<f32>(variance + at) + <f64>epsilon)
    const products = load<f64>(scratch + 2 * at)
    const factor = <f64>load<f32>(gamma + at) * inverse
    store<f32>(dgamma + at, <f32>(products * inverse))
    store<f32>(scale + at, <f32>factor)
    store<f32>(slope + at, <f32>(-factor * inverse * inverse * products / count))
    store<f32>(offset + at, <f32>(-factor * <f64>load<f32>(dbeta + at) / count))
  }
  for (let r = 0; r < rows; r++) {
    let c = 0
    for (; c + 4 <= channels; c += 4) {
      const at = <usize>c << 2
      const own = f32x4.add(f32x4.mul(v128.load(dy + at), v128.load(scale + at)), v128.load(offset + at))
      const shared = f32x4.mul(f32x4.sub(v128.load(x + at), v128.load(mean + at)), v128.load(slope + at))
      v128.store(dx + at, f32x4.add(own, shared))
    }
    for (; c < channels; c++) {
      const at = <usize>c << 2
      const own = load<f32>(dy + at) * load<f32>(scale + at) + load<f32>(offset + at)
      store<f32>(dx + at, own + (load<f32>(x + at) - load<f32>(mean + at)) * load<f32>(slope + at))
    }
    dy += step
    x += step
    dx += step
  }
}

/** y = x * scale + offset, by channel */
export function affine(x: usize, scale: usize, offset: usize, y: usize, rows: i32, channels: i32): void {
  for (let r = 0; r < rows; r++) {
    let c = 0
    for (; c + 4 <= channels; c += 4) {
      const at = <usize>c << 2
      v128.store(y + at, f32x4.add(f32x4.mul(v128.load(x + at), v128.load(scale + at)), v128.load(offset + at)))
    }
    for (; c < channels; c++) {
      const at = <usize>c << 2
      store<f32>(y + at, load<f32>(x + at) * load<f32>(scale + at) + load<f32>(offset + at))
    }
    x += <usize>channels << 2
    y += <usize>channels << 2
  }
}
