import {
  flatten,
  globalAvgPool,
  inOrder,
  layerNorm,
  linear,
  type Module,
  module,
  softplus,
  truncatedNormal,
} from '@clas/nn'
import { add, mul, tensor2d } from '@tensorflow/tfjs-core'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { patchEmbed } from '../blocks/patch-embed.ts'
import { stackNeighbours } from '../blocks/stack-neighbours.ts'
import { swinBlocks } from '../blocks/swin-blocks.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * SOLIDER (Chen et al. 2023, arXiv 2303.17602): Swin Transformer, pre-trained on pictures of people, whose features say
 * more about what is seen or more about how it looks, as a weight tells it.
 */
export interface SwinTransformerSoliderOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default as published, 0.2 to 0.5. */
  readonly dropPath?: number
  /** How much the features are to say what is seen, in [0, 1]; default 1. */
  readonly semanticWeight?: number
}

interface Architecture {
  /** Channels of the first stage; each further stage has twice as many, and twice the heads. */
  readonly dim: number
  readonly depths: readonly [number, number, number, number]
  readonly heads: number
  readonly dropPath: number
}

const PATCH = 4
const WINDOW = 7
/** Of a normalisation that checkpoints hold, whatever the size, and that no feature passes. */
const UNUSED_WIDTH = 768

function solider(name: string, architecture: Architecture, options: SwinTransformerSoliderOptions): Model {
  const { dim, depths, heads } = architecture
  const { classes = 1000, inChannels = 3, dropPath = architecture.dropPath, semanticWeight = 1 } = options
  const initializer = truncatedNormal(0.02)
  const last = depths.length - 1
  const widths = depths.map((_, i) => dim * 2 ** i)
  const stages = dropPathRates(depths, dropPath).map((rates, i): Record<string, Module> => {
    const width = widths[i] as number
    const blocks = {
      [`layers.${i}.blocks`]: swinBlocks(width, { heads: heads * 2 ** i, window: WINDOW, dropPath: rates }),
    }
    return i === last ? blocks : { ...blocks, [`layers.${i}.downsample`]: patchMerging(width) }
  })
  const embeddings = (key: string): [string, Module][] =>
    widths.map((_, i) => [`${key}.${i}`, linear(2, widths[Math.min(i + 1, last)] as number, { initializer })])
  const parts: Record<string, Module> = {
    patch_embed: patchEmbed(inChannels, dim, PATCH, { norm: true }),
    ...Object.assign({}, ...stages),
    norm: layerNorm(UNUSED_WIDTH),
    head: linear(widths[last] as number, classes, { initializer }),
    ...Object.fromEntries(widths.map((width, i) => [`norm${i}`, layerNorm(width)])),
    ...Object.fromEntries([...embeddings('semantic_embed_w'), ...embeddings('semantic_embed_b')]),
  }
  const root = module(
    parts,
    (parts, picture) => {
      const weight = tensor2d([[semanticWeight, 1 - semanticWeight]])
      let x = inOrder(parts, ['patch_embed'], picture)
      let features = x
      for (let i = 0; i <= last; i++) {
        const blocks = inOrder(parts, [`layers.${i}.blocks`], x)
        features = inOrder(parts, [`norm${i}`], blocks)
        if (i === last) break
        const scale = softplus(inOrder(parts, [`semantic_embed_w.${i}`], weight)) // [1, channels]
        const merged = inOrder(parts, [`layers.${i}.downsample`], blocks)
        x = add(mul(merged, scale), inOrder(parts, [`semantic_embed_b.${i}`], weight))
      }
      return inOrder(parts, ['head'], flatten(globalAvgPool(features)))
    },
    'SwinTransformerSolider',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: widths.map((_, i) => `norm${i}`),
    classifier: 'head',
    preprocessing: { ...imagenetPreprocessing, interpolation: 'bicubic' },
  }
}

/** Half the grid, twice the channels. */
function patchMerging(dim: number): Module {
  return module(
    { norm: layerNorm(4 * dim), reduction: linear(4 * dim, 2 * dim, { bias: false }) },
    ({ norm, reduction }, x) => reduction(norm(stackNeighbours(x, 'channel'))),
    'patchMerging',
  )
}

type Factory = (options?: SwinTransformerSoliderOptions) => Model
const define =
  (size: string, architecture: Architecture): Factory =>
  (options = {}) =>
    solider(`SwinTransformer_${size}_patch4_window7_224_SOLIDER`, architecture, options)

/** 224 by 224 pixels, 28.3 million parameters. */
export const SwinTransformer_tiny_patch4_window7_224_SOLIDER: Factory = /* @__PURE__ */ define('tiny', {
  dim: 96,
  depths: [2, 2, 6, 2],
  heads: 3,
  dropPath: 0.2,
})
/** 224 by 224 pixels, 49.6 million parameters. */
export const SwinTransformer_small_patch4_window7_224_SOLIDER: Factory = /* @__PURE__ */ define('small', {
  dim: 96,
  depths: [2, 2, 18, 2],
  heads: 3,
  dropPath: 0.3,
})
/** 224 by 224 pixels, 87.8 million parameters. */
export const SwinTransformer_base_patch4_window7_224_SOLIDER: Factory = /* @__PURE__ */ define('base', {
  dim: 128,
  depths: [2, 2, 18, 2],
  heads: 4,
  dropPath: 0.5,
})
