import { conv2d, layerNorm, type Module, module } from '@clas/nn'
import { padToMultiple } from './windows.ts'

export interface PatchEmbedOptions {
  /** Whether the convolution has a bias; default true. */
  readonly bias?: boolean
  /** Whether the tokens are normalised; default false. */
  readonly norm?: boolean
}

/**
 * Makes a token of each patch of a picture: [batch, height, width, inChannels] to [batch, rows, columns, dim]. A picture
 * that patches do not cover is padded with zeros below and on the right. Keys: `proj`, `norm`.
 */
export function patchEmbed(inChannels: number, dim: number, patch: number, options: PatchEmbedOptions = {}): Module {
  const { bias = true, norm: normalised = false } = options
  return module(
    {
      proj: conv2d(inChannels, dim, patch, { stride: patch, bias }),
      ...(normalised ? { norm: layerNorm(dim) } : {}),
    },
    ({ proj, norm }, x) => {
      const grid = proj(padToMultiple(x, [patch, patch]))
      return norm ? norm(grid) : grid
    },
    'patchEmbed',
  )
}
