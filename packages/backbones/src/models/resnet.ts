import {
  avgPool,
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
import { add } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * ResNet (He et al. 2016, arXiv 1512.03385). Stride in the 3x3 convolution of a bottleneck ("vb"); "vd" (He et al. 2019,
 * arXiv 1812.01187) has a stem of three 3x3 convolutions and an average pooling before the convolution of a shortcut.
 */
export interface ResNetOptions extends ModelOptions {
  /** Of the stem, the max pooling's stride and the last three stages; default [2, 2, 2, 2, 2]. Smaller for small pictures. */
  readonly strides?: readonly [number, number, number, number, number]
}

interface Architecture {
  readonly name: string
  readonly depths: readonly [number, number, number, number]
  readonly block: 'basic' | 'bottleneck'
  readonly variant: 'vb' | 'vd'
}

const WIDTHS = [64, 128, 256, 512] as const

function resNet(architecture: Architecture, options: ResNetOptions): Model {
  const { classes = 1000, inChannels = 3, strides = [2, 2, 2, 2, 2] } = options
  const { name, depths, block, variant } = architecture
  const expansion = block === 'basic' ? 1 : 4
  const stem =
    variant === 'vb'
      ? [convBn(inChannels, 64, 7, { stride: strides[0], activation: relu })]
      : [
          convBn(inChannels, 32, 3, { stride: strides[0], activation: relu }),
          convBn(32, 32, 3, { activation: relu }),
          convBn(32, 64, 3, { activation: relu }),
        ]
  let channels = 64
  const blocks = WIDTHS.flatMap((width, stage) =>
    Array.from({ length: depths[stage] as number }, (_, i) => {
      const first = i === 0
      const stride = first && stage > 0 ? (strides[stage + 1] as number) : 1
      const pooled = variant === 'vd' && !(first && stage === 0)
      const short = first ? shortcut(channels, width * expansion, stride, pooled) : undefined
      const made = (block === 'basic' ? basicBlock : bottleneck)(channels, width, stride, short)
      channels = width * expansion
      return made
    }),
  )
  const root = module(
    {
      stem: sequential(stem),
      blocks: sequential(blocks),
      fc: linear(channels, classes, { initializer: uniform(1 / Math.sqrt(channels)) }),
    },
    ({ stem, blocks, fc }, x) =>
      fc(flatten(globalAvgPool(blocks(maxPool(stem(x), 3, { stride: strides[1], padding: 1 }))))),
    'ResNet',
  )
  const ends = depths.map((_, stage) => depths.slice(0, stage + 1).reduce((sum, depth) => sum + depth) - 1)
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: ends.map((end) => `blocks.${end}`),
    classifier: 'fc',
    preprocessing: imagenetPreprocessing,
  }
}

function basicBlock(inChannels: number, width: number, stride: number, short: Module | undefined): Module {
  return residual(
    {
      conv0: convBn(inChannels, width, 3, { stride, activation: relu }),
      conv1: convBn(width, width, 3),
    },
    short,
  )
}

function bottleneck(inChannels: number, width: number, stride: number, short: Module | undefined): Module {
  return residual(
    {
      conv0: convBn(inChannels, width, 1, { activation: relu }),
      conv1: convBn(width, width, 3, { stride, activation: relu }),
      conv2: convBn(width, width * 4, 1),
    },
    short,
  )
}

/** The branch's modules one after the other, plus the shortcut. */
function residual(branch: Readonly<Record<string, Module>>, short: Module | undefined): Module {
  const names = Object.keys(branch)
  return module(
    short ? { ...branch, short } : branch,
    (parts, x) => {
      const output = inOrder(parts, names, x)
      return relu(add(output, parts.short?.(x) ?? x))
    },
    'residual',
  )
}

function shortcut(inChannels: number, outChannels: number, stride: number, pooled: boolean): Module {
  if (!pooled) return convBn(inChannels, outChannels, 1, { stride })
  const projection = convBn(inChannels, outChannels, 1)
  return {
    ...projection,
    forward: (parts, x, context) => projection.forward(parts, avgPool(x, 2, { stride, padding: 'same' }), context),
  }
}

const vb =
  (depth: string, depths: Architecture['depths'], block: Architecture['block']) =>
  (options: ResNetOptions = {}) =>
    resNet({ name: `ResNet${depth}`, depths, block, variant: 'vb' }, options)
const vd =
  (depth: string, depths: Architecture['depths'], block: Architecture['block']) =>
  (options: ResNetOptions = {}) =>
    resNet({ name: `ResNet${depth}_vd`, depths, block, variant: 'vd' }, options)

type Factory = (options?: ResNetOptions) => Model

/** 224 by 224 pixels, 11.7 million parameters, published top-1 70.98 %. */
export const ResNet18: Factory = /* @__PURE__ */ vb('18', [2, 2, 2, 2], 'basic')
/** 224 by 224 pixels, 21.8 million parameters, published top-1 74.57 %. */
export const ResNet34: Factory = /* @__PURE__ */ vb('34', [3, 4, 6, 3], 'basic')
/** 224 by 224 pixels, 25.6 million parameters, published top-1 76.50 %. */
export const ResNet50: Factory = /* @__PURE__ */ vb('50', [3, 4, 6, 3], 'bottleneck')
/** 224 by 224 pixels, 44.5 million parameters, published top-1 77.56 %. */
export const ResNet101: Factory = /* @__PURE__ */ vb('101', [3, 4, 23, 3], 'bottleneck')
/** 224 by 224 pixels, 60.2 million parameters, published top-1 78.26 %. */
export const ResNet152: Factory = /* @__PURE__ */ vb('152', [3, 8, 36, 3], 'bottleneck')
/** 224 by 224 pixels, 11.7 million parameters, published top-1 72.26 %. */
export const ResNet18_vd: Factory = /* @__PURE__ */ vd('18', [2, 2, 2, 2], 'basic')
/** 224 by 224 pixels, 21.8 million parameters, published top-1 75.98 %. */
export const ResNet34_vd: Factory = /* @__PURE__ */ vd('34', [3, 4, 6, 3], 'basic')
/** 224 by 224 pixels, 25.6 million parameters, published top-1 79.12 %. */
export const ResNet50_vd: Factory = /* @__PURE__ */ vd('50', [3, 4, 6, 3], 'bottleneck')
/** 224 by 224 pixels, 44.6 million parameters, published top-1 80.17 %. */
export const ResNet101_vd: Factory = /* @__PURE__ */ vd('101', [3, 4, 23, 3], 'bottleneck')
/** 224 by 224 pixels, 60.2 million parameters, published top-1 80.59 %. */
export const ResNet152_vd: Factory = /* @__PURE__ */ vd('152', [3, 8, 36, 3], 'bottleneck')
/** 224 by 224 pixels, 74.7 million parameters, published top-1 80.93 %. */
export const ResNet200_vd: Factory = /* @__PURE__ */ vd('200', [3, 12, 48, 3], 'bottleneck')
