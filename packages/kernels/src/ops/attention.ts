import { mul, reshape, split, type Tensor, transpose } from '@tensorflow/tfjs-core'
import { badOption, checkShape } from './check.ts'
import { hasKernel } from './has-kernel.ts'
import { matMul } from './mat-mul.ts'
import { runKernel } from './run-kernel.ts'
import { softmax } from './softmax.ts'

/** Options of {@link attention}. */
export interface AttentionOptions {
  /** Heads that attend on their own, each to an equal share of the channels. Default 1. */
  readonly heads?: number
  /** Factor of the products of queries and keys. Default: one by the root of the channels of a head. */
  readonly scale?: number
}

/**
 * Self-attention of several heads: softmax(scale * q · kᵀ) · v. Where the backend has a kernel of its own (`wasm`), the
 * weights [length, length] of a head are not kept: the gradient computes them again. Elsewhere it is composed of matrix
 * products.
 *
 * Source: Vaswani et al., "Attention is all you need", 2017.
 *
 * @param qkv - [batch, length, 3 * dim]: queries, keys and values, one after the other, each [heads, dim / heads]
 * @returns [batch, length, dim]
 * @throws `shape-mismatch`, `bad-option` where 3 * heads does not divide the channels, `backend-not-ready`
 * @example
 * ```ts
 * import { attention, useBackend } from '@clas/kernels'
 * import { tensor3d } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * // The second position asks for what the first has as its key.
 * attention(tensor3d([[[0, 9, 5], [9, 0, 7]]])).print() // 6 and 5
 * ```
 */
export function attention(qkv: Tensor, { heads = 1, scale }: AttentionOptions = {}): Tensor {
  checkShape('attention', 'qkv', qkv, [null, null, null])
  const [batch = 0, length = 0, columns = 0] = qkv.shape
  if (!Number.isInteger(heads) || heads < 1 || columns % (3 * heads) !== 0) {
    badOption('attention', 'heads', `a whole number whose triple divides the ${columns} channels of qkv`, heads)
  }
  const dim = columns / 3
  const size = dim / heads
  const factor = scale ?? size ** -0.5
  if (hasKernel('ClasAttention')) return runKernel('ClasAttention', { qkv }, { heads, scale: factor })[0] as Tensor
  const [q, k, v] = split(qkv, 3, 2).map((part) => transpose(reshape(part, [batch, length, heads, size]), [0, 2, 1, 3]))
  const weights = softmax(mul(matMul(q as Tensor, k as Tensor, { transposeB: true }), factor))
  return reshape(transpose(matMul(weights, v as Tensor), [0, 2, 1, 3]), [batch, length, dim])
}
