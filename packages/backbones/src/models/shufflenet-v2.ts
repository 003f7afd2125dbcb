import { flatten, globalAvgPool, inOrder, linear, type Module, maxPool, module, relu, swish } from '@clas/nn'
import { concat, split, type Tensor } from '@tensorflow/tfjs-core'
import { channelShuffle } from '../blocks/channel-shuffle.ts'
import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** ShuffleNetV2 (Ma et al. 2018, arXiv 1807.11164), in widths of 0.25 to 2. */
export interface ShuffleNetV2Options extends ModelOptions {}

const STEM = 24
const DEPTHS = [4, 8, 4] as const

/** Of the three stages and of the last convolution. */
type Widths = readonly [number, number, number, number]

function shuffleNetV2(
  name: string,
  widths: Widths,
  activation: (x: Tensor) => Tensor,
  options: ShuffleNetV2Options,
): Model {
  const { classes = 1000, inChannels = 3 } = options
  const last = widths[3]
  let channels = STEM
  const blocks = DEPTHS.flatMap((depth, stage) =>
    Array.from({ length: depth }, (_, i) => {
      const before = channels
      channels = widths[stage] as number
      const made = i === 0 ? downsampling(before, channels, activation) : residual(channels, activation)
      return [`${stage + 2}_${i + 1}`, made] as const
    }),
  )
  const names = ['_conv1', '_max_pool', ...blocks.map(([block]) => block), '_last_conv']
  const root = module(
    {
      _conv1: convBatchNorm(inChannels, STEM, 3, { stride: 2, activation }),
      _max_pool: module({}, (_, x) => maxPool(x, 3, { stride: 2, padding: 1 }), 'maxPool'),
      ...Object.fromEntries(blocks),
      _last_conv: convBatchNorm(channels, last, 1, { activation }),
      _fc: linear(last, classes),
    },
    (parts, x) => parts._fc(flatten(globalAvgPool(inOrder(parts, names, x)))),
    'ShuffleNetV2',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: ['_max_pool', ...DEPTHS.map((depth, stage) => `${stage + 2}_${depth}`)],
    classifier: '_fc',
    preprocessing: imagenetPreprocessing,
  }
}

/** One half of the channels stays as it is. */
function residual(channels: number, activation: (x: Tensor) => Tensor): Module {
  const half = channels / 2
  const branch = {
    _conv_pw: convBatchNorm(half, half, 1, { activation }),
    _conv_dw: convBatchNorm(half, half, 3, { groups: half }),
    _conv_linear: convBatchNorm(half, half, 1, { activation }),
  }
  return module(
    branch,
    (parts, x) => {
      const [kept, changed] = split(x, 2, 3) as [Tensor, Tensor]
      return channelShuffle(concat([kept, inOrder(parts, Object.keys(branch), changed)], 3), 2)
    },
    'shuffleUnit',
  )
}

/** Both branches see all channels and halve the picture. */
function downsampling(inChannels: number, outChannels: number, activation: (x: Tensor) => Tensor): Module {
  const half = outChannels / 2
  const first = {
    _conv_dw_1: convBatchNorm(inChannels, inChannels, 3, { stride: 2, groups: inChannels }),
    _conv_linear_1: convBatchNorm(inChannels, half, 1, { activation }),
  }
  const second = {
    _conv_pw_2: convBatchNorm(inChannels, half, 1, { activation }),
    _conv_dw_2: convBatchNorm(half, half, 3, { stride: 2, groups: half }),
    _conv_linear_2: convBatchNorm(half, half, 1, { activation }),
  }
  return module(
    { ...first, ...second },
    (parts, x) => {
      const branches = [first, second].map((branch) => inOrder(parts, Object.keys(branch), x))
      return channelShuffle(concat(branches, 3), 2)
    },
    'shuffleUnit',
  )
}

type Factory = (options?: ShuffleNetV2Options) => Model
const define =
  (name: string, widths: Widths, activation: (x: Tensor) => Tensor = relu): Factory =>
  (options = {}) =>
    shuffleNetV2(name, widths, activation, options)

/** 224 by 224 pixels, 0.6 million parameters, published top-1 49.90 %. */
export const ShuffleNetV2_x0_25: Factory = /* @__PURE__ */ define('ShuffleNetV2_x0_25', [24, 48, 96, 512])
/** 224 by 224 pixels, 0.6 million parameters, published top-1 53.73 %. */
export const ShuffleNetV2_x0_33: Factory = /* @__PURE__ */ define('ShuffleNetV2_x0_33', [32, 64, 128, 512])
/** 224 by 224 pixels, 1.4 million parameters, published top-1 60.32 %. */
export const ShuffleNetV2_x0_5: Factory = /* @__PURE__ */ define('ShuffleNetV2_x0_5', [48, 96, 192, 1024])
/** 224 by 224 pixels, 2.3 million parameters, published top-1 68.80 %. */
export const ShuffleNetV2_x1_0: Factory = /* @__PURE__ */ define('ShuffleNetV2_x1_0', [116, 232, 464, 1024])
/** 224 by 224 pixels, 3.5 million parameters, published top-1 71.63 %. */
export const ShuffleNetV2_x1_5: Factory = /* @__PURE__ */ define('ShuffleNetV2_x1_5', [176, 352, 704, 1024])
/** 224 by 224 pixels, 7.4 million parameters, published top-1 73.15 %. */
export const ShuffleNetV2_x2_0: Factory = /* @__PURE__ */ define('ShuffleNetV2_x2_0', [244, 488, 976, 2048])
/** 224 by 224 pixels, 2.3 million parameters, published top-1 70.03 %. Swish in place of ReLU. */
export const ShuffleNetV2_swish: Factory = /* @__PURE__ */ define('ShuffleNetV2_swish', [116, 232, 464, 1024], swish)
