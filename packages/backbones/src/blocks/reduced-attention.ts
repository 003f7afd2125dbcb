import { attend, conv2d, layerNorm, linear, type Module, module, truncatedNormal } from '@clas/nn'
import { reshape, split, type Tensor } from '@tensorflow/tfjs-core'
import { mergeHeads, splitHeads } from './heads.ts'

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
  const initializer = truncatedNormal(0.02)
  const smaller = { sr: conv2d(dim, dim, reduction, { stride: reduction }), norm: layerNorm(dim) }
  return module(
    {
      q: linear(dim, dim, { initializer }),
      kv: linear(dim, 2 * dim, { initializer }),
      proj: linear(dim, dim, { initializer }),
      ...(reduction > 1 ? smaller : {}),
    },
    ({ q, kv, proj, sr, norm }, x) => {
      const [k, v] = split(tokens(kv(sr && norm ? norm(sr(x)) : x)), 2, 2) as [Tensor, Tensor]
      const attended = attend(splitHeads(tokens(q(x)), heads), splitHeads(k, heads), splitHeads(v, heads))
      return proj(reshape(mergeHeads(attended), x.shape))
    },
    'attention',
  )
}

function tokens(grid: Tensor): Tensor {
  const [batch = 1, rows = 1, columns = 1, channels = 1] = grid.shape
  return reshape(grid, [batch, rows * columns, channels])
}
