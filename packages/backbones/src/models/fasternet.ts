import {
  batchNorm,
  conv2d,
  dropPath,
  flatten,
  gelu,
  globalAvgPool,
  linear,
  type Module,
  module,
  relu,
  sequential,
  truncatedNormal,
} from '@clas/nn'
import { add, concat, split, type Tensor } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { dropPathRates } from '../blocks/drop-path-rates.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** FasterNet (Chen et al. 2023, arXiv 2303.03667): convolutions of a quarter of the channels, the rest passes by. */
export interface FasterNetOptions extends ModelOptions {
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default as published, 0 to 0.3 with size. */
  readonly dropPath?: number
}

/** Width of the first stage, which doubles from stage to stage, and blocks of each. */
interface Architecture {
  readonly width: number
  readonly depths: readonly [number, number, number, number]
  readonly dropPath: number
  readonly activation: (x: Tensor) => Tensor
}

const LAST = 1280
const initializer = /* @__PURE__ */ truncatedNormal(0.02)

function fasterNet(name: string, architecture: Architecture, options: FasterNetOptions): Model {
  const { width, depths, activation } = architecture
  const { classes = 1000, inChannels = 3, dropPath: dropped = architecture.dropPath } = options
  const stages = dropPathRates(depths, dropped).flatMap((rates, i) => {
    const dim = width * 2 ** i
    const blocks = rates.map((rate) => mlpBlock(dim, activation, rate))
    const merging = patches(dim / 2, dim, 2, { keys: ['reduction', 'norm'] })
    const stage = module({ blocks: sequential(blocks) }, ({ blocks }, x) => blocks(x), 'stage')
    return i === 0 ? [stage] : [merging, stage]
  })
  const root = module(
    {
      patch_embed: patches(inChannels, width, 4, { keys: ['proj', 'norm'], momentum: 0.1 }),
      stages: sequential(stages),
      avgpool_pre_head: sequential([
        globalAvgPool,
        conv2d(width * 8, LAST, 1, { bias: false, initializer }),
        activation,
      ]),
      head: linear(LAST, classes, { initializer }),
    },
    ({ patch_embed, stages, avgpool_pre_head, head }, x) => head(flatten(avgpool_pre_head(stages(patch_embed(x))))),
    'FasterNet',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: depths.map((_, i) => `stages.${2 * i}`),
    classifier: 'head',
    preprocessing: { ...imagenetPreprocessing, resizeShort: 248, interpolation: 'bicubic' },
  }
}

/** Embeds patches of `size` by `size` pixels that do not overlap. */
function patches(
  inChannels: number,
  outChannels: number,
  size: number,
  options: { readonly keys: readonly [string, string]; readonly momentum?: number },
): Module {
  return convBn(inChannels, outChannels, size, { ...options, stride: size, padding: 0, initializer })
}

function mlpBlock(dim: number, activation: (x: Tensor) => Tensor, dropped: number): Module {
  return module(
    {
      drop_path: dropPath(dropped),
      mlp: sequential([
        conv2d(dim, 2 * dim, 1, { bias: false, initializer }),
        batchNorm(2 * dim),
        activation,
        conv2d(2 * dim, dim, 1, { bias: false, initializer }),
      ]),
      spatial_mixing: partialConv(dim),
    },
    ({ drop_path, mlp, spatial_mixing }, x) => add(x, drop_path(mlp(spatial_mixing(x)))),
    'mlpBlock',
  )
}

/** A 3x3 convolution of the first quarter of the channels. */
function partialConv(dim: number): Module {
  const quarter = dim / 4
  return module(
    { partial_conv3: conv2d(quarter, quarter, 3, { padding: 1, bias: false, initializer }) },
    ({ partial_conv3 }, x) => {
      const [first, rest] = split(x, [quarter, dim - quarter], 3) as [Tensor, Tensor]
      return concat([partial_conv3(first), rest], 3)
    },
    'partialConv',
  )
}

type Factory = (options?: FasterNetOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    fasterNet(name, architecture, options)

/** 224 by 224 pixels, 3.9 million parameters, published top-1 71.90 %. */
export const FasterNet_T0: Factory = /* @__PURE__ */ define('FasterNet_T0', {
  width: 40,
  depths: [1, 2, 8, 2],
  dropPath: 0,
  activation: gelu,
})
/** 224 by 224 pixels, 7.6 million parameters, published top-1 75.90 %. */
export const FasterNet_T1: Factory = /* @__PURE__ */ define('FasterNet_T1', {
  width: 64,
  depths: [1, 2, 8, 2],
  dropPath: 0.02,
  activation: gelu,
})
/** 224 by 224 pixels, 15.0 million parameters, published top-1 79.10 %. */
export const FasterNet_T2: Factory = /* @__PURE__ */ define('FasterNet_T2', {
  width: 96,
  depths: [1, 2, 8, 2],
  dropPath: 0.05,
  activation: relu,
})
/** 224 by 224 pixels, 31.2 million parameters, published top-1 81.30 %. */
export const FasterNet_S: Factory = /* @__PURE__ */ define('FasterNet_S', {
  width: 128,
  depths: [1, 2, 13, 2],
  dropPath: 0.1,
  activation: relu,
})
/** 224 by 224 pixels, 53.5 million parameters, published top-1 83.00 %. */
export const FasterNet_M: Factory = /* @__PURE__ */ define('FasterNet_M', {
  width: 144,
  depths: [3, 4, 18, 3],
  dropPath: 0.2,
  activation: relu,
})
/** 224 by 224 pixels, 93.5 million parameters, published top-1 83.50 %. */
export const FasterNet_L: Factory = /* @__PURE__ */ define('FasterNet_L', {
  width: 192,
  depths: [3, 4, 18, 3],
  dropPath: 0.3,
  activation: relu,
})
