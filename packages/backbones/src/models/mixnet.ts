import {
  batchNorm,
  conv2d,
  flatten,
  globalAvgPool,
  inOrder,
  linear,
  type Module,
  module,
  relu,
  sigmoid,
  swish,
} from '@clas/nn'
import { add, concat, mul, split, type Tensor } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { makeDivisible } from '../blocks/make-divisible.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** MixNet (Tan and Le 2019, arXiv 1907.09595): depthwise convolutions with kernels of several sizes. */
export interface MixNetOptions extends ModelOptions {}

/** width; convolutions of the expansion, depthwise, of the projection; expansion; reduction of the excitation, 0 for none */
type Row = readonly [number, number, number, number, number, number]

interface Architecture {
  readonly stem: number
  /** The first of a stage has stride 2; in the last stage the first of the second half. */
  readonly stages: readonly (readonly Row[])[]
}

const SMALL: Architecture = {
  stem: 16,
  stages: [
    [
      [24, 2, 1, 2, 6, 0],
      [24, 2, 1, 2, 3, 0],
    ],
    [
      [40, 1, 3, 1, 6, 2],
      [40, 2, 2, 2, 6, 2],
      [40, 2, 2, 2, 6, 2],
      [40, 2, 2, 2, 6, 2],
    ],
    [
      [80, 1, 3, 2, 6, 4],
      [80, 1, 2, 2, 6, 4],
      [80, 1, 2, 2, 6, 4],
    ],
    [
      [120, 2, 3, 2, 6, 2],
      [120, 2, 4, 2, 3, 2],
      [120, 2, 4, 2, 3, 2],
      [200, 1, 5, 1, 6, 2],
      [200, 1, 4, 2, 6, 2],
      [200, 1, 4, 2, 6, 2],
    ],
  ],
}

const MEDIUM: Architecture = {
  stem: 24,
  stages: [
    [
      [32, 2, 3, 2, 6, 0],
      [32, 2, 1, 2, 3, 0],
    ],
    [
      [40, 1, 4, 1, 6, 2],
      [40, 2, 2, 2, 6, 2],
      [40, 2, 2, 2, 6, 2],
      [40, 2, 2, 2, 6, 2],
    ],
    [
      [80, 1, 3, 1, 6, 4],
      [80, 2, 4, 2, 6, 4],
      [80, 2, 4, 2, 6, 4],
      [80, 2, 4, 2, 6, 4],
    ],
    [
      [120, 1, 1, 1, 6, 2],
      [120, 2, 4, 2, 3, 2],
      [120, 2, 4, 2, 3, 2],
      [120, 2, 4, 2, 3, 2],
      [200, 1, 4, 1, 6, 2],
      [200, 1, 4, 2, 6, 2],
      [200, 1, 4, 2, 6, 2],
      [200, 1, 4, 2, 6, 2],
    ],
  ],
}

const LAST = 1536

function mixNet(name: string, architecture: Architecture, scale: number, options: MixNetOptions): Model {
  const { classes = 1000, inChannels = 3 } = options
  const widthOf = (width: number): number => (scale === 1 ? width : makeDivisible(width * scale))
  const stem = widthOf(architecture.stem)
  let channels = stem
  const stages = architecture.stages.map((rows, s) => {
    const deepest = s === architecture.stages.length - 1
    const strided = deepest ? rows.length / 2 : 0
    const units = rows.map(([width, ...counts], i) => {
      const before = channels
      channels = widthOf(width)
      const activation = s === 0 ? relu : swish
      return [`unit${i + 1}`, unit(before, channels, counts, i === strided ? 2 : 1, activation)] as const
    })
    return [`stage${s + 1}`, named(units)] as const
  })
  const root = module(
    {
      features: named([
        ['init_block', stemBlock(inChannels, stem)],
        ...stages,
        ['final_block', convBn(channels, LAST, 1, { activation: relu })],
      ]),
      output: linear(LAST, classes),
    },
    ({ features, output }, x) => output(flatten(globalAvgPool(features(x)))),
    'MixNet',
  )
  const half = (architecture.stages.at(-1) ?? []).length / 2
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: ['stage1', 'stage2', `stage4.unit${half}`, 'stage4'].map((stage) => `features.${stage}`),
    classifier: 'output',
    preprocessing: imagenetPreprocessing,
  }
}

/** One after the other, under names. */
function named(modules: readonly (readonly [name: string, module: Module])[]): Module {
  const names = modules.map(([name]) => name)
  return module(Object.fromEntries(modules), (parts, x) => inOrder(parts, names, x), 'sequential')
}

function stemBlock(inChannels: number, outChannels: number): Module {
  return module(
    {
      conv1: convBn(inChannels, outChannels, 3, { stride: 2, activation: relu }),
      conv2: unit(outChannels, outChannels, [1, 1, 1, 1, 0], 1, relu),
    },
    ({ conv1, conv2 }, x) => conv2(conv1(x)),
    'stem',
  )
}

type Counts = readonly [expand: number, depthwise: number, project: number, expansion: number, reduction: number]

function unit(
  inChannels: number,
  outChannels: number,
  counts: Counts,
  stride: number,
  activation: (x: Tensor) => Tensor,
): Module {
  const [expand, depthwise, project, expansion, reduction] = counts
  const expanded = inChannels * expansion
  const branch = {
    ...(expansion > 1 ? { exp_conv: pointwise(inChannels, expanded, expand, activation) } : {}),
    conv1: mixConvBn(expanded, expanded, kernelSizes(depthwise), { depthwise: true, stride, activation }),
    ...(reduction > 0 ? { se: squeezeExcitation(expanded, expansion * reduction, activation) } : {}),
    conv2: pointwise(expanded, outChannels, project),
  }
  const shortcut = stride === 1 && inChannels === outChannels
  return module(
    branch,
    (parts, x) => {
      const output = inOrder(parts, Object.keys(branch), x)
      return shortcut ? add(x, output) : output
    },
    'mixUnit',
  )
}

/** 3, 5, 7, … */
const kernelSizes = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => 3 + 2 * i)

function pointwise(inChannels: number, outChannels: number, count: number, activation?: (x: Tensor) => Tensor): Module {
  return mixConvBn(inChannels, outChannels, Array<number>(count).fill(1), activation ? { activation } : {})
}

interface MixOptions {
  readonly depthwise?: boolean
  readonly stride?: number
  readonly activation?: (x: Tensor) => Tensor
}

/** A convolution of its own for each part of the channels, then batch normalisation. */
function mixConvBn(
  inChannels: number,
  outChannels: number,
  sizes: readonly number[],
  { depthwise = false, stride = 1, activation = (x) => x }: MixOptions,
): Module {
  const inputs = parts(inChannels, sizes.length)
  const outputs = parts(outChannels, sizes.length)
  const convolutions = sizes.map((size, i) => {
    const [from, to] = [inputs[i] as number, outputs[i] as number]
    return conv2d(from, to, size, { stride, groups: depthwise ? to : 1, padding: (size - 1) / 2, bias: false })
  })
  const mixed = module(
    Object.fromEntries(convolutions.map((convolution, i) => [String(i), convolution])),
    (bound, x) =>
      concat(
        split(x, inputs, 3).map((part, i) => (bound[i] as (x: Tensor) => Tensor)(part)),
        3,
      ),
    'mixConv',
  )
  const [only] = convolutions
  return module(
    { conv: sizes.length === 1 && only ? only : mixed, bn: batchNorm(outChannels) },
    ({ conv, bn }, x) => activation(bn(conv(x))),
    'mixConvBn',
  )
}

/** As equal as they can be; the first takes the rest. */
function parts(channels: number, count: number): number[] {
  const share = Math.floor(channels / count)
  return Array.from({ length: count }, (_, i) => (i === 0 ? channels - share * (count - 1) : share))
}

function squeezeExcitation(channels: number, reduction: number, activation: (x: Tensor) => Tensor): Module {
  const hidden = Math.floor(channels / reduction)
  return module(
    { conv1: conv2d(channels, hidden, 1), conv2: conv2d(hidden, channels, 1) },
    ({ conv1, conv2 }, x) => mul(x, sigmoid(conv2(activation(conv1(globalAvgPool(x)))))),
    'squeezeExcitation',
  )
}

type Factory = (options?: MixNetOptions) => Model
const define =
  (name: string, architecture: Architecture, scale = 1): Factory =>
  (options = {}) =>
    mixNet(name, architecture, scale, options)

/** 224 by 224 pixels, 4.1 million parameters, published top-1 76.28 %. */
export const MixNet_S: Factory = /* @__PURE__ */ define('MixNet_S', SMALL)
/** 224 by 224 pixels, 5.0 million parameters, published top-1 77.67 %. */
export const MixNet_M: Factory = /* @__PURE__ */ define('MixNet_M', MEDIUM)
/** 224 by 224 pixels, 7.3 million parameters, published top-1 78.60 %. */
export const MixNet_L: Factory = /* @__PURE__ */ define('MixNet_L', MEDIUM, 1.3)
