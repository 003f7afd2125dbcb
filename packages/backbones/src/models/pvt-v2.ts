import {
  adaptiveAvgPool,
  conv2d,
  flatten,
  gelu,
  globalAvgPool,
  inOrder,
  layerNorm,
  linear,
  type Module,
  module,
  relu,
  sequential,
  truncatedNormal,
} from '@clas/nn'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { attentionTo, reducedAttention } from '../blocks/reduced-attention.ts'
import { transformerBlock } from '../blocks/transformer-block.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * PVTv2 (Wang et al. 2022, arXiv 2106.13797): pixels attend to a smaller picture, which a convolution makes, or in `Linear`
 * the means of 7 by 7 parts.
 */
export interface PVTV2Options extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0. */
  readonly dropPath?: number
}

/** Width, blocks, heads, width of the hidden layers in units of the width, and by what sides are divided for keys. */
type Stage = readonly [dim: number, depth: number, heads: number, ratio: number, reduction: number]

interface Architecture {
  readonly stages: readonly Stage[]
  /** Whether keys are the means of parts. */
  readonly linear?: boolean
}

const EPSILON = 1e-6
/** Parts of each side in `Linear`. */
const PARTS = 7

function pvtV2(name: string, { stages, linear: pooled = false }: Architecture, options: PVTV2Options): Model {
  const { classes = 1000, inChannels = 3, dropPath = 0 } = options
  const rates = dropPathRates(
    stages.map(([, depth]) => depth),
    dropPath,
  )
  let channels = inChannels
  const layers: Readonly<Record<string, Module>> = Object.fromEntries(
    stages.flatMap(([dim, , heads, ratio, reduction], i) => {
      const before = channels
      channels = dim
      const blocks = (rates[i] ?? []).map((rate) =>
        transformerBlock(dim, {
          attn: pooled ? pooledAttention(dim, heads) : reducedAttention(dim, { heads, reduction }),
          mlp: convolutionalMlp(dim, dim * ratio, pooled),
          dropPath: rate,
          epsilon: EPSILON,
        }),
      )
      return [
        [`patch_embed${i + 1}`, i === 0 ? patchEmbed(before, dim, 7, 4) : patchEmbed(before, dim, 3, 2)],
        [`block${i + 1}`, sequential(blocks)],
        [`norm${i + 1}`, layerNorm(dim, { epsilon: EPSILON })],
      ]
    }),
  )
  const root = module(
    { ...layers, head: linear(channels, classes, { initializer: truncatedNormal(0.02) }) },
    (parts, x) => parts.head(flatten(globalAvgPool(inOrder(parts, Object.keys(layers), x)))),
    'PVTV2',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: ['norm1', 'norm2', 'norm3', 'norm4'],
    classifier: 'head',
    preprocessing: { ...imagenetPreprocessing, interpolation: 'bicubic' },
  }
}

/** Patches overlap: they are larger than the stride. */
function patchEmbed(inChannels: number, dim: number, size: number, stride: number): Module {
  return module(
    { proj: conv2d(inChannels, dim, size, { stride, padding: (size - 1) / 2 }), norm: layerNorm(dim) },
    ({ proj, norm }, x) => norm(proj(x)),
    'patchEmbed',
  )
}

/** To the means of parts of the picture. */
function pooledAttention(dim: number, heads: number): Module {
  return attentionTo(dim, heads, { sr: conv2d(dim, dim, 1), norm: layerNorm(dim) }, ({ sr, norm }, x) =>
    gelu(norm(sr(adaptiveAvgPool(x, PARTS)))),
  )
}

/** With a depthwise convolution between the layers, which tells the pixels where they are. */
function convolutionalMlp(dim: number, hidden: number, activated: boolean): Module {
  const initializer = truncatedNormal(0.02)
  const depthwise = conv2d(hidden, hidden, 3, { padding: 1, groups: hidden })
  return module(
    {
      fc1: linear(dim, hidden, { initializer }),
      dwconv: module({ dwconv: depthwise }, ({ dwconv }, x) => dwconv(x)),
      fc2: linear(hidden, dim, { initializer }),
    },
    ({ fc1, dwconv, fc2 }, x) => fc2(gelu(dwconv(activated ? relu(fc1(x)) : fc1(x)))),
    'mlp',
  )
}

/** The stages of B1 to B5, by blocks and by the hidden layers of the first two. */
const wide = (depths: readonly [number, number, number, number], ratio = 8): readonly Stage[] => [
  [64, depths[0], 1, ratio, 8],
  [128, depths[1], 2, ratio, 4],
  [320, depths[2], 5, 4, 2],
  [512, depths[3], 8, 4, 1],
]

type Factory = (options?: PVTV2Options) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    pvtV2(name, architecture, options)

/** 224 by 224 pixels, 3.7 million parameters, published top-1 70.52 %. */
export const PVT_V2_B0: Factory = /* @__PURE__ */ define('PVT_V2_B0', {
  stages: [
    [32, 2, 1, 8, 8],
    [64, 2, 2, 8, 4],
    [160, 2, 5, 4, 2],
    [256, 2, 8, 4, 1],
  ],
})
/** 224 by 224 pixels, 14.0 million parameters, published top-1 78.69 %. */
export const PVT_V2_B1: Factory = /* @__PURE__ */ define('PVT_V2_B1', { stages: /* @__PURE__ */ wide([2, 2, 2, 2]) })
/** 224 by 224 pixels, 22.6 million parameters, published top-1 82.05 %. */
export const PVT_V2_B2_Linear: Factory = /* @__PURE__ */ define('PVT_V2_B2_Linear', {
  stages: /* @__PURE__ */ wide([3, 4, 6, 3]),
  linear: true,
})
/** 224 by 224 pixels, 25.4 million parameters, published top-1 82.06 %. */
export const PVT_V2_B2: Factory = /* @__PURE__ */ define('PVT_V2_B2', { stages: /* @__PURE__ */ wide([3, 4, 6, 3]) })
/** 224 by 224 pixels, 45.2 million parameters, published top-1 83.10 %. */
export const PVT_V2_B3: Factory = /* @__PURE__ */ define('PVT_V2_B3', { stages: /* @__PURE__ */ wide([3, 4, 18, 3]) })
/** 224 by 224 pixels, 62.6 million parameters, published top-1 83.61 %. */
export const PVT_V2_B4: Factory = /* @__PURE__ */ define('PVT_V2_B4', { stages: /* @__PURE__ */ wide([3, 8, 27, 3]) })
/** 224 by 224 pixels, 82.0 million parameters, published top-1 83.74 %. */
export const PVT_V2_B5: Factory = /* @__PURE__ */ define('PVT_V2_B5', {
  stages: /* @__PURE__ */ wide([3, 6, 40, 3], 4),
})
