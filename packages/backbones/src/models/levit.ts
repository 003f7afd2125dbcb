import {
  attend,
  avgPool,
  batchNorm,
  constant,
  dropPath,
  flatten,
  gatherRows,
  globalAvgPool,
  hardSwish,
  indexBuffer,
  linear,
  type Module,
  module,
  parameter,
  resizePositions,
  sequential,
  truncatedNormal,
} from '@clas/nn'
import { add, mul, reshape, split, type Tensor, transpose } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { mergeHeads, splitHeads } from '../blocks/heads.ts'
import { tokensOf } from '../blocks/tokens-of.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * LeViT (Graham et al. 2021, arXiv 2104.01136): attention with a learned bias for each distance of pixels, by rows and
 * columns. The biases are resized to pictures of another size than the published one.
 */
export interface LeViTOptions extends ModelOptions {
  /** Stochastic depth of every block, in [0, 1); default 0.1 for 384, else 0. */
  readonly dropPath?: number
  /**
   * Whether there is a second classifier for the teacher's answer; default false. The output in evaluation is the mean of
   * both; in training it is that of the first.
   */
  readonly distilled?: boolean
}

interface Architecture {
  /** Channels, heads and blocks of the three stages. */
  readonly stages: readonly [Stage, Stage, Stage]
  /** Channels of a key. */
  readonly key: number
  readonly dropPath?: number
}

type Stage = readonly [dim: number, heads: number, depth: number]

const SIZE = 224
/** By what the stem divides each side. */
const PATCH = 16
/** Width of a hidden layer in units of the stage's. */
const RATIO = 2

function leViT(name: string, architecture: Architecture, options: LeViTOptions): Model {
  const { classes = 1000, inChannels = 3, distilled = false } = options
  const { stages, key, dropPath: published = 0 } = architecture
  const { dropPath: dropped = published } = options
  const blocks: Module[] = []
  const ends: number[] = []
  let side = SIZE / PATCH
  for (const [i, [dim, heads, depth]] of stages.entries()) {
    for (let block = 0; block < depth; block++) {
      blocks.push(residual(selfAttention(dim, { heads, key, side }), dropped), residual(mlp(dim), dropped))
    }
    ends.push(blocks.length - 1)
    const next = stages[i + 1]
    if (!next) break
    blocks.push(shrinkingAttention(dim, next[0], { heads: dim / key, key, side }), residual(mlp(next[0]), dropped))
    side = Math.ceil(side / 2)
  }
  const last = stages[2][0]
  const root = module(
    {
      patch_embed: stem(inChannels, stages[0][0]),
      blocks: sequential(blocks),
      head: classifier(last, classes),
      ...(distilled ? { head_dist: classifier(last, classes) } : {}),
    },
    ({ patch_embed, blocks, head, head_dist }, x, context) => {
      const features = flatten(globalAvgPool(blocks(patch_embed(x))))
      const logits = head(features)
      if (!head_dist) return logits
      const teacher = head_dist(features)
      return context.training ? logits : mul(add(logits, teacher), 0.5)
    },
    'LeViT',
  )
  return {
    ...root,
    name,
    inputSize: SIZE,
    classes,
    stages: ends.map((end) => `blocks.${end}`),
    classifier: 'head.l',
    ...(distilled ? { auxiliary: ['head_dist.l'] } : {}),
    preprocessing: imagenetPreprocessing,
  }
}

function stem(inChannels: number, dim: number): Module {
  const conv = (before: number, after: number): Module => convBn(before, after, 3, { stride: 2, keys: ['c', 'bn'] })
  return sequential([
    conv(inChannels, dim / 8),
    hardSwish,
    conv(dim / 8, dim / 4),
    hardSwish,
    conv(dim / 4, dim / 2),
    hardSwish,
    conv(dim / 2, dim),
  ])
}

function residual(branch: Module, dropped: number): Module {
  return module({ m: branch, drop: dropPath(dropped) }, ({ m, drop }, x) => add(x, drop(m(x))), 'residual')
}

function mlp(dim: number): Module {
  return sequential([linearBn(dim, RATIO * dim), hardSwish, linearBn(RATIO * dim, dim, 0)])
}

interface AttentionOptions {
  readonly heads: number
  /** Channels of a key. */
  readonly key: number
  /** Rows and columns of the published size. */
  readonly side: number
}

function selfAttention(dim: number, { heads, key, side }: AttentionOptions): Module {
  const value = 2 * key
  return module(
    {
      ...biases(heads, side, 1),
      qkv: linearBn(dim, heads * (2 * key + value)),
      proj: sequential([hardSwish, linearBn(heads * value, dim, 0)]),
    },
    ({ attention_biases, qkv, proj }, x) => {
      const [q, k, v] = split(splitHeads(tokensOf(qkv(x)), heads), [key, key, value], 3) as [Tensor, Tensor, Tensor]
      const bias = biasOf(attention_biases, side, x, 1)
      return proj(reshape(mergeHeads(attend(q, k, v, { bias })), [...x.shape.slice(0, 3), heads * value]))
    },
    'attention',
  )
}

/** Every second pixel of every second row attends to all. */
function shrinkingAttention(dim: number, outDim: number, { heads, key, side }: AttentionOptions): Module {
  const value = 4 * key
  return module(
    {
      ...biases(heads, side, 2),
      kv: linearBn(dim, heads * (key + value)),
      q: sequential([everySecond, linearBn(dim, heads * key)]),
      proj: sequential([hardSwish, linearBn(heads * value, outDim)]),
    },
    ({ attention_biases, kv, q, proj }, x) => {
      const [k, v] = split(splitHeads(tokensOf(kv(x)), heads), [key, value], 3) as [Tensor, Tensor]
      const queries = q(x)
      const attended = attend(splitHeads(tokensOf(queries), heads), k, v, {
        bias: biasOf(attention_biases, side, x, 2),
      })
      return proj(reshape(mergeHeads(attended), [...queries.shape.slice(0, 3), heads * value]))
    },
    'attention',
  )
}

function biases(heads: number, side: number, stride: number) {
  const index = distanceIndex(side, side, stride)
  return {
    attention_biases: parameter([heads, side * side], constant(0), { decay: false }),
    attention_bias_idxs: indexBuffer([index.length / side ** 2, side ** 2], index),
  }
}

/**
 * What to add to the scores [1, heads, queries, keys] of a grid.
 *
 * @param table - [heads, side * side]: the bias of each distance, by rows, then columns
 */
function biasOf(table: Tensor, side: number, grid: Tensor, stride: number): Tensor {
  const [heads = 1] = table.shape
  const [, rows = 1, columns = 1] = grid.shape
  const byDistance = reshape(transpose(table), [1, side * side, heads])
  const resized = resizePositions(byDistance, [side, side], [rows, columns])
  const index = distanceIndex(rows, columns, stride)
  const gathered = gatherRows(reshape(resized, [rows * columns, heads]), index)
  return reshape(transpose(gathered), [1, heads, index.length / (rows * columns), rows * columns])
}

/** For each query, of which there is one in each `stride` rows and columns, and each key: the place of their distance. */
function distanceIndex(rows: number, columns: number, stride: number): number[] {
  const places = Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns] as const)
  const queries = places.filter(([row, column]) => row % stride === 0 && column % stride === 0)
  return queries.flatMap(([row, column]) => places.map(([y, x]) => Math.abs(row - y) * columns + Math.abs(column - x)))
}

function everySecond(x: Tensor): Tensor {
  return avgPool(x, 1, { stride: 2 })
}

/** `weight` is the first of the normalisation's weights: 0 where a residual branch starts as nothing. */
function linearBn(dim: number, outDim: number, weight: 0 | 1 = 1): Module {
  const norm = batchNorm(outDim)
  const bn = { ...norm, parts: { ...norm.parts, weight: parameter([outDim], constant(weight)) } }
  return module({ c: linear(dim, outDim, { bias: false }), bn }, ({ c, bn }, x) => bn(c(x)), 'linearBn')
}

function classifier(dim: number, classes: number): Module {
  return module(
    { bn: batchNorm(dim), l: linear(dim, classes, { initializer: truncatedNormal(0.02) }) },
    ({ bn, l }, x) => l(bn(x)),
    'classifier',
  )
}

type Factory = (options?: LeViTOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    leViT(name, architecture, options)

/** 224 by 224 pixels, 7.4 million parameters, published top-1 75.98 %. */
export const LeViT_128S: Factory = /* @__PURE__ */ define('LeViT_128S', {
  stages: [
    [128, 4, 2],
    [256, 6, 3],
    [384, 8, 4],
  ],
  key: 16,
})
/** 224 by 224 pixels, 8.8 million parameters, published top-1 78.10 %. */
export const LeViT_128: Factory = /* @__PURE__ */ define('LeViT_128', {
  stages: [
    [128, 4, 4],
    [256, 8, 4],
    [384, 12, 4],
  ],
  key: 16,
})
/** 224 by 224 pixels, 10.6 million parameters, published top-1 79.34 %. */
export const LeViT_192: Factory = /* @__PURE__ */ define('LeViT_192', {
  stages: [
    [192, 3, 4],
    [288, 5, 4],
    [384, 6, 4],
  ],
  key: 32,
})
/** 224 by 224 pixels, 18.4 million parameters, published top-1 80.85 %. */
export const LeViT_256: Factory = /* @__PURE__ */ define('LeViT_256', {
  stages: [
    [256, 4, 4],
    [384, 6, 4],
    [512, 8, 4],
  ],
  key: 32,
})
/** 224 by 224 pixels, 38.4 million parameters, published top-1 81.91 %. */
export const LeViT_384: Factory = /* @__PURE__ */ define('LeViT_384', {
  stages: [
    [384, 6, 4],
    [512, 9, 4],
    [768, 12, 4],
  ],
  key: 32,
  dropPath: 0.1,
})
