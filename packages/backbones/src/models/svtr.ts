import {
  attention,
  batchNorm,
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
  resizePositions,
  sequential,
  truncatedNormal,
} from '@clas/nn'
import { add, reshape } from '@tensorflow/tfjs-core'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { mlp } from '../blocks/mlp.ts'
import { tokensOf } from '../blocks/tokens-of.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * SVTR (Du et al. 2022, arXiv 2205.00159), a recogniser of lines of text, as a classifier of pictures. It was made for
 * lines of 48 by 320 pixels; position embeddings are resized to other pictures.
 */
export interface SVTROptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0.1. */
  readonly dropPath?: number
}

interface Architecture {
  readonly dims: readonly [number, number, number]
  readonly depths: readonly [number, number, number]
  /** How many blocks of each stage mix by a convolution; those after them by attention. */
  readonly local: readonly [number, number, number]
}

/** Rows and columns of the position embeddings: a quarter of the pixels of a line. */
const GRID = [12, 80] as const
/** Channels of a head of the attention, and of a group of the convolutions. */
const HEAD = 32
/** Width of the hidden layers in units of the stage's. */
const RATIO = 4
const EPSILON = 1e-6

function svtr(name: string, { dims, depths, local }: Architecture, options: SVTROptions): Model {
  const { classes = 1000, inChannels = 3, dropPath = 0.1 } = options
  const [first, second, third] = dims
  const rates = dropPathRates(depths, dropPath)
  const initializer = truncatedNormal(0.02)
  const blocks = (stage: 0 | 1 | 2, local: number): Module =>
    sequential((rates[stage] ?? []).map((rate, i) => block(dims[stage], i < local ? 'local' : 'global', rate)))
  const layers = {
    blocks1: blocks(0, local[0]),
    sub_sample1: halveRows(first, second),
    blocks2: blocks(1, local[1]),
    sub_sample2: halveRows(second, third),
    blocks3: blocks(2, local[2]),
  }
  const root = module(
    {
      pos_embed: parameter([1, GRID[0] * GRID[1], first], initializer),
      patch_embed: patchEmbed(inChannels, first),
      ...layers,
      fc: linear(third, classes, { initializer }),
    },
    (parts, x) => {
      const grid = parts.patch_embed(x)
      const [, rows = 1, columns = 1] = grid.shape
      const positions = reshape(resizePositions(parts.pos_embed, GRID, [rows, columns]), [1, rows, columns, first])
      return parts.fc(flatten(globalAvgPool(inOrder(parts, Object.keys(layers), add(grid, positions)))))
    },
    'SVTR',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: ['blocks1', 'blocks2', 'blocks3'],
    classifier: 'fc',
    preprocessing: imagenetPreprocessing,
  }
}

/** Two convolutions that halve both sides. */
function patchEmbed(inChannels: number, dim: number): Module {
  return module(
    { proj: sequential([convNormGelu(inChannels, dim / 2), convNormGelu(dim / 2, dim)]) },
    ({ proj }, x) => proj(x),
    'patchEmbed',
  )
}

function convNormGelu(inChannels: number, outChannels: number): Module {
  return module(
    { conv: conv2d(inChannels, outChannels, 3, { stride: 2, padding: 1 }), norm: batchNorm(outChannels) },
    ({ conv, norm }, x) => gelu(norm(conv(x))),
    'convBn',
  )
}

/** The width stays: in a line, each column may be another character. */
function halveRows(inChannels: number, outChannels: number): Module {
  return module(
    {
      conv: conv2d(inChannels, outChannels, 3, { stride: [2, 1], padding: 1 }),
      norm: layerNorm(outChannels),
    },
    ({ conv, norm }, x) => norm(conv(x)),
    'halveRows',
  )
}

/** Normalised after the sums, unlike most transformers. */
function block(dim: number, mixer: 'local' | 'global', dropped: number): Module {
  return module(
    {
      norm1: layerNorm(dim, { epsilon: EPSILON }),
      mixer: mixer === 'local' ? localMixer(dim) : selfAttention(dim),
      drop_path1: dropPath(dropped),
      norm2: layerNorm(dim, { epsilon: EPSILON }),
      mlp: mlp(dim, RATIO * dim),
      drop_path2: dropPath(dropped),
    },
    ({ norm1, mixer, drop_path1, norm2, mlp, drop_path2 }, x) => {
      const mixed = norm1(add(x, drop_path1(mixer(x))))
      return norm2(add(mixed, drop_path2(mlp(mixed))))
    },
    'transformerBlock',
  )
}

function localMixer(dim: number): Module {
  return module(
    { local_mixer: conv2d(dim, dim, 5, { padding: 2, groups: dim / HEAD }) },
    ({ local_mixer }, x) => local_mixer(x),
    'localMixer',
  )
}

function selfAttention(dim: number): Module {
  const initializer = truncatedNormal(0.02)
  return module(
    { qkv: linear(dim, 3 * dim, { initializer }), proj: linear(dim, dim, { initializer }) },
    ({ qkv, proj }, x) => proj(reshape(attention(tokensOf(qkv(x)), { heads: dim / HEAD }), x.shape)),
    'attention',
  )
}

type Factory = (options?: SVTROptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    svtr(name, architecture, options)

/** 224 by 224 pixels, 4.6 million parameters. */
export const SVTR_tiny: Factory = /* @__PURE__ */ define('SVTR_tiny', {
  dims: [64, 128, 256],
  depths: [3, 6, 3],
  local: [3, 3, 0],
})
/** 224 by 224 pixels, 18.4 million parameters. */
export const SVTR_base: Factory = /* @__PURE__ */ define('SVTR_base', {
  dims: [128, 256, 384],
  depths: [6, 6, 6],
  local: [6, 3, 0],
})
/** 224 by 224 pixels, 38.1 million parameters. */
export const SVTR_large: Factory = /* @__PURE__ */ define('SVTR_large', {
  dims: [192, 256, 512],
  depths: [6, 6, 9],
  local: [6, 3, 0],
})
