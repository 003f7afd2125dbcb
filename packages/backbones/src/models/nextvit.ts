import {
  attend,
  avgPool,
  batchNorm,
  conv2d,
  dropPath,
  flatten,
  globalAvgPool,
  identity,
  linear,
  type Module,
  module,
  relu,
  sequential,
  truncatedNormal,
} from '@clas/nn'
import { add, concat, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { convNorm } from '../blocks/conv-norm.ts'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { mergeHeads, splitHeads } from '../blocks/heads.ts'
import { tokensOf } from '../blocks/tokens-of.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * Next-ViT (Li et al. 2022, arXiv 2207.05501): convolutional blocks, and after some of them one in which attention makes
 * three quarters of the channels and convolutions the rest.
 */
export interface NextViTOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0.1 for small, else 0.2. */
  readonly dropPath?: number
}

/** Channels of a convolutional block, or of one with attention and by what each side is divided for its keys. */
type Block = readonly [width: number] | readonly [width: number, reduction: number]

const repeat = <T>(times: number, items: readonly T[]): T[] => Array.from({ length: times }, () => items).flat()
/** By how often the third stage has its five blocks. */
const stages = (repeats: number): readonly (readonly Block[])[] => [
  repeat(3, [[96]]),
  [...repeat<Block>(3, [[192]]), [256, 4]],
  repeat<Block>(repeats, [[384], [384], [384], [384], [512, 2]]),
  [...repeat<Block>(2, [[768]]), [1024, 1]],
]

/** Width and stride of the convolutions of 3 by 3. */
const STEM = [
  [64, 2],
  [32, 1],
  [64, 1],
  [64, 2],
] as const
/** Channels of a head of the attention, and of a group of the convolutions. */
const HEAD = 32
/** Share of the channels that attention makes. */
const ATTENDED = 0.75

interface Architecture {
  readonly size: 224 | 384
  readonly repeats: number
  readonly dropPath: number
}

function nextViT(name: string, { size, repeats, dropPath }: Architecture, options: NextViTOptions): Model {
  const { classes = 1000, inChannels = 3, dropPath: dropped = dropPath } = options
  let channels = inChannels
  const stem = STEM.map(([width, stride]) => {
    const before = channels
    channels = width
    return convNorm(before, width, 3, { stride, activation: relu, initializer })
  })
  const table = stages(repeats)
  const depths = table.map((blocks) => blocks.length)
  const rates = dropPathRates(depths, dropped)
  const features = table.flatMap((blocks, stage) =>
    blocks.map(([width, reduction], i) => {
      const widths = [channels, width] as const
      channels = width
      const options = { stride: stage > 0 && i === 0 ? 2 : 1, dropped: rates[stage]?.[i] ?? 0 }
      return reduction === undefined ? convBlock(...widths, options) : mixedBlock(...widths, { ...options, reduction })
    }),
  )
  const root = module(
    {
      stem: sequential(stem),
      features: sequential(features),
      norm: batchNorm(channels),
      proj_head: sequential([linear(channels, classes, { initializer })]),
    },
    ({ stem, features, norm, proj_head }, x) => proj_head(flatten(globalAvgPool(norm(features(stem(x)))))),
    'NextViT',
  )
  const ends = depths.map((_, stage) => depths.slice(0, stage + 1).reduce((sum, depth) => sum + depth) - 1)
  return {
    ...root,
    name,
    inputSize: size,
    classes,
    stages: ends.map((end) => `features.${end}`),
    classifier: 'proj_head.0',
    preprocessing: { ...imagenetPreprocessing, resizeShort: size === 224 ? 256 : 384, interpolation: 'bicubic' },
  }
}

const initializer = /* @__PURE__ */ truncatedNormal(0.02)

interface BlockOptions {
  readonly stride: number
  readonly dropped: number
}

function convBlock(inChannels: number, width: number, { stride, dropped }: BlockOptions): Module {
  return module(
    {
      patch_embed: patchEmbed(inChannels, width, stride),
      mhca: convAttention(width),
      drop_path1: dropPath(dropped),
      norm: batchNorm(width),
      mlp: convMlp(width, 3 * width),
      drop_path2: dropPath(dropped),
    },
    ({ patch_embed, mhca, drop_path1, norm, mlp, drop_path2 }, x) => {
      const embedded = patch_embed(x)
      const attended = add(embedded, drop_path1(mhca(embedded)))
      return add(attended, drop_path2(mlp(norm(attended))))
    },
    'convBlock',
  )
}

function mixedBlock(inChannels: number, width: number, options: BlockOptions & { readonly reduction: number }): Module {
  const { stride, dropped, reduction } = options
  const attended = ATTENDED * width
  const convolved = width - attended
  return module(
    {
      patch_embed: patchEmbed(inChannels, attended, stride),
      norm1: batchNorm(attended),
      e_mhsa: selfAttention(attended, reduction),
      drop_path1: dropPath(dropped * ATTENDED),
      projection: patchEmbed(attended, convolved, 1),
      mhca: convAttention(convolved),
      drop_path2: dropPath(dropped * (1 - ATTENDED)),
      norm2: batchNorm(width),
      mlp: convMlp(width, 2 * width),
      drop_path3: dropPath(dropped),
    },
    ({ patch_embed, norm1, e_mhsa, drop_path1, projection, mhca, drop_path2, norm2, mlp, drop_path3 }, x) => {
      const embedded = patch_embed(x)
      const global = add(embedded, drop_path1(e_mhsa(norm1(embedded))))
      const projected = projection(global)
      const mixed = concat([global, add(projected, drop_path2(mhca(projected)))], 3)
      return add(mixed, drop_path3(mlp(norm2(mixed))))
    },
    'mixedBlock',
  )
}

/** Nothing where neither the size nor the channels change. */
function patchEmbed(inChannels: number, width: number, stride: number): Module {
  if (stride === 1 && inChannels === width) return identity()
  const projection = convNorm(inChannels, width, 1, { initializer })
  if (stride === 1) return projection
  return {
    ...projection,
    forward: (parts, x, context) => projection.forward(parts, avgPool(x, 2, { stride, ceil: true }), context),
  }
}

/** A grouped convolution in place of attention. */
function convAttention(width: number): Module {
  return module(
    {
      group_conv3x3: conv2d(width, width, 3, { padding: 1, groups: width / HEAD, bias: false, initializer }),
      norm: batchNorm(width),
      projection: conv2d(width, width, 1, { bias: false, initializer }),
    },
    ({ group_conv3x3, norm, projection }, x) => projection(relu(norm(group_conv3x3(x)))),
    'convAttention',
  )
}

/** Each key is the mean of `reduction` squared pixels in a row. */
function selfAttention(width: number, reduction: number): Module {
  const run = reduction ** 2
  return module(
    {
      q: linear(width, width, { initializer }),
      k: linear(width, width, { initializer }),
      v: linear(width, width, { initializer }),
      proj: linear(width, width, { initializer }),
      ...(reduction > 1 ? { norm: batchNorm(width) } : {}),
    },
    ({ q, k, v, proj, norm }, x) => {
      const [batch = 1, rows = 1, columns = 1] = x.shape
      const row = reshape(x, [batch, 1, rows * columns, width])
      const means = norm ? norm(avgPool(row, [1, run])) : row
      const heads = (grid: Tensor): Tensor => splitHeads(tokensOf(grid), width / HEAD)
      return proj(reshape(mergeHeads(attend(heads(q(x)), heads(k(means)), heads(v(means)))), x.shape))
    },
    'attention',
  )
}

function convMlp(width: number, hidden: number): Module {
  return module(
    { conv1: conv2d(width, hidden, 1, { initializer }), conv2: conv2d(hidden, width, 1, { initializer }) },
    ({ conv1, conv2 }, x) => conv2(relu(conv1(x))),
    'mlp',
  )
}

const small = { repeats: 2, dropPath: 0.1 } as const
const base = { repeats: 4, dropPath: 0.2 } as const
const large = { repeats: 6, dropPath: 0.2 } as const

type Factory = (options?: NextViTOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    nextViT(name, architecture, options)

/** 224 by 224 pixels, 31.8 million parameters, published top-1 82.48 %. */
export const NextViT_small_224: Factory = /* @__PURE__ */ define('NextViT_small_224', { ...small, size: 224 })
/** 224 by 224 pixels, 44.8 million parameters, published top-1 83.24 %. */
export const NextViT_base_224: Factory = /* @__PURE__ */ define('NextViT_base_224', { ...base, size: 224 })
/** 224 by 224 pixels, 57.9 million parameters, published top-1 83.63 %. */
export const NextViT_large_224: Factory = /* @__PURE__ */ define('NextViT_large_224', { ...large, size: 224 })
/** 384 by 384 pixels, 31.8 million parameters, published top-1 84.01 %. */
export const NextViT_small_384: Factory = /* @__PURE__ */ define('NextViT_small_384', { ...small, size: 384 })
/** 384 by 384 pixels, 44.8 million parameters, published top-1 84.65 %. */
export const NextViT_base_384: Factory = /* @__PURE__ */ define('NextViT_base_384', { ...base, size: 384 })
/** 384 by 384 pixels, 57.9 million parameters, published top-1 84.92 %. */
export const NextViT_large_384: Factory = /* @__PURE__ */ define('NextViT_large_384', { ...large, size: 384 })
