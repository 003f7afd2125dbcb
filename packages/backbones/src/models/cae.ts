import { buffer, layerNorm, linear, module, parameter, resizePositions, sequential, truncatedNormal } from '@clas/nn'
import { add, mean, slice } from '@tensorflow/tfjs-core'
import { withTokens } from '../blocks/class-token.ts'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { mlp } from '../blocks/mlp.ts'
import { patchEmbed } from '../blocks/patch-embed.ts'
import { quarters } from '../blocks/quarters.ts'
import { relativeAttention } from '../blocks/relative-attention.ts'
import { transformerBlock } from '../blocks/transformer-block.ts'
import type { Model, ModelOptions } from '../model.ts'

/**
 * CAE, the context autoencoder (Chen et al. 2022, arXiv 2202.03026), as it is fine-tuned: the mean of all patches is
 * classified. Positions are resized to square pictures of another size than the published one.
 */
export interface CAEOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0, in fine-tuning 0.1 or 0.2. */
  readonly dropPath?: number
}

interface Architecture {
  readonly dim: number
  readonly depth: number
  readonly heads: number
}

const SIZE = 224
const PATCH = 16
const SIDE = SIZE / PATCH
const EPSILON = 1e-6
const LAYER_SCALE = 0.1
/** Of the periods of fixed positions, in patches: from 1 to this, times 2 pi. */
const LONGEST_PERIOD = 10000

function cae(name: string, { dim, depth, heads }: Architecture, options: CAEOptions): Model {
  const { classes = 1000, inChannels = 3, dropPath = 0 } = options
  const blocks = dropPathRates([depth], dropPath)
    .flat()
    .map((rate) =>
      transformerBlock(dim, {
        attn: relativeAttention(dim, { heads, grid: [SIDE, SIDE], keyBias: false }),
        mlp: mlp(dim, 4 * dim),
        dropPath: rate,
        epsilon: EPSILON,
        layerScale: LAYER_SCALE,
      }),
    )
  const root = module(
    {
      cls_token: parameter([1, 1, dim], truncatedNormal(0.02)),
      pos_embed: buffer([1, SIDE * SIDE + 1, dim], () => fixedPositions(dim)),
      patch_embed: patchEmbed(inChannels, dim, PATCH),
      blocks: sequential(blocks),
      fc_norm: layerNorm(dim, { epsilon: EPSILON }),
      head: linear(dim, classes, { initializer: truncatedNormal(0.02 * 0.001) }),
    },
    ({ cls_token, pos_embed, patch_embed, blocks, fc_norm, head }, x) => {
      const grid = patch_embed(x)
      const [batch = 1, rows = 1, columns = 1] = grid.shape
      const positions = resizePositions(pos_embed, [SIDE, SIDE], [rows, columns])
      const tokens = blocks(add(withTokens([cls_token], grid), positions))
      const patches = slice(tokens, [0, 1, 0], [batch, rows * columns, dim])
      return head(fc_norm(mean(patches, 1)))
    },
    'CAE',
  )
  return {
    ...root,
    name,
    inputSize: SIZE,
    classes,
    stages: quarters(depth),
    classifier: 'head',
    preprocessing: { resizeShort: 256, interpolation: 'bilinear', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  }
}

/** Sines and cosines of the row and of the column of each patch; zeros for the class token. */
function fixedPositions(dim: number): Float32Array {
  const count = dim / 4
  const waves = (place: number): number[] => {
    const angles = Array.from({ length: count }, (_, i) => place / LONGEST_PERIOD ** (i / count))
    return [...angles.map(Math.sin), ...angles.map(Math.cos)]
  }
  const sides = Array.from({ length: SIDE }, (_, place) => waves(place))
  const patches = sides.flatMap((row) => sides.flatMap((column) => [...row, ...column]))
  return Float32Array.from([...Array<number>(dim).fill(0), ...patches])
}

type Factory = (options?: CAEOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    cae(name, architecture, options)

/** 224 by 224 pixels, 86.5 million parameters. */
export const cae_base_patch16_224: Factory = /* @__PURE__ */ define('cae_base_patch16_224', {
  dim: 768,
  depth: 12,
  heads: 12,
})
/** 224 by 224 pixels, 304.3 million parameters. */
export const cae_large_patch16_224: Factory = /* @__PURE__ */ define('cae_large_patch16_224', {
  dim: 1024,
  depth: 24,
  heads: 16,
})
