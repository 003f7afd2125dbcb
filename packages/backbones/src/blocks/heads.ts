import { reshape, split, type Tensor, transpose } from '@tensorflow/tfjs-core'

/** Gives each head its channels: [batch, tokens, heads * channels] to [batch, heads, tokens, channels]. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch = 1, tokens = 0, channels = 0] = x.shape
  return transpose(reshape(x, [batch, tokens, heads, channels / heads]), [0, 2, 1, 3])
}

/** Puts the channels of all heads side by side: [batch, heads, tokens, channels] to [batch, tokens, heads * channels]. */
export function mergeHeads(x: Tensor): Tensor {
  const [batch = 1, heads = 1, tokens = 0, channels = 0] = x.shape
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, tokens, heads * channels])
}

/** Queries, keys and values, each [batch, heads, tokens, channels], of [batch, tokens, 3 * heads * channels]. */
export function splitQkv(qkv: Tensor, heads: number): readonly [q: Tensor, k: Tensor, v: Tensor] {
  const [q, k, v] = split(qkv, 3, 2) as [Tensor, Tensor, Tensor]
  return [splitHeads(q, heads), splitHeads(k, heads), splitHeads(v, heads)]
}
