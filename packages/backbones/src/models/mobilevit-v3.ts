import {
  attention,
  conv2d,
  dropout,
  identity,
  layerNorm,
  linear,
  type Module,
  module,
  sequential,
  swish,
  truncatedNormal,
} from '@clas/nn'
import { add, concat, reshape } from '@tensorflow/tfjs-core'
import { acrossPatches } from '../blocks/across-patches.ts'
import { convNorm } from '../blocks/conv-norm.ts'
import { type MobileViTStage, mobileViTNetwork } from '../blocks/mobilevit-network.ts'
import { scaleName } from '../blocks/scale-name.ts'
import { separableUnit } from '../blocks/separable-unit.ts'
import type { Model, ModelOptions } from '../model.ts'

/**
 * MobileViTV3 (Wadekar and Chaurasia 2022, arXiv 2209.15159): XXS, XS and S after MobileViT, with fewer transformer
 * layers in `L2`, and x0_5, x0_75 and x1_0 after MobileViTV2.
 */
export interface MobileViTV3Options extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0.1. */
  readonly dropout?: number
  /** In the transformers of XXS, XS and S, in [0, 1); default 0.1. */
  readonly transformerDropout?: number
}

const STEM = 16
const HEADS = 4
/** Stages by the transformer layers of the fourth one; `last` is the width of the last convolution. */
const SIZES = {
  XXS: {
    expansion: 2,
    last: 512,
    stages: (depth: number): readonly MobileViTStage[] => [
      { width: 16 },
      { width: 24, blocks: 3 },
      { width: 64, transformer: { dim: 64, depth: 2 } },
      { width: 80, transformer: { dim: 80, depth } },
      { width: 128, transformer: { dim: 96, depth: 3 } },
    ],
  },
  XS: {
    expansion: 4,
    last: 640,
    stages: (depth: number): readonly MobileViTStage[] => [
      { width: 32 },
      { width: 48, blocks: 3 },
      { width: 96, transformer: { dim: 96, depth: 2 } },
      { width: 160, transformer: { dim: 120, depth } },
      { width: 160, transformer: { dim: 144, depth: 3 } },
    ],
  },
  S: {
    expansion: 4,
    last: 960,
    stages: (depth: number): readonly MobileViTStage[] => [
      { width: 32 },
      { width: 64, blocks: 3 },
      { width: 128, transformer: { dim: 144, depth: 2 } },
      { width: 256, transformer: { dim: 192, depth } },
      { width: 320, transformer: { dim: 240, depth: 3 } },
    ],
  },
} as const

const SCALED_STEM = 32
const scaledStages = (scale: number): readonly MobileViTStage[] => [
  { width: 64 * scale },
  { width: 128 * scale, blocks: 2 },
  { width: 256 * scale, transformer: { dim: 128 * scale, depth: 2 } },
  { width: 384 * scale, transformer: { dim: 192 * scale, depth: 4 } },
  { width: 512 * scale, transformer: { dim: 256 * scale, depth: 3 } },
]

const unscaled = { mean: [0, 0, 0], std: [1, 1, 1] } as const

/** A transformer across patches of 2 by 2, fed with local features, which join its output; and a shortcut. */
function transformerUnit(channels: number, dim: number, depth: number, dropped: number): Module {
  const pointwise = module({ conv: conv2d(channels, dim, 1, { bias: false }) }, ({ conv }, x) => conv(x))
  const local = {
    conv_3x3: convNorm(channels, channels, 3, { groups: channels, activation: swish }),
    conv_1x1: pointwise,
  }
  return module(
    {
      local_rep: module(local, ({ conv_3x3, conv_1x1 }, x) => conv_1x1(conv_3x3(x))),
      global_rep: sequential([...Array.from({ length: depth }, () => transformerLayer(dim, dropped)), layerNorm(dim)]),
      conv_proj: convNorm(dim, channels, 1, { activation: swish }),
      fusion: convNorm(dim + channels, channels, 1, { activation: swish }),
    },
    ({ local_rep, global_rep, conv_proj, fusion }, x) => {
      const local = local_rep(x)
      const global = acrossPatches(local, (pixels) => {
        const [batch = 1, places = 1, patches = 1] = pixels.shape
        return reshape(global_rep(reshape(pixels, [batch * places, patches, dim])), pixels.shape)
      })
      return add(fusion(concat([local, conv_proj(global)], 3)), x)
    },
    'mobileViTBlock',
  )
}

function transformerLayer(dim: number, dropped: number): Module {
  const initializer = truncatedNormal(0.02)
  return module(
    {
      pre_norm_mha: sequential([layerNorm(dim), selfAttention(dim), dropout(dropped)]),
      pre_norm_ffn: sequential([
        layerNorm(dim),
        linear(dim, 2 * dim, { initializer }),
        swish,
        identity(),
        linear(2 * dim, dim, { initializer }),
        dropout(dropped),
      ]),
    },
    ({ pre_norm_mha, pre_norm_ffn }, x) => {
      const attended = add(x, pre_norm_mha(x))
      return add(attended, pre_norm_ffn(attended))
    },
    'transformerBlock',
  )
}

function selfAttention(dim: number): Module {
  const initializer = truncatedNormal(0.02)
  return module(
    { qkv_proj: linear(dim, 3 * dim, { initializer }), out_proj: linear(dim, dim, { initializer }) },
    ({ qkv_proj, out_proj }, x) => out_proj(attention(qkv_proj(x), { heads: HEADS })),
    'attention',
  )
}

type Factory = (options?: MobileViTV3Options) => Model
const define =
  (name: string, { expansion, last, stages }: (typeof SIZES)[keyof typeof SIZES], depth: 2 | 4): Factory =>
  ({ classes = 1000, inChannels = 3, dropout = 0.1, transformerDropout = 0.1 } = {}) =>
    mobileViTNetwork(name, {
      stem: STEM,
      stages: stages(depth),
      expansion,
      unit: (channels, { dim, depth }) => transformerUnit(channels, dim, depth, transformerDropout),
      last,
      dropout,
      inChannels,
      classes,
      preprocessing: { resizeShort: 288, interpolation: 'bilinear', ...unscaled },
    })
const width =
  (scale: number): Factory =>
  ({ classes = 1000, inChannels = 3, dropout = 0.1 } = {}) =>
    mobileViTNetwork(`MobileViTV3_${scaleName(scale)}`, {
      stem: SCALED_STEM * scale,
      stages: scaledStages(scale),
      expansion: 2,
      unit: (channels, transformer) => separableUnit(channels, { ...transformer, fused: true }),
      dropout,
      inChannels,
      classes,
      preprocessing: { resizeShort: 288, interpolation: 'bicubic', ...unscaled },
    })

/** 256 by 256 pixels, 1.2 million parameters, published top-1 70.87 %. */
export const MobileViTV3_XXS: Factory = /* @__PURE__ */ define('MobileViTV3_XXS', SIZES.XXS, 4)
/** 256 by 256 pixels, 2.5 million parameters, published top-1 76.63 %. */
export const MobileViTV3_XS: Factory = /* @__PURE__ */ define('MobileViTV3_XS', SIZES.XS, 4)
/** 256 by 256 pixels, 5.8 million parameters, published top-1 79.28 %. */
export const MobileViTV3_S: Factory = /* @__PURE__ */ define('MobileViTV3_S', SIZES.S, 4)
/** 256 by 256 pixels, 1.1 million parameters, published top-1 70.28 %. */
export const MobileViTV3_XXS_L2: Factory = /* @__PURE__ */ define('MobileViTV3_XXS_L2', SIZES.XXS, 2)
/** 256 by 256 pixels, 2.3 million parameters, published top-1 76.07 %. */
export const MobileViTV3_XS_L2: Factory = /* @__PURE__ */ define('MobileViTV3_XS_L2', SIZES.XS, 2)
/** 256 by 256 pixels, 5.2 million parameters, published top-1 79.07 %. */
export const MobileViTV3_S_L2: Factory = /* @__PURE__ */ define('MobileViTV3_S_L2', SIZES.S, 2)
/** 256 by 256 pixels, 1.4 million parameters, published top-1 72.00 %. */
export const MobileViTV3_x0_5: Factory = /* @__PURE__ */ width(0.5)
/** 256 by 256 pixels, 3.0 million parameters, published top-1 76.26 %. */
export const MobileViTV3_x0_75: Factory = /* @__PURE__ */ width(0.75)
/** 256 by 256 pixels, 5.1 million parameters, published top-1 78.38 %. */
export const MobileViTV3_x1_0: Factory = /* @__PURE__ */ width(1)
