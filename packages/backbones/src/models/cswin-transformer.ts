import {
  attention,
  conv2d,
  dropPath,
  flatten,
  globalAvgPool,
  layerNorm,
  linear,
  type Module,
  module,
  sequential,
  truncatedNormal,
} from '@clas/nn'
import { add, concat, reshape, slice, split, type Tensor } from '@tensorflow/tfjs-core'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { mlp } from '../blocks/mlp.ts'
import { type Sides, withinWindows } from '../blocks/windows.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * CSWin Transformer (Dong et al. 2022, arXiv 2107.00652): half of the heads attend within stripes of columns, the others
 * within stripes of rows. Takes pictures of any size: a grid that stripes do not cover is padded for the attention, as the
 * paper's segmentation models do.
 */
export interface CSWinTransformerOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default as published, 0.2 to 0.5. */
  readonly dropPath?: number
}

type PerStage = readonly [number, number, number, number]

interface Architecture {
  /** Channels of the first stage; each further stage has twice as many. */
  readonly dim: number
  readonly depths: PerStage
  readonly heads: PerStage
  /** Rows or columns of a stripe of each stage but the last, whose heads all attend to the whole grid. */
  readonly stripes: readonly [number, number, number]
  readonly dropPath: number
  readonly size: number
  readonly resizeShort: number
}

function cswinTransformer(name: string, architecture: Architecture, options: CSWinTransformerOptions): Model {
  const { dim, depths, heads, stripes, size, resizeShort } = architecture
  const { classes = 1000, inChannels = 3, dropPath = architecture.dropPath } = options
  const last = depths.length - 1
  const stages = dropPathRates(depths, dropPath).map((rates, i) => {
    const width = dim * 2 ** i
    const blocks = sequential(rates.map((rate) => block(width, heads[i] as number, stripes[i], rate)))
    return i === last ? module({ blocks }, ({ blocks }, x) => blocks(x), 'stage') : stage(blocks, width)
  })
  const width = dim * 2 ** last
  const root = module(
    {
      patch_embedding: patchEmbedding(inChannels, dim),
      stages: sequential(stages),
      norm: layerNorm(width),
      head: linear(width, classes, { initializer: truncatedNormal(0.02) }),
    },
    ({ patch_embedding, stages, norm, head }, x) => head(flatten(globalAvgPool(norm(stages(patch_embedding(x)))))),
    'CSWinTransformer',
  )
  return {
    ...root,
    name,
    inputSize: size,
    classes,
    stages: stages.map((_, i) => `stages.${i}.blocks`),
    classifier: 'head',
    preprocessing: { ...imagenetPreprocessing, resizeShort, interpolation: 'bicubic' },
  }
}

/** Patches of 7 by 7 pixels, which overlap. */
function patchEmbedding(inChannels: number, dim: number): Module {
  return module(
    { patch_embed: conv2d(inChannels, dim, 7, { stride: 4, padding: 2 }), norm: layerNorm(dim) },
    ({ patch_embed, norm }, x) => norm(patch_embed(x)),
    'patchEmbed',
  )
}

function stage(blocks: Module, dim: number): Module {
  const merge = module(
    { conv: conv2d(dim, 2 * dim, 3, { stride: 2, padding: 1 }), norm: layerNorm(2 * dim) },
    ({ conv, norm }, x) => norm(conv(x)),
    'patchMerging',
  )
  return module({ blocks, merge }, ({ blocks, merge }, x) => merge(blocks(x)), 'stage')
}

/** @param stripe - rows or columns of a stripe; all when left out */
function block(dim: number, heads: number, stripe: number | undefined, dropped: number): Module {
  const initializer = truncatedNormal(0.02)
  return module(
    {
      norm1: layerNorm(dim),
      qkv: linear(dim, 3 * dim, { initializer }),
      attns: stripe === undefined ? branches(dim, heads, [wholeGrid]) : branches(dim, heads, stripesOf(stripe)),
      proj: linear(dim, dim, { initializer }),
      drop_path1: dropPath(dropped),
      norm2: layerNorm(dim),
      mlp: mlp(dim, 4 * dim),
      drop_path2: dropPath(dropped),
    },
    ({ norm1, qkv, attns, proj, drop_path1, norm2, mlp, drop_path2 }, x) => {
      const attended = add(x, drop_path1(proj(attns(qkv(norm1(x))))))
      return add(attended, drop_path2(mlp(norm2(attended))))
    },
    'transformerBlock',
  )
}

/** The window in which the heads of a branch attend, of a grid. */
type WindowOf = (grid: Sides) => Sides

const wholeGrid: WindowOf = (grid) => grid
const stripesOf = (width: number): readonly WindowOf[] => [([rows]) => [rows, width], ([, columns]) => [width, columns]]

/** Shares heads and channels among branches: [batch, rows, columns, 3 * dim] to [batch, rows, columns, dim]. */
function branches(dim: number, heads: number, windows: readonly WindowOf[]): Module {
  const count = windows.length
  const parts = windows.map((windowOf, i) => [i, lepeAttention(dim / count, heads / count, windowOf)] as const)
  return module(
    Object.fromEntries(parts) as Readonly<Record<string, Module>>,
    (parts, qkv) => {
      const shares = split(qkv, 3 * count, 3) // queries of each branch, keys of each, values of each
      const attended = windows.map((_, i) => {
        const own = shares.filter((_, share) => share % count === i)
        return (parts[i] as (x: Tensor) => Tensor)(count === 1 ? qkv : concat(own, 3))
      })
      return count === 1 ? (attended[0] as Tensor) : concat(attended, 3)
    },
    'branches',
  )
}

/** Attention to which a depthwise convolution of the values in each window adds where they are. */
function lepeAttention(dim: number, heads: number, windowOf: WindowOf): Module {
  return module(
    { get_v: conv2d(dim, dim, 3, { padding: 1, groups: dim }) },
    ({ get_v }, qkv) => {
      const [, rows = 1, columns = 1] = qkv.shape
      const window = windowOf([rows, columns])
      return withinWindows(qkv, window, (tokens) => {
        const [count = 1, places = 1] = tokens.shape
        const values = slice(tokens, [0, 0, 2 * dim], [count, places, dim])
        const positions = get_v(reshape(values, [count, ...window, dim]))
        return add(attention(tokens, { heads }), reshape(positions, [count, places, dim]))
      })
    },
    'lepeAttention',
  )
}

const tiny = { dim: 64, depths: [1, 2, 21, 1], heads: [2, 4, 8, 16], dropPath: 0.2 } as const
const small = { dim: 64, depths: [2, 4, 32, 2], heads: [2, 4, 8, 16], dropPath: 0.4 } as const
const base = { dim: 96, depths: [2, 4, 32, 2], heads: [4, 8, 16, 32], dropPath: 0.5 } as const
const large = { dim: 144, depths: [2, 4, 32, 2], heads: [6, 12, 24, 24], dropPath: 0.5 } as const
const at224 = { stripes: [1, 2, 7], size: 224, resizeShort: 248 } as const
const at384 = { stripes: [1, 2, 12], size: 384, resizeShort: 384 } as const

type Factory = (options?: CSWinTransformerOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    cswinTransformer(`CSWinTransformer_${name}`, architecture, options)

/** 224 by 224 pixels, 22.3 million parameters, published top-1 82.81 %. */
export const CSWinTransformer_tiny_224: Factory = /* @__PURE__ */ define('tiny_224', { ...tiny, ...at224 })
/** 224 by 224 pixels, 34.6 million parameters, published top-1 83.58 %. */
export const CSWinTransformer_small_224: Factory = /* @__PURE__ */ define('small_224', { ...small, ...at224 })
/** 224 by 224 pixels, 77.4 million parameters, published top-1 84.20 %. */
export const CSWinTransformer_base_224: Factory = /* @__PURE__ */ define('base_224', { ...base, ...at224 })
/** 384 by 384 pixels, 77.4 million parameters, published top-1 85.50 %. */
export const CSWinTransformer_base_384: Factory = /* @__PURE__ */ define('base_384', { ...base, ...at384 })
/** 224 by 224 pixels, 173.3 million parameters, published top-1 86.43 %. */
export const CSWinTransformer_large_224: Factory = /* @__PURE__ */ define('large_224', { ...large, ...at224 })
/** 384 by 384 pixels, 173.3 million parameters, published top-1 87.48 %. */
export const CSWinTransformer_large_384: Factory = /* @__PURE__ */ define('large_384', { ...large, ...at384 })
