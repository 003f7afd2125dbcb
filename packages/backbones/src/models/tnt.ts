import {
  attention,
  conv2d,
  dropPath,
  identity,
  inOrder,
  layerNorm,
  linear,
  type Module,
  module,
  parameter,
  resizePositions,
  sequential,
  truncatedNormal,
} from '@clas/nn'
import { add, concat, reshape, slice, type Tensor, transpose } from '@tensorflow/tfjs-core'
import { tokenAt, withTokens } from '../blocks/class-token.ts'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { mlp } from '../blocks/mlp.ts'
import type { Model, ModelOptions, Preprocessing } from '../model.ts'

/**
 * TNT (Han et al. 2021, arXiv 2103.00112): in each patch, a small transformer of its pixels adds to the token of the patch.
 * Position embeddings are resized to pictures of another size than the published one.
 */
export interface TNTOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0. */
  readonly dropPath?: number
}

interface Architecture {
  /** Channels of the pixels; a patch has as many as its pixels together. */
  readonly pixelDim: number
  readonly heads: number
}

const SIZE = 224
/** Picture elements along each side of a patch, of which a stem makes one pixel of each 4 by 4. */
const PATCH = 16
const STRIDE = 4
const PIXELS = (PATCH / STRIDE) ** 2
const PIXEL_HEADS = 4
const DEPTH = 12
/** Width of the hidden layers in units of what they get. */
const RATIO = 4

function tnt(name: string, { pixelDim, heads }: Architecture, options: TNTOptions): Model {
  const { classes = 1000, inChannels = 3, dropPath = 0 } = options
  const dim = PIXELS * pixelDim
  const side = SIZE / PATCH
  const blocks = dropPathRates([DEPTH], dropPath)
    .flat()
    .map((rate) => block(pixelDim, heads, rate))
  const root = module(
    {
      cls_token: parameter([1, 1, dim], initializer),
      patch_pos: parameter([1, side * side + 1, dim], initializer),
      pixel_pos: parameter([1, PIXELS, pixelDim], initializer),
      pixel_embed: pixelEmbed(inChannels, pixelDim),
      norm1_proj: layerNorm(dim),
      proj: linear(dim, dim, { initializer }),
      norm2_proj: layerNorm(dim),
      blocks: sequential(blocks),
      norm: layerNorm(dim),
      head: linear(dim, classes, { initializer }),
    },
    (parts, x) => {
      const [batch = 1, height = 1, width = 1] = x.shape
      const grid = [Math.floor(height / PATCH), Math.floor(width / PATCH)] as const
      const pixels = reshape(add(parts.pixel_embed(x), parts.pixel_pos), [batch, ...grid, dim])
      const embedded = withTokens([parts.cls_token], parts.norm2_proj(parts.proj(parts.norm1_proj(pixels))))
      const patches = add(embedded, resizePositions(parts.patch_pos, [side, side], grid))
      const features = parts.blocks(concat([patches, reshape(pixels, [batch, grid[0] * grid[1], dim])], 1))
      return parts.head(parts.norm(tokenAt(features, 0)))
    },
    'TNT',
  )
  return {
    ...root,
    name,
    inputSize: SIZE,
    classes,
    stages: [2, 5, 8, 11].map((i) => `blocks.${i}.patches`),
    classifier: 'head',
    preprocessing,
  }
}

const preprocessing: Preprocessing = {
  resizeShort: 248,
  interpolation: 'bicubic',
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
}
const initializer = /* @__PURE__ */ truncatedNormal(0.02)

/** [batch, height, width, inChannels] to [batch * patches, PIXELS, dim]. Patches do not see each other. */
function pixelEmbed(inChannels: number, dim: number): Module {
  return module(
    { proj: conv2d(inChannels, dim, 7, { stride: STRIDE, padding: 3 }) },
    ({ proj }, x) => {
      const [batch = 1, height = 1, width = 1] = x.shape
      const [rows, columns] = [Math.floor(height / PATCH), Math.floor(width / PATCH)]
      const covered = slice(x, [0, 0, 0, 0], [batch, rows * PATCH, columns * PATCH, inChannels])
      const byRow = reshape(covered, [batch * rows, PATCH, columns, PATCH * inChannels])
      const patches = reshape(transpose(byRow, [0, 2, 1, 3]), [batch * rows * columns, PATCH, PATCH, inChannels])
      return reshape(proj(patches), [batch * rows * columns, PIXELS, dim])
    },
    'pixelEmbed',
  )
}

/**
 * Of the class token, the patches and, as further tokens, the pixels of each patch: [batch, 1 + 2 * patches, dim], so that
 * one tensor carries all from block to block.
 */
function block(pixelDim: number, heads: number, dropped: number): Module {
  const dim = PIXELS * pixelDim
  return module(
    {
      norm_in: layerNorm(pixelDim),
      attn_in: selfAttention(pixelDim, PIXEL_HEADS),
      drop_path1: dropPath(dropped),
      norm_mlp_in: layerNorm(pixelDim),
      mlp_in: mlp(pixelDim, RATIO * pixelDim),
      drop_path2: dropPath(dropped),
      norm1_proj: layerNorm(dim),
      proj: linear(dim, dim, { bias: false, initializer }),
      norm2_proj: layerNorm(dim),
      norm_out: layerNorm(dim),
      attn_out: selfAttention(dim, heads),
      drop_path3: dropPath(dropped),
      norm_mlp: layerNorm(dim),
      mlp: mlp(dim, RATIO * dim),
      drop_path4: dropPath(dropped),
      patches: identity(),
    },
    (parts, x) => {
      const residual = (value: Tensor, ...names: string[]): Tensor => add(value, inOrder(parts, names, value))
      const [batch = 1, tokens = 1] = x.shape
      const count = (tokens - 1) / 2
      const tokensFrom = (begin: number, size: number): Tensor => slice(x, [0, begin, 0], [batch, size, dim])

      const pixels = reshape(tokensFrom(1 + count, count), [batch * count, PIXELS, pixelDim])
      const attendedIn = residual(pixels, 'norm_in', 'attn_in', 'drop_path1')
      const inner = reshape(residual(attendedIn, 'norm_mlp_in', 'mlp_in', 'drop_path2'), [batch, count, dim])

      const added = add(tokensFrom(1, count), inOrder(parts, ['norm1_proj', 'proj', 'norm2_proj'], inner))
      const patches = concat([tokensFrom(0, 1), added], 1)
      const attendedOut = residual(patches, 'norm_out', 'attn_out', 'drop_path3')
      const outer = parts.patches(residual(attendedOut, 'norm_mlp', 'mlp', 'drop_path4'))
      return concat([outer, inner], 1)
    },
    'tntBlock',
  )
}

function selfAttention(dim: number, heads: number): Module {
  return module(
    {
      qk: linear(dim, 2 * dim, { bias: false, initializer }),
      v: linear(dim, dim, { bias: false, initializer }),
      proj: linear(dim, dim, { initializer }),
    },
    ({ qk, v, proj }, x) => proj(attention(concat([qk(x), v(x)], 2), { heads })),
    'attention',
  )
}

type Factory = (options?: TNTOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    tnt(name, architecture, options)

/** 224 by 224 pixels, 23.8 million parameters, published top-1 81.48 %. */
export const TNT_small: Factory = /* @__PURE__ */ define('TNT_small', { pixelDim: 24, heads: 6 })
/** 224 by 224 pixels, 65.4 million parameters, published top-1 82.76 %. */
export const TNT_base: Factory = /* @__PURE__ */ define('TNT_base', { pixelDim: 40, heads: 10 })
