import {
  avgPool,
  batchNorm,
  conv2d,
  flatten,
  globalAvgPool,
  inOrder,
  linear,
  type Module,
  maxPool,
  module,
  relu,
  sigmoid,
  softmax,
  uniform,
} from '@clas/nn'
import { add, mul, reshape, split, sum, type Tensor, transpose } from '@tensorflow/tfjs-core'
import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { type ResidualPlace, residualPlaces } from '../blocks/residual-places.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * ResNeSt (Zhang et al. 2020, arXiv 2004.08955): the 3x3 convolution of a bottleneck gives each channel twice, and attention
 * to the picture's means says how much is taken of each. The "fast" one gives them once, and attention is a gate.
 */
export type ResNeStOptions = ModelOptions

interface Architecture {
  readonly depths: readonly [number, number, number, number]
  /** Channels of the first two of the stem's three convolutions; the third has twice as many. */
  readonly stem: number
  /** How often each channel is there. */
  readonly radix: 1 | 2
  /** Where a block takes the mean of 3x3 places to halve the picture, as seen from its 3x3 convolution. */
  readonly pooling: 'before' | 'after'
  /** Height and width of the pictures, and what their short side is resized to. */
  readonly size: readonly [crop: number, resizeShort: number]
}

const CHANNELS = [256, 512, 1024, 2048] as const
const STAGES = ['layer1', 'layer2', 'layer3', 'layer4'] as const

function resNeSt(name: string, architecture: Architecture, options: ResNeStOptions): Model {
  const { classes = 1000, inChannels = 3 } = options
  const { depths, stem, size } = architecture
  const places = residualPlaces({ depths, inChannels: 2 * stem, channels: CHANNELS })
  const stages = STAGES.map((name, stage) => {
    const blocks = places
      .filter((place) => place.stage === stage)
      .map((place) => [`${name}_bottleneck_${place.index}`, bottleneck(place, architecture)] as const)
    return [name, inTurn(Object.fromEntries(blocks), 'stage')] as const
  })
  const [, , , features] = CHANNELS
  const root = module(
    {
      stem: inTurn(
        {
          conv1: conv(inChannels, stem, 3, { stride: 2, activation: relu }),
          conv2: conv(stem, stem, 3, { activation: relu }),
          conv3: conv(stem, 2 * stem, 3, { activation: relu }),
        },
        'stem',
      ),
      ...Object.fromEntries(stages),
      out: linear(features, classes, { initializer: uniform(1 / Math.sqrt(features)) }),
    } as Readonly<Record<'stem' | 'out', Module>>,
    ({ stem, out, ...parts }, x) =>
      out(flatten(globalAvgPool(inOrder(parts, STAGES, maxPool(stem(x), 3, { stride: 2, padding: 1 }))))),
    'ResNeSt',
  )
  return {
    ...root,
    name,
    inputSize: size[0],
    classes,
    stages: STAGES,
    classifier: 'out',
    preprocessing: { ...imagenetPreprocessing, resizeShort: size[1] },
  }
}

function bottleneck(place: ResidualPlace, { radix, pooling }: Architecture): Module {
  const { index, inChannels, outChannels, stride } = place
  const width = outChannels / 4
  const halved = (x: Tensor): Tensor => (stride === 1 ? x : avgPool(x, 3, { stride, padding: 1 }))
  const shortcut = {
    conv4: conv2d(inChannels, outChannels, 1, { bias: false }),
    _batch_norm: batchNorm(outChannels, { decay: false }),
  }
  return module(
    {
      conv1: conv(inChannels, width, 1, { activation: relu }),
      conv2: splitAttention(width, radix),
      conv3: conv(width, outChannels, 1),
      ...(index === 0 ? shortcut : {}),
    },
    ({ conv1, conv2, conv3, conv4, _batch_norm }, x) => {
      const features = conv1(x)
      const mixed = pooling === 'before' ? conv2(halved(features)) : halved(conv2(features))
      if (!conv4 || !_batch_norm) return relu(add(x, conv3(mixed)))
      const small = stride === 1 ? x : avgPool(x, stride, { padding: 'same' })
      return relu(add(_batch_norm(conv4(small)), conv3(mixed)))
    },
    'residual',
  )
}

function splitAttention(channels: number, radix: 1 | 2): Module {
  const hidden = Math.max(Math.floor((channels * radix) / 4), 32)
  return module(
    {
      conv1: conv(channels, channels * radix, 3, { groups: radix, activation: relu }),
      conv2: conv(channels, hidden, 1, { activation: relu }),
      conv3: conv2d(hidden, channels * radix, 1),
    },
    ({ conv1, conv2, conv3 }, x) => {
      const features = conv1(x)
      const [batch = 1] = features.shape
      if (radix === 1) return mul(features, sigmoid(conv3(conv2(globalAvgPool(features)))))
      const means = sum(reshape(globalAvgPool(features), [batch, radix, channels]), 1)
      const scores = reshape(conv3(conv2(reshape(means, [batch, 1, 1, channels]))), [batch, radix, channels])
      const shares = transpose(softmax(transpose(scores, [0, 2, 1])), [0, 2, 1])
      const weighed = mul(features, reshape(shares, [batch, 1, 1, radix * channels]))
      return split(weighed, radix, 3).reduce((a, b) => add(a, b))
    },
    'splitAttention',
  )
}

/** The published recipe decays no normalisation. */
function conv(
  inChannels: number,
  outChannels: number,
  size: number,
  options: Parameters<typeof convBatchNorm>[3] = {},
): Module {
  return convBatchNorm(inChannels, outChannels, size, { ...options, decay: false })
}

function inTurn(parts: Readonly<Record<string, Module>>, type: string): Module {
  return module(parts, (bound, x) => inOrder(bound, Object.keys(parts), x), type)
}

type Factory = (options?: ResNeStOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    resNeSt(name, architecture, options)

/** 224 by 224 pixels, 26.2 million parameters, published top-1 80.61 %. */
export const ResNeSt50_fast_1s1x64d: Factory = /* @__PURE__ */ define('ResNeSt50_fast_1s1x64d', {
  depths: [3, 4, 6, 3],
  stem: 32,
  radix: 1,
  pooling: 'before',
  size: [224, 256],
})
/** 224 by 224 pixels, 27.5 million parameters, published top-1 81.02 %. */
export const ResNeSt50: Factory = /* @__PURE__ */ define('ResNeSt50', {
  depths: [3, 4, 6, 3],
  stem: 32,
  radix: 2,
  pooling: 'after',
  size: [224, 256],
})
/** 256 by 256 pixels, 48.3 million parameters, published top-1 82.79 %. */
export const ResNeSt101: Factory = /* @__PURE__ */ define('ResNeSt101', {
  depths: [3, 4, 23, 3],
  stem: 64,
  radix: 2,
  pooling: 'after',
  size: [256, 288],
})
/** 320 by 320 pixels, 70.2 million parameters, published top-1 84.18 %. */
export const ResNeSt200: Factory = /* @__PURE__ */ define('ResNeSt200', {
  depths: [3, 24, 36, 3],
  stem: 64,
  radix: 2,
  pooling: 'after',
  size: [320, 320],
})
/** 416 by 416 pixels, 110.9 million parameters, published top-1 84.44 %. */
export const ResNeSt269: Factory = /* @__PURE__ */ define('ResNeSt269', {
  depths: [3, 30, 48, 8],
  stem: 64,
  radix: 2,
  pooling: 'after',
  size: [416, 416],
})
