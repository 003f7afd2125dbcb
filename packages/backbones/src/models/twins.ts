import {
  attention,
  conv2d,
  flatten,
  globalAvgPool,
  inOrder,
  layerNorm,
  linear,
  type Module,
  module,
  sequential,
  truncatedNormal,
} from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { mlp } from '../blocks/mlp.ts'
import { patchEmbed } from '../blocks/patch-embed.ts'
import { reducedAttention } from '../blocks/reduced-attention.ts'
import { transformerBlock } from '../blocks/transformer-block.ts'
import { withinWindows } from '../blocks/windows.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * Twins (Chu et al. 2021, arXiv 2104.13840). In Twins-PCPVT, `pcpvt`, all places attend to a smaller grid; in Twins-SVT,
 * `alt_gvt`, every second block does, and in the others places attend within windows. Takes pictures of any size.
 */
export interface TwinsOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0. */
  readonly dropPath?: number
}

type PerStage = readonly [number, number, number, number]

interface Architecture {
  readonly dims: PerStage
  readonly depths: PerStage
  readonly heads: PerStage
  /** Widths of the hidden layers in units of the dim. */
  readonly ratios: PerStage
  /** Whether the first, third, … block of each stage attends within windows. */
  readonly windows: boolean
}

/** By what the sides of the grid are divided for keys and values. */
const REDUCTIONS: PerStage = [8, 4, 2, 1]
const PATCHES: PerStage = [4, 2, 2, 2]
const WINDOW = 7
const EPSILON = 1e-6

function twins(name: string, architecture: Architecture, options: TwinsOptions): Model {
  const { dims, depths, heads, ratios, windows } = architecture
  const { classes = 1000, inChannels = 3, dropPath = 0 } = options
  const rates = dropPathRates(depths, dropPath)
  const stages = dims.map((dim, i) => {
    const [first, ...rest] = (rates[i] as number[]).map((rate, at) => {
      const local = windows && at % 2 === 0
      const attn = local
        ? windowAttention(dim, heads[i] as number)
        : reducedAttention(dim, { heads: heads[i] as number, reduction: REDUCTIONS[i] as number })
      return block(dim, attn, ratios[i] as number, rate, windows)
    }) as [Module, ...Module[]]
    return {
      embed: {
        [`patch_embeds.${i}`]: patchEmbed(dims[i - 1] ?? inChannels, dim, PATCHES[i] as number, { norm: true }),
      },
      blocks: { [`blocks.${i}.0`]: first, [`blocks.${i}`]: numbered(rest, 1) },
      position: { [`pos_block.${i}`]: positionEncoding(dim) },
      order: [`patch_embeds.${i}`, `blocks.${i}.0`, `pos_block.${i}`, `blocks.${i}`],
    }
  })
  const merged = (part: 'embed' | 'blocks' | 'position'): Record<string, Module> =>
    Object.assign({}, ...stages.map((stage) => stage[part]))
  const width = dims.at(-1) as number
  const head = {
    norm: layerNorm(width, { epsilon: EPSILON }),
    head: linear(width, classes, { initializer: truncatedNormal(0.02) }),
  }
  // The order of the published checkpoints.
  const parts = windows
    ? { ...merged('embed'), ...head, ...merged('position'), ...merged('blocks') }
    : { ...merged('embed'), ...merged('blocks'), ...head, ...merged('position') }
  const root = module(
    parts as Readonly<Record<string, Module>>,
    (parts, x) => {
      const features = inOrder(parts, [...stages.flatMap(({ order }) => order), 'norm'], x)
      return inOrder(parts, ['head'], flatten(globalAvgPool(features)))
    },
    'Twins',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: dims.map((_, i) => `blocks.${i}`),
    classifier: 'head',
    preprocessing: { ...imagenetPreprocessing, interpolation: 'bicubic' },
  }
}

function block(dim: number, attn: Module, ratio: number, dropPath: number, attentionLast: boolean): Module {
  const made = transformerBlock(dim, { attn, mlp: mlp(dim, dim * ratio), dropPath, epsilon: EPSILON })
  if (!attentionLast) return made
  const { attn: _, ...others } = made.parts
  return { ...made, parts: { ...others, attn } }
}

/** Self-attention within windows. Keys: `qkv`, `proj`. */
function windowAttention(dim: number, heads: number): Module {
  const initializer = truncatedNormal(0.02)
  return module(
    { qkv: linear(dim, 3 * dim, { initializer }), proj: linear(dim, dim, { initializer }) },
    ({ qkv, proj }, x) => proj(withinWindows(x, [WINDOW, WINDOW], (tokens) => attention(qkv(tokens), { heads }))),
    'windowAttention',
  )
}

/** A depthwise convolution, which the borders tell where it is (Chu et al. 2021, arXiv 2102.10882). */
function positionEncoding(dim: number): Module {
  const conv = withoutDecay(conv2d(dim, dim, 3, { padding: 1, groups: dim }))
  return module({ proj: sequential([conv]) }, ({ proj }, x) => add(proj(x), x), 'positionEncoding')
}

function withoutDecay(layer: Module): Module {
  const parts = Object.entries(layer.parts).map(([name, part]) => [
    name,
    part.part === 'parameter' ? { ...part, decay: false } : part,
  ])
  return { ...layer, parts: Object.fromEntries(parts) }
}

/** Modules one after the other, under the names `first`, `first + 1`, …. */
function numbered(modules: readonly Module[], first: number): Module {
  const parts = Object.fromEntries(modules.map((each, i) => [String(first + i), each]))
  return module(parts, (bound, x) => inOrder(bound, Object.keys(parts), x), 'sequential')
}

const pcpvt = {
  dims: [64, 128, 320, 512],
  heads: [1, 2, 5, 8],
  ratios: [8, 8, 4, 4],
  windows: false,
} as const
const altGvt = { ratios: [4, 4, 4, 4], windows: true } as const

type Factory = (options?: TwinsOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    twins(name, architecture, options)

/** 224 by 224 pixels, 24.1 million parameters, published top-1 80.82 %. */
export const pcpvt_small: Factory = /* @__PURE__ */ define('pcpvt_small', { ...pcpvt, depths: [3, 4, 6, 3] })
/** 224 by 224 pixels, 43.8 million parameters, published top-1 82.42 %. */
export const pcpvt_base: Factory = /* @__PURE__ */ define('pcpvt_base', { ...pcpvt, depths: [3, 4, 18, 3] })
/** 224 by 224 pixels, 61.0 million parameters, published top-1 82.73 %. */
export const pcpvt_large: Factory = /* @__PURE__ */ define('pcpvt_large', { ...pcpvt, depths: [3, 8, 27, 3] })
/** 224 by 224 pixels, 24.1 million parameters, published top-1 81.40 %. */
export const alt_gvt_small: Factory = /* @__PURE__ */ define('alt_gvt_small', {
  ...altGvt,
  dims: [64, 128, 256, 512],
  depths: [2, 2, 10, 4],
  heads: [2, 4, 8, 16],
})
/** 224 by 224 pixels, 56.1 million parameters, published top-1 82.94 %. */
export const alt_gvt_base: Factory = /* @__PURE__ */ define('alt_gvt_base', {
  ...altGvt,
  dims: [96, 192, 384, 768],
  depths: [2, 2, 18, 2],
  heads: [3, 6, 12, 24],
})
/** 224 by 224 pixels, 99.3 million parameters, published top-1 83.31 %. */
export const alt_gvt_large: Factory = /* @__PURE__ */ define('alt_gvt_large', {
  ...altGvt,
  dims: [128, 256, 512, 1024],
  depths: [2, 2, 18, 2],
  heads: [4, 8, 16, 32],
})
