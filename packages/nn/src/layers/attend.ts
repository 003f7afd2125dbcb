import { matMul, softmax } from '@clas/kernels'
import { add, mul, type Tensor } from '@tensorflow/tfjs-core'

/** How scores are made of queries and keys. */
export interface AttendOptions {
  /** What the products of queries and keys are multiplied by; default: one by the root of the channels. */
  readonly scale?: number
  /** Added to the scores, of a shape that broadcasts to [batch, heads, queries, keys]: a relative position, a mask. */
  readonly bias?: Tensor
}

/**
 * Attention of queries to keys and values that are apart: softmax(scale * q · kᵀ + bias) · v. Where queries, keys and
 * values come from one linear layer and nothing is added to the scores, `attention` does the same faster.
 *
 * @param q - [batch, heads, queries, channels]
 * @param k - [batch, heads, keys, channels]
 * @param v - [batch, heads, keys, any]
 * @returns [batch, heads, queries, any]
 * @throws `shape-mismatch`
 * @example
 * ```ts
 * import { useBackend } from '@clas/kernels'
 * import { attend } from '@clas/nn'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(attend(ones([1, 2, 4, 8]), ones([1, 2, 6, 8]), ones([1, 2, 6, 3])).shape) // [1, 2, 4, 3]
 * ```
 */
export function attend(q: Tensor, k: Tensor, v: Tensor, options: AttendOptions = {}): Tensor {
  const { scale = (q.shape.at(-1) ?? 1) ** -0.5, bias } = options
  const scores = matMul(mul(q, scale), k, { transposeB: true })
  return matMul(softmax(bias ? add(scores, bias) : scores), v)
}
