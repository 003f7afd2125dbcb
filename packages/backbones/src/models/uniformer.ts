import {
  attention,
  batchNorm,
  constant,
  conv2d,
  dropPath,
  flatten,
  gelu,
  globalAvgPool,
  inOrder,
  layerNorm,
  linear,
  type Module,
  module,
  parameter,
  sequential,
  truncatedNormal,
} from '@clas/nn'
import { add, mul, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { mlp } from '../blocks/mlp.ts'
import { tokensOf } from '../blocks/tokens-of.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** UniFormer (Li et al. 2022, arXiv 2201.09450): two stages of convolutional blocks, two of transformer blocks. */
export interface UniFormerOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0.3 for base, else 0.1. */
  readonly dropPath?: number
}

interface Architecture {
  readonly depths: readonly [number, number, number, number]
  /** Channels of a head of the attention. */
  readonly headDim: number
  /** Whether pictures are made smaller by convolutions that overlap. */
  readonly overlapping: boolean
  readonly dropPath: number
  /** First value of what the branches of transformer blocks are multiplied by; they are not when left out. */
  readonly layerScale?: number
}

const DIMS = [64, 128, 320, 512] as const
/** Width of the hidden layers in units of the dim. */
const RATIO = 4
const EPSILON = 1e-6

function uniFormer(name: string, architecture: Architecture, options: UniFormerOptions): Model {
  const { classes = 1000, inChannels = 3, dropPath = architecture.dropPath } = options
  const rates = dropPathRates(architecture.depths, dropPath)
  const blocks = DIMS.map((dim, i) =>
    sequential(
      (rates[i] ?? []).map((rate) => (i < 2 ? convBlock(dim, rate) : attentionBlock(dim, architecture, rate))),
    ),
  )
  const embeds = DIMS.map((dim, i) => {
    const before = DIMS[i - 1] ?? inChannels
    if (!architecture.overlapping) return patchEmbed(before, dim, i === 0 ? 4 : 2)
    return overlappingEmbed(i === 0 ? [before, dim / 2, dim] : [before, dim])
  })
  const numbered = (prefix: string, modules: readonly Module[]): Readonly<Record<string, Module>> =>
    Object.fromEntries(modules.map((each, i) => [`${prefix}${i + 1}`, each]))
  const root = module(
    {
      ...numbered('patch_embed', embeds),
      ...numbered('blocks', blocks),
      norm: batchNorm(DIMS[3]),
      head: linear(DIMS[3], classes, { initializer: truncatedNormal(0.02) }),
    },
    (parts, x) => {
      const order = DIMS.flatMap((_, i) => [`patch_embed${i + 1}`, `blocks${i + 1}`])
      return parts.head(flatten(globalAvgPool(parts.norm(inOrder(parts, order, x)))))
    },
    'UniFormer',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: ['blocks1', 'blocks2', 'blocks3', 'blocks4'],
    classifier: 'head',
    preprocessing: { ...imagenetPreprocessing, resizeShort: 248, interpolation: 'bicubic' },
  }
}

function patchEmbed(inChannels: number, dim: number, patch: number): Module {
  return module(
    { norm: layerNorm(dim), proj_conv: conv2d(inChannels, dim, patch, { stride: patch }) },
    ({ norm, proj_conv }, x) => norm(proj_conv(x)),
    'patchEmbed',
  )
}

/** Convolutions of stride 2 from the first width to the last, each normalised, with gelu between them. */
function overlappingEmbed(widths: readonly number[]): Module {
  const steps = widths
    .slice(1)
    .flatMap((width, i) => [
      ...(i > 0 ? [gelu] : []),
      conv2d(widths[i] as number, width, 3, { stride: 2, padding: 1 }),
      batchNorm(width),
    ])
  return module({ proj: sequential(steps) }, ({ proj }, x) => proj(x), 'patchEmbed')
}

/** A transformer block whose attention is a depthwise convolution of 5 by 5. */
function convBlock(dim: number, dropped: number): Module {
  return module(
    {
      pos_embed: positionEncoding(dim),
      norm1: batchNorm(dim),
      conv1: conv2d(dim, dim, 1),
      conv2: conv2d(dim, dim, 1),
      attn: conv2d(dim, dim, 5, { padding: 2, groups: dim }),
      drop_path1: dropPath(dropped),
      norm2: batchNorm(dim),
      mlp: convMlp(dim, RATIO * dim),
      drop_path2: dropPath(dropped),
    },
    (parts, x) => {
      const placed = add(x, parts.pos_embed(x))
      const attended = add(placed, inOrder(parts, ['norm1', 'conv1', 'attn', 'conv2', 'drop_path1'], placed))
      return add(attended, inOrder(parts, ['norm2', 'mlp', 'drop_path2'], attended))
    },
    'convBlock',
  )
}

function attentionBlock(dim: number, { headDim, layerScale }: Architecture, dropped: number): Module {
  const gamma = layerScale === undefined ? undefined : parameter([dim], constant(layerScale))
  return module(
    {
      ...(gamma ? { gamma_1: gamma, gamma_2: gamma } : {}),
      pos_embed: positionEncoding(dim),
      norm1: layerNorm(dim, { epsilon: EPSILON }),
      attn: selfAttention(dim, dim / headDim),
      drop_path1: dropPath(dropped),
      norm2: layerNorm(dim, { epsilon: EPSILON }),
      mlp: mlp(dim, RATIO * dim),
      drop_path2: dropPath(dropped),
    },
    ({ gamma_1, gamma_2, pos_embed, norm1, attn, drop_path1, norm2, mlp, drop_path2 }, x) => {
      const scaled = (branch: Tensor, gamma: Tensor | undefined): Tensor => (gamma ? mul(branch, gamma) : branch)
      const placed = add(x, pos_embed(x))
      const attended = add(placed, drop_path1(scaled(attn(norm1(placed)), gamma_1)))
      return add(attended, drop_path2(scaled(mlp(norm2(attended)), gamma_2)))
    },
    'transformerBlock',
  )
}

/** Tells pixels where they are, by the border that they see. */
function positionEncoding(dim: number): Module {
  return conv2d(dim, dim, 3, { padding: 1, groups: dim })
}

function selfAttention(dim: number, heads: number): Module {
  const initializer = truncatedNormal(0.02)
  return module(
    { qkv: linear(dim, 3 * dim, { initializer }), proj: linear(dim, dim, { initializer }) },
    ({ qkv, proj }, x) => proj(reshape(attention(tokensOf(qkv(x)), { heads }), x.shape)),
    'attention',
  )
}

function convMlp(dim: number, hidden: number): Module {
  return module(
    { fc1_conv: conv2d(dim, hidden, 1), fc2_conv: conv2d(hidden, dim, 1) },
    ({ fc1_conv, fc2_conv }, x) => fc2_conv(gelu(fc1_conv(x))),
    'mlp',
  )
}

const base = { depths: [5, 8, 20, 7], headDim: 64, overlapping: false, dropPath: 0.3 } as const

type Factory = (options?: UniFormerOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    uniFormer(name, architecture, options)

/** 224 by 224 pixels, 21.5 million parameters, published top-1 82.94 %. */
export const UniFormer_small: Factory = /* @__PURE__ */ define('UniFormer_small', {
  depths: [3, 4, 8, 3],
  headDim: 64,
  overlapping: false,
  dropPath: 0.1,
})
/** 224 by 224 pixels, 24.0 million parameters, published top-1 83.29 %. */
export const UniFormer_small_plus: Factory = /* @__PURE__ */ define('UniFormer_small_plus', {
  depths: [3, 5, 9, 3],
  headDim: 32,
  overlapping: true,
  dropPath: 0.1,
})
/** 224 by 224 pixels, 24.0 million parameters, published top-1 83.25 %. */
export const UniFormer_small_plus_dim64: Factory = /* @__PURE__ */ define('UniFormer_small_plus_dim64', {
  depths: [3, 5, 9, 3],
  headDim: 64,
  overlapping: true,
  dropPath: 0.1,
})
/** 224 by 224 pixels, 49.8 million parameters, published top-1 83.76 %. */
export const UniFormer_base: Factory = /* @__PURE__ */ define('UniFormer_base', base)
/** 224 by 224 pixels, 49.8 million parameters, published top-1 83.98 %. */
export const UniFormer_base_ls: Factory = /* @__PURE__ */ define('UniFormer_base_ls', { ...base, layerScale: 1e-6 })
