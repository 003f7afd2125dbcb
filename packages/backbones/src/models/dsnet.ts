import {
  batchNorm,
  conv2d,
  dropout,
  dropPath,
  flatten,
  gelu,
  globalAvgPool,
  inOrder,
  layerNorm,
  linear,
  type Module,
  matMul,
  module,
  resizeBilinear,
  sequential,
  softmax,
} from '@clas/nn'
import { add, concat, mul, reshape, split, type Tensor } from '@tensorflow/tfjs-core'
import { mergeHeads, splitHeads } from '../blocks/heads.ts'
import { patchEmbed } from '../blocks/patch-embed.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * DS-Net (Mao et al. 2021, arXiv 2105.14734): half of the channels pass a convolution at full size, half attention at a
 * smaller one, then each half attends to the other.
 */
export interface DSNetOptions extends ModelOptions {
  /** Of weights of attention, in [0, 1); default 0.1. */
  readonly attentionDropout?: number
  /** Stochastic depth, in [0, 1): the i-th block of each stage has i / (blocks - 1) of it. Default 0.1. */
  readonly dropPath?: number
}

/** Blocks of the four stages. */
type Depths = readonly [number, number, number, number]

const DIMS = [64, 128, 320, 512] as const
const HEADS = [1, 2, 5, 8] as const
/** By how much the sides are shrunk before attention. */
const SHRINKING = [8, 4, 2, 2] as const
/** Width of a block's hidden layer, in units of the block's. */
const RATIO = 4

function dsNet(name: string, depths: Depths, options: DSNetOptions): Model {
  const { classes = 1000, inChannels = 3, attentionDropout = 0.1, dropPath: dropped = 0.1 } = options
  const last = depths.reduce((sum, depth) => sum + depth) - 1
  const embeddings = DIMS.map((dim, i) => patchEmbed(DIMS[i - 1] ?? inChannels, dim, i === 0 ? 4 : 2))
  const stages = DIMS.map((dim, stage) =>
    sequential(
      Array.from({ length: depths[stage] as number }, (_, i) =>
        mixBlock(dim, {
          heads: HEADS[stage] as number,
          shrinking: SHRINKING[stage] as number,
          attentionDropout,
          dropPath: (dropped * i) / last,
        }),
      ),
    ),
  )
  const numbered = (prefix: string, modules: readonly Module[]) =>
    Object.fromEntries(modules.map((each, i) => [`${prefix}${i + 1}`, each]))
  const root = module(
    {
      ...numbered('patch_embed', embeddings),
      ...numbered('blocks', stages),
      norm: batchNorm(DIMS[3]),
      head: linear(DIMS[3], classes),
    },
    (parts, x) => {
      const order = DIMS.flatMap((_, i) => [`patch_embed${i + 1}`, `blocks${i + 1}`])
      return parts.head(flatten(globalAvgPool(parts.norm(inOrder(parts, order, x)))))
    },
    'DSNet',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: DIMS.map((_, i) => `blocks${i + 1}`),
    classifier: 'head',
    preprocessing: { ...imagenetPreprocessing, resizeShort: 248, interpolation: 'bicubic' },
  }
}

interface BlockOptions {
  readonly heads: number
  readonly shrinking: number
  readonly attentionDropout: number
  readonly dropPath: number
}

function mixBlock(dim: number, options: BlockOptions): Module {
  const half = dim / 2
  return module(
    {
      pos_embed: conv2d(dim, dim, 3, { padding: 1, groups: dim }),
      norm1: batchNorm(dim),
      conv1: conv2d(dim, dim, 1),
      conv2: conv2d(dim, dim, 1),
      norm_conv1: batchNorm(half),
      norm_sa1: layerNorm(half),
      conv: conv2d(half, half, 3, { padding: 1, groups: half }),
      channel_up: linear(half, 3 * half),
      cross_channel_up_conv: conv2d(half, 3 * half, 1),
      cross_channel_up_sa: linear(half, 3 * half),
      fuse_channel_conv: linear(half, half),
      fuse_channel_sa: linear(half, half),
      norm_conv2: batchNorm(half),
      norm_sa2: layerNorm(half),
      norm2: batchNorm(dim),
      mlp: mlp(dim),
      drop_path1: dropPath(options.dropPath),
      drop_path2: dropPath(options.dropPath),
      attn_drop: dropout(options.attentionDropout),
      attn_drop_conv: dropout(options.attentionDropout),
      attn_drop_sa: dropout(options.attentionDropout),
    },
    (parts, input) => {
      const x = add(input, parts.pos_embed(input))
      const [batch = 1, height = 1, width = 1] = x.shape
      const [global, local] = split(parts.conv1(parts.norm1(x)), 2, 3) as [Tensor, Tensor]
      const { heads, shrinking } = options

      const convolved = add(local, parts.conv(parts.norm_conv1(local)))
      const rows = Math.max(1, Math.floor(height / shrinking))
      const columns = Math.max(1, Math.floor(width / shrinking))
      const tokens = pixels(resizeBilinear(global, { size: [rows, columns] }))
      const own = inThree(parts.channel_up(parts.norm_sa1(tokens)))
      const attended = add(tokens, attend(own.q, own.k, own.v, heads, parts.attn_drop))

      const of = inThree(pixels(parts.cross_channel_up_conv(parts.norm_conv2(convolved))))
      const by = inThree(parts.cross_channel_up_sa(parts.norm_sa2(attended)))
      const toPixels = parts.fuse_channel_conv(attend(of.q, by.k, by.v, heads, parts.attn_drop_conv))
      const toTokens = parts.fuse_channel_sa(attend(by.q, of.k, of.v, heads, parts.attn_drop_sa))
      const fine = add(convolved, reshape(toPixels, convolved.shape))
      const coarse = reshape(add(attended, toTokens), [batch, rows, columns, half])

      const both = concat([fine, resizeBilinear(coarse, { size: [height, width] })], 3)
      const mixed = add(x, parts.drop_path1(parts.conv2(both)))
      return add(mixed, parts.drop_path2(parts.mlp(parts.norm2(mixed))))
    },
    'mixBlock',
  )
}

/** [batch, height, width, channels] to [batch, height * width, channels]. */
function pixels(x: Tensor): Tensor {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape
  return reshape(x, [batch, height * width, channels])
}

/** Queries, keys and values, which are side by side. */
function inThree(qkv: Tensor): Readonly<Record<'q' | 'k' | 'v', Tensor>> {
  const [q, k, v] = split(qkv, 3, 2) as [Tensor, Tensor, Tensor]
  return { q, k, v }
}

/** Attention of [batch, queries, channels] to [batch, keys, channels], with dropout of its weights. */
function attend(q: Tensor, k: Tensor, v: Tensor, heads: number, drop: (weights: Tensor) => Tensor): Tensor {
  const scale = ((q.shape[2] as number) / heads) ** -0.5
  const scores = matMul(splitHeads(mul(q, scale), heads), splitHeads(k, heads), { transposeB: true })
  return mergeHeads(matMul(drop(softmax(scores)), splitHeads(v, heads)))
}

function mlp(dim: number): Module {
  return module(
    { fc1: conv2d(dim, RATIO * dim, 1), fc2: conv2d(RATIO * dim, dim, 1) },
    ({ fc1, fc2 }, x) => fc2(gelu(fc1(x))),
    'mlp',
  )
}

type Factory = (options?: DSNetOptions) => Model
const define =
  (name: string, depths: Depths): Factory =>
  (options = {}) =>
    dsNet(name, depths, options)

/** 224 by 224 pixels, 10.5 million parameters, published top-1 79.19 %. */
export const DSNet_tiny: Factory = /* @__PURE__ */ define('DSNet_tiny', [2, 2, 4, 1])
/** 224 by 224 pixels, 23.0 million parameters, published top-1 81.96 %. */
export const DSNet_small: Factory = /* @__PURE__ */ define('DSNet_small', [3, 4, 8, 3])
/** 224 by 224 pixels, 49.3 million parameters, published top-1 81.75 %. */
export const DSNet_base: Factory = /* @__PURE__ */ define('DSNet_base', [3, 4, 28, 3])
