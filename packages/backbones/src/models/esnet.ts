import {
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  hardSwish,
  inOrder,
  linear,
  type Module,
  maxPool,
  module,
  sequential,
} from '@clas/nn'
import { concat, split, type Tensor } from '@tensorflow/tfjs-core'
import { channelShuffle } from '../blocks/channel-shuffle.ts'
import { convBn } from '../blocks/conv-bn.ts'
import { makeDivisible } from '../blocks/make-divisible.ts'
import { scaleName } from '../blocks/scale-name.ts'
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** ESNet, the enhanced ShuffleNet of PP-PicoDet (Yu et al. 2021, arXiv 2111.00902), in widths of 0.25 to 1. */
export interface ESNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); published weights assume the default 0.2. */
  readonly dropout?: number
}

/** width, repetitions */
const STAGES = [
  [116, 3],
  [232, 7],
  [464, 3],
] as const

const STEM = 24
const LAST = 1024
const HEAD = 1280
const C3_TO_C5 = [2, 9, 12]

function esNet(scale: number, options: ESNetOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.2 } = options
  let channels = STEM
  const blocks = STAGES.flatMap(([width, repetitions]) => {
    const before = channels
    channels = makeDivisible(width * scale)
    const residuals = Array.from({ length: repetitions - 1 }, () => residual(channels))
    return [downsampling(before, channels), ...residuals]
  })
  const root = module(
    {
      conv1: convBn(inChannels, STEM, 3, { stride: 2, activation: hardSwish, decay: false }),
      max_pool: module({}, (_, x) => maxPool(x, 3, { stride: 2, padding: 1 }), 'maxPool'),
      blocks: sequential(blocks),
      conv2: convBn(channels, LAST, 1, { activation: hardSwish, decay: false }),
      last_conv: conv2d(LAST, HEAD, 1, { bias: false }),
      dropout: dropout(dropped, { mode: 'downscaleInInference' }),
      fc: linear(HEAD, classes),
    },
    ({ conv1, max_pool, blocks, conv2, last_conv, dropout, fc }, x) =>
      fc(flatten(dropout(hardSwish(last_conv(globalAvgPool(conv2(blocks(max_pool(conv1(x)))))))))),
    'ESNet',
  )
  return {
    ...root,
    name: `ESNet_${scaleName(scale)}`,
    inputSize: 224,
    classes,
    stages: ['max_pool', ...C3_TO_C5.map((i) => `blocks.${i}`)],
    classifier: 'fc',
    preprocessing: imagenetPreprocessing,
  }
}

/** One half of the channels stays as it is. */
function residual(channels: number): Module {
  const half = channels / 2
  return module(
    {
      pw_1_1: convBn(half, half, 1, { activation: hardSwish, decay: false }),
      dw_1: convBn(half, half, 3, { groups: half, decay: false }),
      se: squeezeExcitation(channels),
      pw_1_2: convBn(channels, half, 1, { activation: hardSwish, decay: false }),
    },
    ({ pw_1_1, dw_1, se, pw_1_2 }, x) => {
      const [kept, changed] = split(x, 2, 3) as [Tensor, Tensor]
      const pointwise = pw_1_1(changed)
      const output = pw_1_2(se(concat([pointwise, dw_1(pointwise)], 3)))
      return channelShuffle(concat([kept, output], 3), 2)
    },
    'shuffleUnit',
  )
}

/** Both branches see all channels and halve the picture; a separable convolution mixes them. */
function downsampling(inChannels: number, outChannels: number): Module {
  const half = outChannels / 2
  const first = {
    dw_1: convBn(inChannels, inChannels, 3, { stride: 2, groups: inChannels, decay: false }),
    pw_1: convBn(inChannels, half, 1, { activation: hardSwish, decay: false }),
  }
  const second = {
    pw_2_1: convBn(inChannels, half, 1, { activation: hardSwish, decay: false }),
    dw_2: convBn(half, half, 3, { stride: 2, groups: half, decay: false }),
    se: squeezeExcitation(half),
    pw_2_2: convBn(half, half, 1, { activation: hardSwish, decay: false }),
  }
  return module(
    {
      ...first,
      ...second,
      concat_dw: convBn(outChannels, outChannels, 3, { groups: outChannels, activation: hardSwish, decay: false }),
      concat_pw: convBn(outChannels, outChannels, 1, { activation: hardSwish, decay: false }),
    },
    (parts, x) => {
      const branches = [first, second].map((branch) => inOrder(parts, Object.keys(branch), x))
      return parts.concat_pw(parts.concat_dw(concat(branches, 3)))
    },
    'shuffleUnit',
  )
}

type Factory = (options?: ESNetOptions) => Model
const width =
  (scale: number): Factory =>
  (options = {}) =>
    esNet(scale, options)

/** 224 by 224 pixels, 2.8 million parameters, published top-1 62.48 %. */
export const ESNet_x0_25: Factory = /* @__PURE__ */ width(0.25)
/** 224 by 224 pixels, 3.2 million parameters, published top-1 68.82 %. */
export const ESNet_x0_5: Factory = /* @__PURE__ */ width(0.5)
/** 224 by 224 pixels, 3.9 million parameters, published top-1 72.24 %. */
export const ESNet_x0_75: Factory = /* @__PURE__ */ width(0.75)
/** 224 by 224 pixels, 4.6 million parameters, published top-1 73.92 %. */
export const ESNet_x1_0: Factory = /* @__PURE__ */ width(1)
