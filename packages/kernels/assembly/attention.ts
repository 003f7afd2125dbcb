// Attention of one head at a time: its weights [length, length] live in scratch memory and nowhere else. Queries, keys and
// values lie side by side in [batch, length, 3, heads, size] and are multiplied where they are.
import { gemmScratch, multiply } from './gemm'
import { PLAIN, TRANSPOSED } from './pack'
import { scaleRow, softmax, softmaxGradient } from './softmax'

export function attentionScratch(length: i32, size: i32): i32 {
  return length * length + product(length, size)
}

export function attentionGradientScratch(length: i32, size: i32): i32 {
  return 2 * length * length + product(length, size)
}

function product(length: i32, size: i32): i32 {
  return max(gemmScratch(length, size), gemmScratch(size, length))
}

/** weights = softmax(scale * q · kᵀ) */
function weigh(weights: usize, q: usize, k: usize, length: i32, size: i32, ld: i32, scale: f32, scratch: usize): void {
  multiply(0, length, 0, length, size, PLAIN, q, ld, TRANSPOSED, k, ld, weights, length, 0, scratch)
  scaleRow(weights, length * length, scale)
  softmax(weights, weights, length, length)
}

/** y [batch, length, heads, size] for heads `first` to `end`, counted through the batch. */
export function attention(
  qkv: usize, y: usize, length: i32, heads: i32, size: i32, scale: f32, first: i32, end: i32, scratch: usize,
): void {
  const dim = heads * size
  const ld = 3 * dim
  const own = scratch + (<usize>(length * length) << 2)
  for (let index = first; index < end; index++) {
    const image = index / heads
    const head = index - image * heads
    const q = qkv + (<usize>(image * length * ld + head * size) << 2)
    const to = y + (<usize>(image * length * dim + head * size) << 2)
    weigh(scratch, q, q + (<usize>dim << 2), length, size, ld, scale, own)
    multiply(0, length, 0, size, length, PLAIN, scratch, length, PLAIN, q + (<usize>dim << 3), ld, to, dim, 0, own)
  }
}

/** dqkv for heads `first` to `end`; the weights are computed again. */
export function attentionGradient(
  dy: usize, qkv: usize, dqkv: usize, length: i32, heads: i32, size: i32, scale: f32, first: i32, end: i32,
  scratch: usize,
): void {
  const dim = heads * size
  const ld = 3 * dim
  const weights = scratch
  const gradient = weights + (<usize>(length * length) << 2)
  const own = gradient + (<usize>(length * length) << 2)
  for (let index = first; index < end; index++) {
    const image = index / heads
    const head = index - image * heads
    const from = <usize>(image * length * ld + head * size) << 2
    const q = qkv + from, k = q + (<usize>dim << 2), v = k + (<usize>dim << 2)
    const dq = dqkv + from, dk = dq + (<usize>dim << 2), dv = dk + (<usize>dim << 2)
    const d = dy + (<usize>(image * length * dim + head * size) << 2)
    weigh(weights, q, k, length, size, ld, scale, own)
    multiply(0, length, 0, size, length, TRANSPOSED, weights, length, PLAIN, d, dim, dv, ld, 0, own)
    multiply(0, length, 0, length, size, PLAIN, d, dim, TRANSPOSED, v, ld, gradient, length, 0, own)
    softmaxGradient(gradient, weights, gradient, length, length)
    scaleRow(gradient, length * length, scale)
    multiply(0, length, 0, size, length, PLAIN, gradient, length, PLAIN, k, ld, dq, ld, 0, own)
    multiply(0, length, 0, size, length, TRANSPOSED, gradient, length, PLAIN, q, ld, dk, ld, 0, own)
  }
}
