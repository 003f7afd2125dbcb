import {
  avgPool,
  batchNorm,
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  inOrder,
  linear,
  type Module,
  maxPool,
  module,
  relu,
  sequential,
  uniform,
} from '@clas/nn'
import { concat } from '@tensorflow/tfjs-core'
import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** DenseNet (Huang et al. 2016, arXiv 1608.06993): each layer is given what all before it in its block gave. */
export interface DenseNetOptions extends ModelOptions {
  /** After each layer, in [0, 1); published weights assume the default 0. */
  readonly dropout?: number
}

interface Architecture {
  readonly stem: number
  /** Channels that each layer adds. */
  readonly growth: number
  /** Layers of each block. */
  readonly depths: readonly [number, number, number, number]
}

/** Width of a layer's first convolution, in units of the growth. */
const BOTTLENECK = 4

function denseNet(name: string, { stem, growth, depths }: Architecture, options: DenseNetOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0 } = options
  const blocks: Record<string, Module> = {}
  let channels = stem
  for (const [i, depth] of depths.entries()) {
    blocks[`db_conv_${i + 2}`] = denseBlock(`conv${i + 2}`, depth, { inChannels: channels, growth, dropout: dropped })
    channels += depth * growth
    if (i === depths.length - 1) break
    blocks[`tr_conv${i + 2}_blk`] = transition(channels, channels / 2)
    channels /= 2
  }
  const root = module(
    {
      conv1_func: convBatchNorm(inChannels, stem, 7, { stride: 2, activation: relu }),
      ...blocks,
      batch_norm: batchNorm(channels),
      relu: sequential([relu]),
      out: linear(channels, classes, { initializer: uniform(1 / Math.sqrt(channels)) }),
    },
    (parts, x) => {
      const pooled = maxPool(parts.conv1_func(x), 3, { stride: 2, padding: 1 })
      const features = parts.relu(parts.batch_norm(inOrder(parts, Object.keys(blocks), pooled)))
      return parts.out(flatten(globalAvgPool(features)))
    },
    'DenseNet',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: ['db_conv_2', 'db_conv_3', 'db_conv_4', 'relu'],
    classifier: 'out',
    preprocessing: imagenetPreprocessing,
  }
}

interface DenseBlockOptions {
  readonly inChannels: number
  readonly growth: number
  readonly dropout: number
}

function denseBlock(prefix: string, depth: number, { inChannels, growth, dropout }: DenseBlockOptions): Module {
  const layers = Object.fromEntries(
    Array.from({ length: depth }, (_, i) => [
      `${prefix}_${i + 1}`,
      denseLayer(inChannels + i * growth, growth, dropout),
    ]),
  )
  return module(layers, (bound, x) => inOrder(bound, Object.keys(layers), x), 'denseBlock')
}

function denseLayer(inChannels: number, growth: number, dropped: number): Module {
  return module(
    {
      bn_ac_func1: normActivationConv(inChannels, BOTTLENECK * growth, 1),
      bn_ac_func2: normActivationConv(BOTTLENECK * growth, growth, 3),
      dropout_func: dropout(dropped, { mode: 'downscaleInInference' }),
    },
    ({ bn_ac_func1, bn_ac_func2, dropout_func }, x) => concat([x, dropout_func(bn_ac_func2(bn_ac_func1(x)))], 3),
    'denseLayer',
  )
}

function transition(inChannels: number, outChannels: number): Module {
  return module(
    { conv_ac_func: normActivationConv(inChannels, outChannels, 1) },
    ({ conv_ac_func }, x) => avgPool(conv_ac_func(x), 2),
    'transition',
  )
}

function normActivationConv(inChannels: number, outChannels: number, size: number): Module {
  return module(
    {
      _batch_norm: batchNorm(inChannels),
      _conv: conv2d(inChannels, outChannels, size, { padding: (size - 1) / 2, bias: false }),
    },
    ({ _batch_norm, _conv }, x) => _conv(relu(_batch_norm(x))),
    'normActivationConv',
  )
}

type Factory = (options?: DenseNetOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    denseNet(name, architecture, options)

/** 224 by 224 pixels, 8.0 million parameters, published top-1 75.66 %. */
export const DenseNet121: Factory = /* @__PURE__ */ define('DenseNet121', {
  stem: 64,
  growth: 32,
  depths: [6, 12, 24, 16],
})
/** 224 by 224 pixels, 28.7 million parameters, published top-1 78.57 %. */
export const DenseNet161: Factory = /* @__PURE__ */ define('DenseNet161', {
  stem: 96,
  growth: 48,
  depths: [6, 12, 36, 24],
})
/** 224 by 224 pixels, 14.1 million parameters, published top-1 76.81 %. */
export const DenseNet169: Factory = /* @__PURE__ */ define('DenseNet169', {
  stem: 64,
  growth: 32,
  depths: [6, 12, 32, 32],
})
/** 224 by 224 pixels, 20.0 million parameters, published top-1 77.63 %. */
export const DenseNet201: Factory = /* @__PURE__ */ define('DenseNet201', {
  stem: 64,
  growth: 32,
  depths: [6, 12, 48, 32],
})
/** 224 by 224 pixels, 33.3 million parameters, published top-1 77.96 %. */
export const DenseNet264: Factory = /* @__PURE__ */ define('DenseNet264', {
  stem: 64,
  growth: 32,
  depths: [6, 12, 64, 48],
})
