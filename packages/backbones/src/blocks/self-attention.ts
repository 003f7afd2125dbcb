import { attention, linear, type Module, module, truncatedNormal } from '@clas/nn'

export interface SelfAttentionOptions {
  readonly heads: number
  /** Whether queries, keys and values have a bias; default true. */
  readonly qkvBias?: boolean
  /** What scores are multiplied by; default (dim / heads)^-0.5. */
  readonly scale?: number
}

/** Self-attention of tokens [batch, tokens, dim]. Keys: `qkv`, `proj`. */
export function selfAttention(dim: number, options: SelfAttentionOptions): Module {
  const { heads, qkvBias = true, scale = (dim / heads) ** -0.5 } = options
  const initializer = truncatedNormal(0.02)
  return module(
    { qkv: linear(dim, 3 * dim, { bias: qkvBias, initializer }), proj: linear(dim, dim, { initializer }) },
    ({ qkv, proj }, x) => proj(attention(qkv(x), { heads, scale })),
    'attention',
  )
}
