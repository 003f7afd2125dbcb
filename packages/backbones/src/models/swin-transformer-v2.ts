import {
  buffer,
  constant,
  dropPath,
  flatten,
  globalAvgPool,
  indexBuffer,
  layerNorm,
  linear,
  type Module,
  module,
  parameter,
  relu,
  sequential,
  sigmoid,
  truncatedNormal,
} from '@clas/nn'
import { add, concat, exp, minimum, mul, reshape, type Tensor, zerosLike } from '@tensorflow/tfjs-core'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { splitQkv } from '../blocks/heads.ts'
import { l2Normalize } from '../blocks/l2-normalize.ts'
import { mlp } from '../blocks/mlp.ts'
import { patchEmbed } from '../blocks/patch-embed.ts'
import { relativePositionBias, relativePositionIndex } from '../blocks/relative-position.ts'
import { stackNeighbours } from '../blocks/stack-neighbours.ts'
import { attendWithinWindows, windowBias } from '../blocks/window-attention.ts'
import { type Sides, withinWindows } from '../blocks/windows.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * Swin Transformer V2 (Liu et al. 2022, arXiv 2111.09883): scores are cosines, a small network of relative positions gives
 * the bias, and normalisation follows each branch. Takes pictures of any size, as Swin Transformer does.
 */
export interface SwinTransformerV2Options extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default as published, 0.2 to 0.5. */
  readonly dropPath?: number
}

interface Architecture {
  /** Channels of the first stage; each further stage has twice as many, and twice the heads. */
  readonly dim: number
  readonly depths: readonly [number, number, number, number]
  readonly heads: number
  /** Sides of windows; a smaller grid is one window. */
  readonly window: number
  /** Sides of the windows of each stage in pre-training, where they were others. */
  readonly pretrained?: readonly [number, number, number, number]
  readonly dropPath: number
  readonly size: number
  readonly resizeShort: number
}

const PATCH = 4
/** Hidden width of the network that makes the bias. */
const POSITION_WIDTH = 512
/** Cosines are multiplied by no more than this. */
const LARGEST_SCALE = 100

function swinTransformerV2(name: string, architecture: Architecture, options: SwinTransformerV2Options): Model {
  const { dim, depths, heads, window, pretrained, size, resizeShort } = architecture
  const { classes = 1000, inChannels = 3, dropPath = architecture.dropPath } = options
  const last = depths.length - 1
  const layers = dropPathRates(depths, dropPath).map((rates, i) => {
    const width = dim * 2 ** i
    const grid = size / PATCH / 2 ** i
    const attention = { heads: heads * 2 ** i, window: Math.min(window, grid), pretrained: pretrained?.[i] }
    const blocks = sequential(
      rates.map((rate, at) => block(width, grid, { ...attention, shifted: at % 2 === 1 }, rate)),
    )
    return i === last ? module({ blocks }, ({ blocks }, x) => blocks(x), 'stage') : stage(blocks, width)
  })
  const width = dim * 2 ** last
  const root = module(
    {
      patch_embed: patchEmbed(inChannels, dim, PATCH, { norm: true }),
      layers: sequential(layers),
      norm: layerNorm(width),
      head: linear(width, classes, { initializer: truncatedNormal(0.02) }),
    },
    ({ patch_embed, layers, norm, head }, x) => head(flatten(globalAvgPool(norm(layers(patch_embed(x)))))),
    'SwinTransformerV2',
  )
  return {
    ...root,
    name,
    inputSize: size,
    classes,
    stages: layers.map((_, i) => `layers.${i}.blocks`),
    classifier: 'head',
    preprocessing: { ...imagenetPreprocessing, resizeShort, interpolation: 'bicubic' },
  }
}

function stage(blocks: Module, dim: number): Module {
  return module(
    { blocks, downsample: patchMerging(dim) },
    ({ blocks, downsample }, x) => downsample(blocks(x)),
    'stage',
  )
}

/** Half the grid, twice the channels. */
function patchMerging(dim: number): Module {
  return module(
    { reduction: linear(4 * dim, 2 * dim, { bias: false }), norm: layerNorm(2 * dim) },
    ({ reduction, norm }, x) => norm(reduction(stackNeighbours(x))),
    'patchMerging',
  )
}

interface AttentionOptions {
  readonly heads: number
  readonly window: number
  readonly pretrained: number | undefined
  /** Whether windows are moved by half of their sides where the grid has more than one. */
  readonly shifted: boolean
}

function block(dim: number, grid: number, attention: AttentionOptions, dropped: number): Module {
  return module(
    {
      // Published checkpoints hold these zeros; the mask is made of the picture's own grid.
      attn_mask: buffer([1, grid, grid, 1], constant(0)),
      norm1: layerNorm(dim),
      attn: cosineAttention(dim, attention),
      drop_path1: dropPath(dropped),
      norm2: layerNorm(dim),
      mlp: mlp(dim, 4 * dim),
      drop_path2: dropPath(dropped),
    },
    ({ norm1, attn, drop_path1, norm2, mlp, drop_path2 }, x) => {
      const attended = add(x, drop_path1(norm1(attn(x))))
      return add(attended, drop_path2(norm2(mlp(attended))))
    },
    'transformerBlock',
  )
}

function cosineAttention(dim: number, { heads, window, pretrained = window, shifted }: AttentionOptions): Module {
  const initializer = truncatedNormal(0.02)
  const sides: Sides = [window, window]
  const index = relativePositionIndex(sides)
  const ways = 2 * window - 1
  return module(
    {
      logit_scale: parameter([heads, 1, 1], constant(Math.log(10))),
      q_bias: parameter([dim], constant(0)),
      v_bias: parameter([dim], constant(0)),
      relative_coords_table: buffer([1, ways, ways, 2], () => relativeCoordinates(window, pretrained)),
      relative_position_index: indexBuffer([window ** 2, window ** 2], index),
      cpb_mlp: sequential([
        linear(2, POSITION_WIDTH, { initializer }),
        relu,
        linear(POSITION_WIDTH, heads, { bias: false, initializer }),
      ]),
      qkv: linear(dim, 3 * dim, { bias: false, initializer }),
      proj: linear(dim, dim, { initializer }),
    },
    ({ logit_scale, q_bias, v_bias, relative_coords_table, cpb_mlp, qkv, proj }, x) => {
      const [, rows = 1, columns = 1] = x.shape
      const shift = shifted && Math.min(rows, columns) > window ? Math.floor(window / 2) : 0
      const table = mul(sigmoid(cpb_mlp(reshape(relative_coords_table, [ways ** 2, 2]))), 16)
      const bias = windowBias(relativePositionBias(table, index), x, sides, shift)
      const qkvBias = concat([q_bias, zerosLike(q_bias), v_bias])
      const scale = exp(minimum(logit_scale, Math.log(LARGEST_SCALE)))
      const attend = (tokens: Tensor): Tensor => {
        const [q, k, v] = splitQkv(add(qkv(tokens), qkvBias), heads)
        return attendWithinWindows(mul(l2Normalize(q), scale), l2Normalize(k), v, bias, 1)
      }
      return proj(withinWindows(x, sides, attend, shift))
    },
    'windowAttention',
  )
}

/** Ways from place to place, on a logarithmic scale that has 1 at the reach of a window in pre-training. */
function relativeCoordinates(window: number, pretrained: number): Float32Array {
  const ways = Array.from({ length: 2 * window - 1 }, (_, i) => {
    const way = (8 * (i - window + 1)) / (pretrained - 1)
    return (Math.sign(way) * Math.log2(Math.abs(way) + 1)) / 3
  })
  return Float32Array.from(ways.flatMap((row) => ways.flatMap((column) => [row, column])))
}

const tiny = { dim: 96, depths: [2, 2, 6, 2], heads: 3, dropPath: 0.2 } as const
const small = { dim: 96, depths: [2, 2, 18, 2], heads: 3, dropPath: 0.3 } as const
const base = { dim: 128, depths: [2, 2, 18, 2], heads: 4, dropPath: 0.5 } as const
const large = { dim: 192, depths: [2, 2, 18, 2], heads: 6, dropPath: 0.2 } as const
const window8 = { window: 8, size: 256, resizeShort: 292 } as const
const window16 = { window: 16, size: 256, resizeShort: 292 } as const
const window24 = { window: 24, size: 384, resizeShort: 384 } as const
/** Of the models that were trained on ImageNet-22k at 192 pixels first. */
const pretrained = { dropPath: 0.2, pretrained: [12, 12, 12, 6] } as const

type Factory = (options?: SwinTransformerV2Options) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    swinTransformerV2(`SwinTransformerV2_${name}`, architecture, options)

/** 256 by 256 pixels, 28.3 million parameters, published top-1 81.77 %. */
export const SwinTransformerV2_tiny_patch4_window8_256: Factory = /* @__PURE__ */ define('tiny_patch4_window8_256', {
  ...tiny,
  ...window8,
})
/** 256 by 256 pixels, 28.3 million parameters, published top-1 82.83 %. */
export const SwinTransformerV2_tiny_patch4_window16_256: Factory = /* @__PURE__ */ define('tiny_patch4_window16_256', {
  ...tiny,
  ...window16,
})
/** 256 by 256 pixels, 49.7 million parameters, published top-1 83.73 %. */
export const SwinTransformerV2_small_patch4_window8_256: Factory = /* @__PURE__ */ define('small_patch4_window8_256', {
  ...small,
  ...window8,
})
/** 256 by 256 pixels, 49.7 million parameters, published top-1 84.14 %. */
export const SwinTransformerV2_small_patch4_window16_256: Factory = /* @__PURE__ */ define(
  'small_patch4_window16_256',
  {
    ...small,
    ...window16,
  },
)
/** 256 by 256 pixels, 87.9 million parameters, published top-1 84.19 %. */
export const SwinTransformerV2_base_patch4_window8_256: Factory = /* @__PURE__ */ define('base_patch4_window8_256', {
  ...base,
  ...window8,
})
/** 256 by 256 pixels, 87.9 million parameters, published top-1 84.58 %. */
export const SwinTransformerV2_base_patch4_window16_256: Factory = /* @__PURE__ */ define('base_patch4_window16_256', {
  ...base,
  ...window16,
})
/** 384 by 384 pixels, 87.9 million parameters, published top-1 87.14 %. */
export const SwinTransformerV2_base_patch4_window24_384: Factory = /* @__PURE__ */ define('base_patch4_window24_384', {
  ...base,
  ...window24,
  ...pretrained,
})
/** 256 by 256 pixels, 196.7 million parameters, published top-1 86.89 %. */
export const SwinTransformerV2_large_patch4_window16_256: Factory = /* @__PURE__ */ define(
  'large_patch4_window16_256',
  {
    ...large,
    ...window16,
    ...pretrained,
  },
)
/** 384 by 384 pixels, 196.7 million parameters, published top-1 87.47 %. */
export const SwinTransformerV2_large_patch4_window24_384: Factory = /* @__PURE__ */ define(
  'large_patch4_window24_384',
  {
    ...large,
    ...window24,
    ...pretrained,
  },
)
