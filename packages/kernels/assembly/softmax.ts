// Softmax and cross entropy over the rows of [rows, channels].
import { get, put, total, widen } from './lanes'
import { exp, log } from './math'

function rowMaximum(x: usize, channels: i32): f32 {
  let largest = f32x4.splat(-Infinity)
  let c = 0
  // pmax passes NaN over, which the exponent lets through; max, which does not, takes eight instructions.
  for (; c + 4 <= channels; c += 4) largest = f32x4.pmax(largest, v128.load(x + (<usize>c << 2)))
  for (; c < channels; c++) largest = f32x4.pmax(largest, v128.load32_splat(x + (<usize>c << 2)))
  return max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  )
}

/** Writes e^(x - largest) and returns the sum. */
function rowExp(x: usize, y: usize, channels: i32, largest: f32): f64 {
  const shift = f32x4.splat(largest)
  let sums = f64x2.splat(0)
  let c = 0
  for (; c + 4 <= channels; c += 4) {
    const e = exp(f32x4.sub(v128.load(x + (<usize>c << 2)), shift))
    v128.store(y + (<usize>c << 2), e)
    sums = f64x2.add(sums, widen(e))
  }
  let sum = total(sums)
  for (; c < channels; c++) {
    const e = exp(f32x4.sub(v128.load32_splat(x + (<usize>c << 2)), shift))
    v128.store32_lane(y + (<usize>c << 2), e, 0)
    sum += <f64>f32x4.extract_lane(e, 0)
  }
  return sum
}

export function scaleRow(y: usize, channels: i32, factor: f32): void {
  const f = f32x4.splat(factor)
  let c = 0
  for (; c + 4 <= channels; c += 4) v128.store(y + (<usize>c << 2), f32x4.mul(v128.load(y + (<usize>c << 2)), f))
  for (; c < channels; c++) store<f32>(y + (<usize>c << 2), load<f32>(y + (<usize>c << 2)) * factor)
}

export function softmax(x: usize, y: usize, rows: i32, channels: i32): void {
  for (let r = 0; r < rows; r++) {
    scaleRow(y, channels, <f32>(1 / rowExp(x, y, channels, rowMaximum(x, channels))))
    x += <usize>channels << 2
    y += <usize>channels << 2
  }
}

/** dx = y * (dy - sum(dy * y)) */
export function softmaxGradient(dy: usize, y: usize, dx: usize, rows: i32, channels: i32): void {
  for (let r = 0; r < rows; r++) {
    let sums = f64x2.splat(0)
    let c = 0
    for (; c + 4 <= channels; c += 4) {
      sums = f64x2.add(sums, widen(f32x4.mul(v128.load(dy + (<usize>c << 2)), v128.load(y + (<usize>c << 2)))))
    }
    let sum = total(sums)
    for (; c < channels; c++) sum += <f64>(load<f32>(dy + (<usize>c << 2)) * load<f32>(y + (<usize>c << 2)))
    const s = f32x4.splat(<f32>sum)
    c = 0
    for (; c + 4 <= channels; c += 4) shiftLanes(dy, y, dx, s, <usize>c << 2, true)
    for (; c < channels; c++) shiftLanes(dy, y, dx, s, <usize>c << 2, false)
    dy += <usize>channels << 2
    y += <usize>channels << 2
    dx += <usize>channels << 2
  }
}

// @ts-ignore: decorator
@inline
function shiftLanes(dy: usize, y: usize, dx: usize, sum: v128, at: usize, four: bool): void {
  put(dx + at, f32x4.mul(get(y + at, four), f32x4.sub(get(dy + at, four), sum)), four)
}

export function softmaxCrossEntropy(
  logits: usize, targets: usize, loss: usize, y: usize, rows: i32, channels: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const largest = rowMaximum(logits, channels)
    const sum = rowExp(logits, y, channels, largest)
    scaleRow(y, channels, <f32>(1 / sum))
    let weight: f64 = 0, weighted: f64 = 0
    for (let c = 0; c < channels; c++) {
      const target = <f64>load<f32>(targets + (<usize>c << 2))
      weight += target
      weighted += target * (<f64>load<f32>(logits + (<usize>c << 2)) - <f64>largest)
    }
    // Logits that are not finite give no sum to take a logarithm of.
    store<f32>(loss, sum < Infinity ? <f32>(weight * log(sum) - weighted) : NaN)
    logits += <usize>channels << 2
    targets += <usize>channels << 2
    y += <usize>channels << 2
    loss += 4
  }
}

export function softmaxCrossEntropyGradient(
  dloss: usize, y: usize, targets: usize, dx: usize, rows: i32, channels: i32,
): void {
  for (let r = 0; r < rows; r++) {
    let sum: f64 = 0
    for (let c = 0; c < channels; c++) sum += <f64>load<f32>(targets + (<usize>c << 2))
    const weight = f32x4.splat(<f32>sum)
    const d = v128.load32_splat(dloss)
    let c = 0
    for (; c + 4 <= channels; c += 4) differenceLanes(y, targets, dx, weight, d, <usize>c << 2, true)
    for (; c < channels; c++) differenceLanes(y, targets, dx, weight, d, <usize>c << 2, false)
    dloss += 4
    y += <usize>channels << 2
    targets += <usize>channels << 2
    dx += <usize>channels << 2
  }
}

// @ts-ignore: decorator
@inline
function differenceLanes(y: usize, targets: usize, dx: usize, weight: v128, d: v128, at: usize, four: bool): void {
  put(dx + at, f32x4.mul(d, f32x4.sub(f32x4.mul(get(y + at, four), weight), get(targets + at, four))), four)
}
