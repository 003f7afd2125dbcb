import {
  attention,
  batchNorm,
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  inOrder,
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
import { mlp } from '../blocks/mlp.ts'
import type { Model, ModelOptions, Preprocessing } from '../model.ts'

/** MobileViT (Mehta and Rastegari 2022, arXiv 2110.02178): transformers across patches of 2 by 2 between convolutions. */
export interface MobileViTOptions extends ModelOptions {
  /** In the transformers and before the classifier, in [0, 1); default 0.1. */
  readonly dropout?: number
}

interface Architecture {
  /** Channels of the stem and of the five stages. */
  readonly widths: readonly [number, number, number, number, number, number]
  /** Channels of the transformers of the last three stages. */
  readonly dims: readonly [number, number, number]
  /** Of the inverted residuals. */
  readonly expansion: number
}

/** Transformer layers of the last three stages. */
const DEPTHS = [2, 4, 3] as const
const HEADS = 4

function mobileViT(name: string, { widths, dims, expansion }: Architecture, options: MobileViTOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.1 } = options
  const [stem, width1, width2, width3, width4, width5] = widths
  const last = 4 * width5
  const layers = {
    conv3x3: convNorm(inChannels, stem, 3, { stride: 2, activation: swish }),
    mv2_block_1: invertedResidual(stem, width1, expansion),
    mv2_block_2: invertedResidual(width1, width2, expansion, 2),
    mv2_block_3: invertedResidual(width2, width2, expansion),
    mv2_block_4: invertedResidual(width2, width2, expansion),
    mv2_block_5: invertedResidual(width2, width3, expansion, 2),
    mvit_block_1: mobileViTBlock(width3, dims[0], DEPTHS[0], dropped),
    mv2_block_6: invertedResidual(width3, width4, expansion, 2),
    mvit_block_2: mobileViTBlock(width4, dims[1], DEPTHS[1], dropped),
    mv2_block_7: invertedResidual(width4, width5, expansion, 2),
    mvit_block_3: mobileViTBlock(width5, dims[2], DEPTHS[2], dropped),
    conv1x1: convNorm(width5, last, 1, { activation: swish }),
  }
  const root = module(
    { ...layers, dropout: dropout(dropped), linear: linear(last, classes) },
    (parts, x) => parts.linear(parts.dropout(flatten(globalAvgPool(inOrder(parts, Object.keys(layers), x))))),
    'MobileViT',
  )
  return {
    ...root,
    name,
    inputSize: 256,
    classes,
    stages: ['mv2_block_4', 'mvit_block_1', 'mvit_block_2', 'mvit_block_3'],
    classifier: 'linear',
    preprocessing,
  }
}

function invertedResidual(inChannels: number, outChannels: number, expansion: number, stride = 1): Module {
  const hidden = inChannels * expansion
  const conv = sequential([
    convNorm(inChannels, hidden, 1, { activation: swish }),
    convNorm(hidden, hidden, 3, { stride, groups: hidden, activation: swish }),
    conv2d(hidden, outChannels, 1, { bias: false }),
    batchNorm(outChannels),
  ])
  const shortcut = stride === 1 && inChannels === outChannels
  return module({ conv }, ({ conv }, x) => (shortcut ? add(x, conv(x)) : conv(x)), 'invertedResidual')
}

function mobileViTBlock(channels: number, dim: number, depth: number, dropped: number): Module {
  return module(
    {
      conv1: convNorm(channels, channels, 3, { activation: swish }),
      conv2: conv2d(channels, dim, 1, { bias: false }),
      transformer: transformer(dim, depth, dropped),
      conv3: convNorm(dim, channels, 1, { activation: swish }),
      conv4: convNorm(2 * channels, channels, 3, { activation: swish }),
    },
    ({ conv1, conv2, transformer, conv3, conv4 }, x) => {
      const global = acrossPatches(conv2(conv1(x)), transformer, { restore: 'cut' })
      return conv4(concat([x, conv3(global)], 3))
    },
    'mobileViTBlock',
  )
}

/** Of pixels [batch, places, patches, dim]; those at one place attend to each other. */
function transformer(dim: number, depth: number, dropped: number): Module {
  return module(
    {
      layers: sequential(Array.from({ length: depth }, () => encoderLayer(dim, dropped))),
      norm: layerNorm(dim, { epsilon: 1e-6 }),
    },
    ({ layers, norm }, x) => {
      const [batch = 1, places = 1, patches = 1] = x.shape
      return reshape(norm(layers(reshape(x, [batch * places, patches, dim]))), x.shape)
    },
    'transformer',
  )
}

function encoderLayer(dim: number, dropped: number): Module {
  return module(
    {
      attn_norm: layerNorm(dim),
      attn: selfAttention(dim, dropped),
      mlp_norm: layerNorm(dim),
      mlp: mlp(dim, 2 * dim, { activation: swish, dropout: dropped }),
    },
    ({ attn_norm, attn, mlp_norm, mlp }, x) => {
      const attended = add(x, attn(attn_norm(x)))
      return add(attended, mlp(mlp_norm(attended)))
    },
    'transformerBlock',
  )
}

function selfAttention(dim: number, dropped: number): Module {
  const initializer = truncatedNormal(0.02)
  return module(
    {
      qkv: linear(dim, 3 * dim, { initializer }),
      proj: linear(dim, dim, { initializer }),
      dropout: dropout(dropped),
    },
    ({ qkv, proj, dropout }, x) => dropout(proj(attention(qkv(x), { heads: HEADS }))),
    'attention',
  )
}

const preprocessing: Preprocessing = {
  resizeShort: 292,
  interpolation: 'bilinear',
  backend: 'pil',
  channelOrder: 'bgr',
  mean: [0, 0, 0],
  std: [1, 1, 1],
}

type Factory = (options?: MobileViTOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    mobileViT(name, architecture, options)

/** 256 by 256 pixels, 1.3 million parameters, published top-1 68.67 %. */
export const MobileViT_XXS: Factory = /* @__PURE__ */ define('MobileViT_XXS', {
  widths: [16, 16, 24, 48, 64, 80],
  dims: [64, 80, 96],
  expansion: 2,
})
/** 256 by 256 pixels, 2.3 million parameters, published top-1 74.54 %. */
export const MobileViT_XS: Factory = /* @__PURE__ */ define('MobileViT_XS', {
  widths: [16, 32, 48, 64, 80, 96],
  dims: [96, 120, 144],
  expansion: 4,
})
/** 256 by 256 pixels, 5.6 million parameters, published top-1 78.14 %. */
export const MobileViT_S: Factory = /* @__PURE__ */ define('MobileViT_S', {
  widths: [16, 32, 64, 96, 128, 160],
  dims: [144, 192, 240],
  expansion: 4,
})
