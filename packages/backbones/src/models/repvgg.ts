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
  sequential,
  sigmoid,
} from '@clas/nn'
import { add, type Tensor } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts'
import { imagenetPreprocessing, type Model, type ModelOptions, type Preprocessing } from '../model.ts'
import type { Mergeable } from '../reparameterize.ts'

/**
 * RepVGG (Ding et al. 2021, arXiv 2101.03697): trains with three branches in each block, which `reparameterize` merges
 * into one convolution. Parameters below are of the network in training.
 */
export type RepVGGOptions = ModelOptions

interface Architecture {
  readonly depths: readonly [number, number, number, number]
  /** By which the widths of the stages are multiplied. */
  readonly widths: readonly [number, number, number, number]
  /** Of every second block; default 1. */
  readonly groups?: number
  /** Whether blocks weigh their channels; default false. */
  readonly excited?: boolean
  /** Height and width of the pictures; default 224. */
  readonly size?: number
  readonly preprocessing?: Preprocessing
}

const WIDTHS = [64, 128, 256, 512] as const

function repVGG(name: string, architecture: Architecture, options: RepVGGOptions): Model {
  const { classes = 1000, inChannels = 3 } = options
  const { depths, widths, groups = 1, excited = false, size = 224 } = architecture
  const { preprocessing = imagenetPreprocessing } = architecture
  let channels = Math.min(64, 64 * widths[0])
  let layer = 1
  const stages = depths.map((depth, stage) =>
    sequential(
      Array.from({ length: depth }, (_, i) => {
        const before = channels
        channels = (WIDTHS[stage] as number) * (widths[stage] as number)
        return repVGGBlock(before, channels, i === 0 ? 2 : 1, layer++ % 2 === 0 ? groups : 1, excited)
      }),
    ),
  )
  const names = stages.map((_, i) => `stage${i + 1}`)
  const root = module(
    {
      stage0: repVGGBlock(inChannels, Math.min(64, 64 * widths[0]), 2, 1, excited),
      ...Object.fromEntries(stages.map((stage, i) => [names[i] as string, stage])),
      linear: linear(channels, classes),
    },
    (parts, x) => parts.linear(flatten(globalAvgPool(inOrder(parts, ['stage0', ...names], x)))),
    'RepVGG',
  )
  return { ...root, name, inputSize: size, classes, stages: names, classifier: 'linear', preprocessing }
}

function repVGGBlock(
  inChannels: number,
  outChannels: number,
  stride: number,
  groups: number,
  excited: boolean,
): Mergeable {
  const branches = {
    ...(stride === 1 && inChannels === outChannels ? { rbr_identity: batchNorm(inChannels) } : {}),
    rbr_dense: convBn(inChannels, outChannels, 3, { stride, groups }),
    rbr_1x1: convBn(inChannels, outChannels, 1, { stride, groups }),
  }
  const parts: Record<string, Module> = {
    ...(excited ? { se: squeezeExcitation(outChannels, { reduction: 16, gate: sigmoid, keys: ['down', 'up'] }) } : {}),
    ...branches,
  }
  const block = module(
    parts,
    (bound, x) => {
      const each = (): Tensor[] => Object.keys(branches).map((name) => inOrder(bound, [name], x))
      const sum = bound.rbr_reparam?.(x) ?? each().reduce((a, b) => add(a, b))
      return relu(bound.se?.(sum) ?? sum)
    },
    'repVGGBlock',
  )
  return {
    ...block,
    merge: {
      branches: Object.keys(branches),
      into: 'rbr_reparam',
      convolution: conv2d(inChannels, outChannels, 3, { stride, padding: 1, groups }),
    },
  }
}

type Factory = (options?: RepVGGOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    repVGG(name, architecture, options)

const a = [2, 4, 14, 1] as const
const b = [4, 6, 16, 1] as const
const b1 = { depths: b, widths: [2, 2, 2, 4] } as const
const b2 = { depths: b, widths: [2.5, 2.5, 2.5, 5] } as const
const b3 = {
  depths: b,
  widths: [3, 3, 3, 5],
  preprocessing: { ...imagenetPreprocessing, interpolation: 'bicubic' },
} as const

/** 224 by 224 pixels, 9.1 million parameters, published top-1 71.31 %. */
export const RepVGG_A0: Factory = /* @__PURE__ */ define('RepVGG_A0', { depths: a, widths: [0.75, 0.75, 0.75, 2.5] })
/** 224 by 224 pixels, 14.1 million parameters, published top-1 73.80 %. */
export const RepVGG_A1: Factory = /* @__PURE__ */ define('RepVGG_A1', { depths: a, widths: [1, 1, 1, 2.5] })
/** 224 by 224 pixels, 28.2 million parameters, published top-1 75.71 %. */
export const RepVGG_A2: Factory = /* @__PURE__ */ define('RepVGG_A2', { depths: a, widths: [1.5, 1.5, 1.5, 2.75] })
/** 224 by 224 pixels, 15.8 million parameters, published top-1 74.50 %. */
export const RepVGG_B0: Factory = /* @__PURE__ */ define('RepVGG_B0', { depths: b, widths: [1, 1, 1, 2.5] })
/** 224 by 224 pixels, 57.4 million parameters, published top-1 77.73 %. */
export const RepVGG_B1: Factory = /* @__PURE__ */ define('RepVGG_B1', b1)
/** 224 by 224 pixels, 45.8 million parameters, published top-1 77.32 %. */
export const RepVGG_B1g2: Factory = /* @__PURE__ */ define('RepVGG_B1g2', { ...b1, groups: 2 })
/** 224 by 224 pixels, 40.0 million parameters, published top-1 76.75 %. */
export const RepVGG_B1g4: Factory = /* @__PURE__ */ define('RepVGG_B1g4', { ...b1, groups: 4 })
/** 224 by 224 pixels, 89.0 million parameters, published top-1 78.13 %. */
export const RepVGG_B2: Factory = /* @__PURE__ */ define('RepVGG_B2', b2)
/** 224 by 224 pixels, 61.8 million parameters, published top-1 78.81 %. */
export const RepVGG_B2g4: Factory = /* @__PURE__ */ define('RepVGG_B2g4', { ...b2, groups: 4 })
/** 224 by 224 pixels, 123.1 million parameters, published top-1 80.31 %. */
export const RepVGG_B3: Factory = /* @__PURE__ */ define('RepVGG_B3', b3)
/** 224 by 224 pixels, 83.8 million parameters, published top-1 80.05 %. */
export const RepVGG_B3g4: Factory = /* @__PURE__ */ define('RepVGG_B3g4', { ...b3, groups: 4 })
/** 320 by 320 pixels, 133.3 million parameters, published top-1 83.39 %. */
export const RepVGG_D2se: Factory = /* @__PURE__ */ define('RepVGG_D2se', {
  depths: [8, 14, 24, 1],
  widths: [2.5, 2.5, 2.5, 5],
  excited: true,
  size: 320,
  preprocessing: { ...imagenetPreprocessing, resizeShort: 320, interpolation: 'bicubic' },
})
