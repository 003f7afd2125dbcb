import {
  attend,
  conv2d,
  layerNorm,
  linear,
  type Module,
  module,
  parameter,
  sequential,
  sigmoid,
  truncatedNormal,
} from '@clas/nn'
import { concat, mul, reshape, slice, type Tensor, zeros } from '@tensorflow/tfjs-core'
import { tokenAt, withTokens } from '../blocks/class-token.ts'
import { convBn } from '../blocks/conv-bn.ts'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { mergeHeads, splitHeads } from '../blocks/heads.ts'
import { mlp } from '../blocks/mlp.ts'
import { tokensOf } from '../blocks/tokens-of.ts'
import { transformerBlock } from '../blocks/transformer-block.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * CvT (Wu et al. 2021, arXiv 2103.15808): convolutions make the queries, keys and values of the attention. The last of
 * the three stages has a class token.
 */
export interface CvTOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 in the last stage; default 0.3 for W24, else 0.1. */
  readonly dropPath?: number
}

interface Architecture {
  readonly size: 224 | 384
  readonly dims: readonly [number, number, number]
  readonly depths: readonly [number, number, number]
  readonly dropPath: number
}

/** Of the convolution that begins a stage. */
interface Embed {
  readonly size: number
  readonly stride: number
  readonly padding: number
}

const FIRST: Embed = { size: 7, stride: 4, padding: 2 }
const LATER: Embed = { size: 3, stride: 2, padding: 1 }
/** Channels of a head of the attention. */
const HEAD = 64
/** Width of the hidden layers in units of the stage's. */
const RATIO = 4

function cvT(name: string, architecture: Architecture, options: CvTOptions): Model {
  const { size, dims, depths } = architecture
  const { classes = 1000, inChannels = 3, dropPath = architecture.dropPath } = options
  const [first, second, third] = dims
  const root = module(
    {
      stage0: stage(inChannels, first, FIRST, { depth: depths[0], dropPath: 0, classToken: false }),
      stage1: stage(first, second, LATER, { depth: depths[1], dropPath: 0, classToken: false }),
      stage2: stage(second, third, LATER, { depth: depths[2], dropPath, classToken: true }),
      norm: layerNorm(third),
      head: linear(third, classes, { initializer: truncatedNormal(0.02) }),
    },
    ({ stage0, stage1, stage2, norm, head }, x) => head(norm(tokenAt(stage2(stage1(stage0(x))), 0))),
    'CvT',
  )
  return {
    ...root,
    name,
    inputSize: size,
    classes,
    stages: ['stage0', 'stage1', 'stage2'],
    classifier: 'head',
    preprocessing: {
      ...imagenetPreprocessing,
      interpolation: 'bicubic',
      ...(size === 384 && { resizeShort: 384, squash: true }),
    },
  }
}

interface StageOptions {
  readonly depth: number
  /** Stochastic depth of the last block. */
  readonly dropPath: number
  readonly classToken: boolean
}

/** Gives a grid [batch, rows, columns, dim]; with a class token, tokens [batch, 1 + rows * columns, dim]. */
function stage(inChannels: number, dim: number, embed: Embed, options: StageOptions): Module {
  const { depth, dropPath, classToken } = options
  const hidden = mlp(dim, RATIO * dim, { activation: quickGelu })
  const blocks = dropPathRates([depth], dropPath)
    .flat()
    .map((rate) =>
      transformerBlock(dim, {
        attn: convAttention(dim, classToken),
        mlp: classToken ? overTokens(hidden) : hidden,
        dropPath: rate,
      }),
    )
  return module(
    {
      ...(classToken ? { cls_token: parameter([1, 1, dim], truncatedNormal(0.02)) } : {}),
      patch_embed: convEmbed(inChannels, dim, embed),
      blocks: sequential(blocks),
    },
    ({ cls_token, patch_embed, blocks }, x) => {
      const grid = patch_embed(x)
      if (!cls_token) return blocks(grid)
      return withoutClassRow(blocks(withClassRow(withTokens([cls_token], grid), grid.shape[2] ?? 1)))
    },
    'stage',
  )
}

function convEmbed(inChannels: number, dim: number, { size, stride, padding }: Embed): Module {
  return module(
    { proj: conv2d(inChannels, dim, size, { stride, padding }), norm: layerNorm(dim) },
    ({ proj, norm }, x) => norm(proj(x)),
    'patchEmbed',
  )
}

/** Of a grid, or of one under a class row. Keys and values are made of every second pixel. */
function convAttention(dim: number, classToken: boolean): Module {
  const initializer = truncatedNormal(0.02)
  return module(
    {
      conv_proj_q: convBn(dim, dim, 3, { groups: dim }),
      conv_proj_k: convBn(dim, dim, 3, { groups: dim, stride: 2 }),
      conv_proj_v: convBn(dim, dim, 3, { groups: dim, stride: 2 }),
      proj_q: linear(dim, dim, { initializer }),
      proj_k: linear(dim, dim, { initializer }),
      proj_v: linear(dim, dim, { initializer }),
      proj: linear(dim, dim, { initializer }),
    },
    ({ conv_proj_q, conv_proj_k, conv_proj_v, proj_q, proj_k, proj_v, proj }, x) => {
      const [batch = 1, rows = 1, columns = 1] = x.shape
      const grid = classToken ? slice(x, [0, 1, 0, 0], [batch, rows - 1, columns, dim]) : x
      const token = classToken ? [reshape(slice(x, [0, 0, 0, 0], [batch, 1, 1, dim]), [batch, 1, dim])] : []
      const heads = (projected: Tensor, linear: (x: Tensor) => Tensor): Tensor =>
        splitHeads(linear(concat([...token, tokensOf(projected)], 1)), dim / HEAD)
      const [q, k, v] = [
        heads(conv_proj_q(grid), proj_q),
        heads(conv_proj_k(grid), proj_k),
        heads(conv_proj_v(grid), proj_v),
      ]
      const attended = proj(mergeHeads(attend(q, k, v, { scale: dim ** -0.5 })))
      return classToken ? withClassRow(attended, columns) : reshape(attended, x.shape)
    },
    'attention',
  )
}

/** x * sigmoid(1.702 x), which is nearly gelu. */
function quickGelu(x: Tensor): Tensor {
  return mul(x, sigmoid(mul(x, 1.702)))
}

/** A module of tokens as one of a grid under a class row. */
function overTokens(tokenwise: Module): Module {
  return {
    ...tokenwise,
    forward: (parts, x, context) =>
      withClassRow(tokenwise.forward(parts, withoutClassRow(x), context), x.shape[2] ?? 1),
  }
}

/**
 * A class token and a grid, [batch, 1 + rows * columns, dim], as one grid [batch, 1 + rows, columns, dim]: between blocks,
 * the convolutions need its sides. The token begins the first row; zeros fill it.
 */
function withClassRow(tokens: Tensor, columns: number): Tensor {
  const [batch = 1, count = 1, dim = 1] = tokens.shape
  const token = slice(tokens, [0, 0, 0], [batch, 1, dim])
  const grid = slice(tokens, [0, 1, 0], [batch, count - 1, dim])
  const row = columns > 1 ? [token, zeros([batch, columns - 1, dim])] : [token]
  return reshape(concat([...row, grid], 1), [batch, 1 + (count - 1) / columns, columns, dim])
}

/** The other way round. */
function withoutClassRow(x: Tensor): Tensor {
  const [batch = 1, rows = 1, columns = 1, dim = 1] = x.shape
  const all = tokensOf(x)
  const grid = slice(all, [0, columns, 0], [batch, (rows - 1) * columns, dim])
  return concat([slice(all, [0, 0, 0], [batch, 1, dim]), grid], 1)
}

const cvT13 = { dims: [64, 192, 384], depths: [1, 2, 10], dropPath: 0.1 } as const
const cvT21 = { dims: [64, 192, 384], depths: [1, 4, 16], dropPath: 0.1 } as const
const cvTW24 = { dims: [192, 768, 1024], depths: [2, 2, 20], dropPath: 0.3 } as const

type Factory = (options?: CvTOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    cvT(name, architecture, options)

/** 224 by 224 pixels, 20.0 million parameters. */
export const CvT_13_224: Factory = /* @__PURE__ */ define('CvT_13_224', { ...cvT13, size: 224 })
/** 384 by 384 pixels, 20.0 million parameters. */
export const CvT_13_384: Factory = /* @__PURE__ */ define('CvT_13_384', { ...cvT13, size: 384 })
/** 224 by 224 pixels, 31.6 million parameters. */
export const CvT_21_224: Factory = /* @__PURE__ */ define('CvT_21_224', { ...cvT21, size: 224 })
/** 384 by 384 pixels, 31.6 million parameters. */
export const CvT_21_384: Factory = /* @__PURE__ */ define('CvT_21_384', { ...cvT21, size: 384 })
/** 384 by 384 pixels, 277.2 million parameters. */
export const CvT_W24_384: Factory = /* @__PURE__ */ define('CvT_W24_384', { ...cvTW24, size: 384 })
