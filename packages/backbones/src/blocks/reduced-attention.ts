import { attend, conv2d, layerNorm, linear, type Module, module, truncatedNormal } from '@clas/nn'
import { reshape, split, type Tensor } from '@tensorflow/tfjs-core'
import { mergeHeads, splitHeads } from './heads.ts'
import { tokensOf } from './tokens-of.ts'

export interface ReducedAttentionOptions {
  readonly heads: number
  /** By what a convolution divides the sides of the grid for keys and values, at least 1. */
  readonly reduction: number
}

/**
 * Attention of a grid [batch, rows, columns, dim] to a smaller one that a convolution makes of it (Wang et al. 2021, arXiv
 * 2102.12122). Keys: `q`, `kv`, `proj`, and at a reduction above 1 `sr`, `norm`.
 */
export function reducedAttention(dim: number, { heads, reduction }: ReducedAttentionOptions): Module {
  if (reduction === 1) return attentionTo(dim, heads, {}, (_, x) => x)
  const smaller = { sr: conv2d(dim, dim, reduction, { stride: reduction }), norm: layerNorm(dim) }
  return attentionTo(dim, heads, smaller, ({ sr, norm }, x) => norm(sr(x)))
}

/** Attention of a grid to what `reduce` makes of it by further parts. Keys: `q`, `kv`, `proj`, and those of the parts. */
export function attentionTo<P extends Readonly<Record<string, Module>>>(
  dim: number,
  heads: number,
  smaller: P,
  reduce: (parts: { readonly [K in keyof P]: (x: Tensor) => Tensor }, x: Tensor) => Tensor,
): Module {
  const initializer = truncatedNormal(0.02)
  const projections = {
    q: linear(dim, dim, { initializer }),
    kv: linear(dim, 2 * dim, { initializer }),
    proj: linear(dim, dim, { initializer }),
  }
  return module(
    { ...projections, ...smaller },
    (parts, x) => {
      const { q, kv, proj } = parts as { readonly [K in keyof typeof projections]: (x: Tensor) => Tensor }
      const [k, v] = split(tokensOf(kv(reduce(parts as never, x))), 2, 2) as [Tensor, Tensor]
      const attended = attend(splitHeads(tokensOf(q(x)), heads), splitHeads(k, heads), splitHeads(v, heads))
      return proj(reshape(mergeHeads(attended), x.shape))
    },
    'attention',
  )
}
