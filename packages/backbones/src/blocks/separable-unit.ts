import { conv2d, groupNorm, identity, type Module, matMul, module, relu, sequential, softmax, swish } from '@clas/nn'
import { add, concat, mul, reshape, split, type Tensor } from '@tensorflow/tfjs-core'
import { acrossPatches } from './across-patches.ts'
import { convNorm } from './conv-norm.ts'

export interface SeparableUnitOptions {
  /** Of the attention, at least 1. */
  readonly dim: number
  /** Transformer layers. */
  readonly depth: number
  /** Whether the last convolution sees the local features too, and a shortcut passes it, as in MobileViTV3. */
  readonly fused: boolean
}

/**
 * Transformer layers across the patches of a picture whose attention has one query for all pixels (MobileViTV2, Mehta
 * and Rastegari 2022, arXiv 2206.02680): its cost grows with the pixels, not with their square. Keys: `local_rep`,
 * `global_rep`, `conv_proj`.
 */
export function separableUnit(channels: number, { dim, depth, fused }: SeparableUnitOptions): Module {
  const pointwise = module({ conv: conv2d(channels, dim, 1, { bias: false }) }, ({ conv }, x) => conv(x))
  return module(
    {
      local_rep: sequential([convNorm(channels, channels, 3, { groups: channels, activation: swish }), pointwise]),
      global_rep: sequential([...Array.from({ length: depth }, () => transformerLayer(dim)), groupNorm(dim)]),
      conv_proj: convNorm(fused ? 2 * dim : dim, channels, 1),
    },
    ({ local_rep, global_rep, conv_proj }, x) => {
      const local = local_rep(x)
      const global = acrossPatches(local, global_rep)
      return fused ? add(conv_proj(concat([global, local], 3)), x) : conv_proj(global)
    },
    'mobileViTBlock',
  )
}

/** Of pixels [batch, places, patches, dim]; those at one place meet. */
function transformerLayer(dim: number): Module {
  return module(
    {
      pre_norm_attn: sequential([groupNorm(dim), separableAttention(dim)]),
      pre_norm_ffn: sequential([groupNorm(dim), conv2d(dim, 2 * dim, 1), swish, identity(), conv2d(2 * dim, dim, 1)]),
    },
    ({ pre_norm_attn, pre_norm_ffn }, x) => {
      const attended = add(x, pre_norm_attn(x))
      return add(attended, pre_norm_ffn(attended))
    },
    'transformerBlock',
  )
}

function separableAttention(dim: number): Module {
  return module(
    { qkv_proj: conv2d(dim, 1 + 2 * dim, 1), out_proj: conv2d(dim, dim, 1) },
    ({ qkv_proj, out_proj }, x) => {
      const [batch = 1, places = 1, patches = 1] = x.shape
      const [query, key, value] = split(qkv_proj(x), [1, dim, dim], 3) as [Tensor, Tensor, Tensor]
      const weights = softmax(reshape(query, [batch, places, 1, patches]))
      return out_proj(mul(relu(value), matMul(weights, key)))
    },
    'attention',
  )
}
