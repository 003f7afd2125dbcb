import { flatten, globalAvgPool, inOrder, linear, type Module, module, relu, uniform } from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'
import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** RegNetX (Radosavovic et al. 2020, arXiv 2003.13678): residual blocks of grouped convolutions. */
export type RegNetOptions = ModelOptions

/** Blocks and channels of the four stages, and channels of a group. */
interface Architecture {
  readonly depths: readonly [number, number, number, number]
  readonly widths: readonly [number, number, number, number]
  readonly groupWidth: number
  /** Height and width of the pictures; default 256. */
  readonly size?: number
}

const STEM = 32

function regNet(name: string, architecture: Architecture, options: RegNetOptions): Model {
  const { classes = 1000, inChannels = 3 } = options
  const { depths, widths, groupWidth, size = 256 } = architecture
  let channels = STEM
  const blocks: Record<string, Module> = {}
  for (const [stage, width] of widths.entries()) {
    const groups = Math.max(1, width / groupWidth)
    for (let i = 0; i < (depths[stage] as number); i++) {
      blocks[`s${stage + 1}_b${i + 1}`] = bottleneck(channels, width, groups, i === 0)
      channels = width
    }
  }
  const root = module(
    {
      conv: convBatchNorm(inChannels, STEM, 3, { stride: 2, activation: relu }),
      ...blocks,
      out: linear(channels, classes, { initializer: uniform(1 / Math.sqrt(channels)) }),
    },
    (parts, x) => parts.out(flatten(globalAvgPool(inOrder(parts, ['conv', ...Object.keys(blocks)], x)))),
    'RegNet',
  )
  return {
    ...root,
    name,
    inputSize: size,
    classes,
    stages: depths.map((depth, stage) => `s${stage + 1}_b${depth}`),
    classifier: 'out',
    preprocessing: imagenetPreprocessing,
  }
}

/** The first block of a stage halves the picture and has a convolution in its shortcut. */
function bottleneck(inChannels: number, width: number, groups: number, first: boolean): Module {
  const stride = first ? 2 : 1
  const branch = {
    conv0: convBatchNorm(inChannels, width, 1, { activation: relu }),
    conv1: convBatchNorm(width, width, 3, { stride, groups, activation: relu }),
    conv2: convBatchNorm(width, width, 1),
  }
  const short = first ? { short: convBatchNorm(inChannels, width, 1, { stride }) } : {}
  return module(
    { ...branch, ...short },
    (parts, x) => relu(add(parts.short?.(x) ?? x, inOrder(parts, Object.keys(branch), x))),
    'residual',
  )
}

type Factory = (options?: RegNetOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    regNet(name, architecture, options)

/** 256 by 256 pixels, 2.7 million parameters, published top-1 68.00 %. */
export const RegNetX_200MF: Factory = /* @__PURE__ */ define('RegNetX_200MF', {
  depths: [1, 1, 4, 7],
  widths: [24, 56, 152, 368],
  groupWidth: 8,
})
/** 256 by 256 pixels, 5.2 million parameters, published top-1 72.30 %. */
export const RegNetX_400MF: Factory = /* @__PURE__ */ define('RegNetX_400MF', {
  depths: [1, 2, 7, 12],
  widths: [32, 64, 160, 384],
  groupWidth: 16,
})
/** 256 by 256 pixels, 6.2 million parameters, published top-1 73.70 %. */
export const RegNetX_600MF: Factory = /* @__PURE__ */ define('RegNetX_600MF', {
  depths: [1, 3, 5, 7],
  widths: [48, 96, 240, 528],
  groupWidth: 24,
})
/** 256 by 256 pixels, 7.3 million parameters, published top-1 75.10 %. */
export const RegNetX_800MF: Factory = /* @__PURE__ */ define('RegNetX_800MF', {
  depths: [1, 3, 7, 5],
  widths: [64, 128, 288, 672],
  groupWidth: 16,
})
/** 256 by 256 pixels, 9.2 million parameters, published top-1 76.70 %. */
export const RegNetX_1600MF: Factory = /* @__PURE__ */ define('RegNetX_1600MF', {
  depths: [2, 4, 10, 2],
  widths: [72, 168, 408, 912],
  groupWidth: 24,
})
/** 256 by 256 pixels, 15.3 million parameters, published top-1 78.10 %. */
export const RegNetX_3200MF: Factory = /* @__PURE__ */ define('RegNetX_3200MF', {
  depths: [2, 6, 15, 2],
  widths: [96, 192, 432, 1008],
  groupWidth: 48,
})
/** 224 by 224 pixels, 22.1 million parameters, published top-1 78.50 %. */
export const RegNetX_4GF: Factory = /* @__PURE__ */ define('RegNetX_4GF', {
  depths: [2, 5, 14, 2],
  widths: [80, 240, 560, 1360],
  groupWidth: 40,
  size: 224,
})
/** 256 by 256 pixels, 26.2 million parameters, published top-1 79.00 %. */
export const RegNetX_6400MF: Factory = /* @__PURE__ */ define('RegNetX_6400MF', {
  depths: [2, 4, 10, 1],
  widths: [168, 392, 784, 1624],
  groupWidth: 56,
})
/** 256 by 256 pixels, 39.6 million parameters, published top-1 79.30 %. */
export const RegNetX_8GF: Factory = /* @__PURE__ */ define('RegNetX_8GF', {
  depths: [2, 5, 15, 1],
  widths: [80, 240, 720, 1920],
  groupWidth: 120,
})
/** 256 by 256 pixels, 46.1 million parameters, published top-1 79.70 %. */
export const RegNetX_12GF: Factory = /* @__PURE__ */ define('RegNetX_12GF', {
  depths: [2, 5, 11, 1],
  widths: [224, 448, 896, 2240],
  groupWidth: 112,
})
/** 256 by 256 pixels, 54.3 million parameters, published top-1 80.10 %. */
export const RegNetX_16GF: Factory = /* @__PURE__ */ define('RegNetX_16GF', {
  depths: [2, 6, 13, 1],
  widths: [256, 512, 896, 2048],
  groupWidth: 128,
})
/** 256 by 256 pixels, 107.8 million parameters, published top-1 80.30 %. */
export const RegNetX_32GF: Factory = /* @__PURE__ */ define('RegNetX_32GF', {
  depths: [2, 7, 13, 1],
  widths: [336, 672, 1344, 2520],
  groupWidth: 168,
})
