import {
  batchNorm,
  conv2d,
  dropPath,
  flatten,
  globalAvgPool,
  linear,
  type Module,
  module,
  relu6,
  sequential,
} from '@clas/nn'
import { add, mul } from '@tensorflow/tfjs-core'
import { type ConvBnOptions, convBn } from '../blocks/conv-bn.ts'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * StarNet (Ma et al. 2024, arXiv 2403.19967): blocks that multiply two projections of their input value by value, the
 * "star operation".
 */
export interface StarNetOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0. */
  readonly dropPath?: number
}

/** Width of the first stage, which doubles from stage to stage, and blocks of each. */
interface Architecture {
  readonly width: number
  readonly depths: readonly [number, number, number, number]
}

const STEM = 32
/** Width of the projections, in units of the block's. */
const RATIO = 4

function starNet(name: string, { width, depths }: Architecture, options: StarNetOptions): Model {
  const { classes = 1000, inChannels = 3, dropPath: dropped = 0 } = options
  let channels = STEM
  const stages = dropPathRates(depths, dropped).map((rates, stage) => {
    const before = channels
    channels = width * 2 ** stage
    const blocks = rates.map((rate) => starBlock(channels, rate))
    return sequential([biasedConvBn(before, channels, 3, { stride: 2 }), ...blocks])
  })
  const root = module(
    {
      stem: sequential([biasedConvBn(inChannels, STEM, 3, { stride: 2 }), relu6]),
      stages: sequential(stages),
      norm: batchNorm(channels),
      head: linear(channels, classes),
    },
    ({ stem, stages, norm, head }, x) => head(flatten(globalAvgPool(norm(stages(stem(x)))))),
    'StarNet',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: stages.map((_, i) => `stages.${i}`),
    classifier: 'head',
    preprocessing: { ...imagenetPreprocessing, interpolation: 'bicubic' },
  }
}

function starBlock(dim: number, dropped: number): Module {
  return module(
    {
      dwconv: biasedConvBn(dim, dim, 7, { groups: dim }),
      f1: conv(dim, RATIO * dim, 1),
      f2: conv(dim, RATIO * dim, 1),
      g: biasedConvBn(RATIO * dim, dim, 1),
      dwconv2: conv(dim, dim, 7, dim),
      drop_path: dropPath(dropped),
    },
    ({ dwconv, f1, f2, g, dwconv2, drop_path }, x) => {
      const mixed = dwconv(x)
      return add(x, drop_path(dwconv2(g(mul(relu6(f1(mixed)), f2(mixed))))))
    },
    'starBlock',
  )
}

/** Unlike elsewhere, the convolution has a bias. */
function biasedConvBn(inChannels: number, outChannels: number, size: number, options: ConvBnOptions = {}): Module {
  return convBn(inChannels, outChannels, size, { ...options, bias: true })
}

function conv(inChannels: number, outChannels: number, size: number, groups = 1): Module {
  return module(
    { conv: conv2d(inChannels, outChannels, size, { groups, padding: (size - 1) / 2 }) },
    ({ conv }, x) => conv(x),
    'conv',
  )
}

type Factory = (options?: StarNetOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    starNet(name, architecture, options)

/** 224 by 224 pixels, 2.9 million parameters, published top-1 73.60 %. */
export const StarNet_S1: Factory = /* @__PURE__ */ define('StarNet_S1', { width: 24, depths: [2, 2, 8, 3] })
/** 224 by 224 pixels, 3.7 million parameters, published top-1 74.80 %. */
export const StarNet_S2: Factory = /* @__PURE__ */ define('StarNet_S2', { width: 32, depths: [1, 2, 6, 2] })
/** 224 by 224 pixels, 5.8 million parameters, published top-1 77.00 %. */
export const StarNet_S3: Factory = /* @__PURE__ */ define('StarNet_S3', { width: 32, depths: [2, 2, 8, 4] })
/** 224 by 224 pixels, 7.5 million parameters, published top-1 79.00 %. */
export const StarNet_S4: Factory = /* @__PURE__ */ define('StarNet_S4', { width: 32, depths: [3, 3, 12, 5] })
