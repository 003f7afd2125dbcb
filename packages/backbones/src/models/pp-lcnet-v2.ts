import {
  conv2d,
  dropout,
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
import { add } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { makeDivisible } from '../blocks/make-divisible.ts'
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'
import type { Mergeable } from '../reparameterize.ts'

/**
 * PP-LCNetV2 (PaddleClas 2022). In its last two stages, depthwise convolutions of several sizes train side by side, which
 * `reparameterize` merges. Parameters below are of the network in training.
 */
export interface PPLCNetV2Options extends ModelOptions {
  /** Before the classifier, in [0, 1); published weights assume the default 0.2. */
  readonly dropout?: number
  /** Channels of the last convolution, which embed the picture where there is no classifier; default 1280. */
  readonly lastChannels?: number
}

interface Architecture {
  readonly scale: number
  readonly depths: readonly [number, number, number, number]
  /** For retrieval: a last stage that keeps the size, and embeddings that may be negative; default false. */
  readonly retrieval?: boolean
}

/** What blocks of a stage are made of. */
interface Stage {
  readonly width: number
  readonly kernel: number
  /** Depthwise convolutions of all odd sizes up to the kernel's, side by side. */
  readonly parallel?: boolean
  readonly excited?: boolean
  /** Two pointwise convolutions, the first to half of the width, in place of one. */
  readonly split?: boolean
  readonly shortcut?: boolean
}

const STEM = [32, 64] as const
const STAGES: readonly [Stage, Stage, Stage, Stage] = [
  { width: 128, kernel: 3 },
  { width: 256, kernel: 3 },
  { width: 512, kernel: 5, parallel: true, excited: true, split: true },
  { width: 1024, kernel: 5, parallel: true, shortcut: true },
]

function ppLCNetV2(name: string, architecture: Architecture, options: PPLCNetV2Options): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.2, lastChannels = 1280 } = options
  const { scale, depths, retrieval = false } = architecture
  const [stem, first] = STEM.map((width) => makeDivisible(width * scale)) as [number, number]
  let channels = first
  const stages = STAGES.map((stage, s) => {
    const keepsSize = retrieval && s === STAGES.length - 1
    const blocks = Array.from({ length: depths[s] as number }, (_, i) => {
      const before = channels
      channels = makeDivisible(stage.width * scale)
      return depthwiseSeparable(before, channels, i === 0 && !keepsSize ? 2 : 1, stage)
    })
    return sequential(blocks)
  })
  const root = module(
    {
      stem: sequential([
        convBn(inChannels, stem, 3, { stride: 2, activation: relu, decay: false }),
        depthwiseSeparable(stem, first, 1, { width: STEM[1], kernel: 3 }),
      ]),
      stages: sequential(stages),
      last_conv: conv2d(channels, lastChannels, 1, { bias: retrieval }),
      dropout: dropout(dropped, { mode: 'downscaleInInference' }),
      fc: linear(lastChannels, classes),
    },
    ({ stem, stages, last_conv, dropout, fc }, x) => {
      const embedded = last_conv(globalAvgPool(stages(stem(x))))
      return fc(flatten(dropout(retrieval ? embedded : relu(embedded))))
    },
    'PPLCNetV2',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: stages.map((_, i) => `stages.${i}`),
    classifier: 'fc',
    preprocessing: imagenetPreprocessing,
  }
}

function depthwiseSeparable(inChannels: number, outChannels: number, stride: number, stage: Stage): Module | Mergeable {
  const { kernel, parallel = false, excited = false, split = false } = stage
  const shortcut = stage.shortcut === true && stride === 1 && inChannels === outChannels
  const half = Math.floor(outChannels / 2)
  const unit = { activation: relu, decay: false }
  const depthwise = (size: number): Module =>
    convBn(inChannels, inChannels, size, { stride, groups: inChannels, decay: false })
  // One pixel by one is a branch only where it leaves the size as it is.
  const sizes = [5, 3, 1].filter((size) => size <= kernel && (size > 1 || stride === 1))
  const merged = conv2d(inChannels, inChannels, kernel, { stride, padding: (kernel - 1) / 2, groups: inChannels })
  const first: Record<string, Module> = parallel
    ? { dw_conv_list: sum(sizes.map(depthwise)), dw_conv: merged }
    : { dw_conv: depthwise(kernel) }
  const rest: Record<string, Module> = {
    ...(excited ? { se: squeezeExcitation(inChannels, { gate: sigmoid }) } : {}),
    ...(split
      ? { pw_conv_1: convBn(inChannels, half, 1, unit), pw_conv_2: convBn(half, outChannels, 1, unit) }
      : { pw_conv: convBn(inChannels, outChannels, 1, unit) }),
  }
  const block = module(
    { ...first, ...rest },
    (parts, x) => {
      const mixed = parts.dw_conv_list?.(x) ?? inOrder(parts, ['dw_conv'], x)
      const output = inOrder(parts, Object.keys(rest), relu(mixed))
      return shortcut ? add(output, x) : output
    },
    'depthwiseSeparable',
  )
  if (!parallel) return block
  const branches = sizes.map((_, i) => `dw_conv_list.${i}`)
  return { ...block, merge: { branches, into: 'dw_conv', convolution: merged } }
}

/** The outputs of modules for the same input, added. */
function sum(modules: readonly Module[]): Module {
  const parts = Object.fromEntries(modules.map((each, i) => [String(i), each]))
  return module(
    parts,
    (bound, x) =>
      Object.keys(parts)
        .map((name) => inOrder(bound, [name], x))
        .reduce((a, b) => add(a, b)),
    'sum',
  )
}

type Factory = (options?: PPLCNetV2Options) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    ppLCNetV2(name, architecture, options)

/** 224 by 224 pixels, 4.2 million parameters. */
export const PPLCNetV2_small: Factory = /* @__PURE__ */ define('PPLCNetV2_small', { scale: 0.75, depths: [2, 2, 4, 2] })
/** 224 by 224 pixels, 6.8 million parameters, published top-1 77.04 %. */
export const PPLCNetV2_base: Factory = /* @__PURE__ */ define('PPLCNetV2_base', { scale: 1, depths: [2, 2, 6, 2] })
/** 224 by 224 pixels, 10.7 million parameters. */
export const PPLCNetV2_large: Factory = /* @__PURE__ */ define('PPLCNetV2_large', { scale: 1.25, depths: [2, 2, 8, 2] })
/** 224 by 224 pixels, 6.8 million parameters; the backbone of PP-ShiTuV2, for retrieval. */
export const PPLCNetV2_base_ShiTu: Factory = /* @__PURE__ */ define('PPLCNetV2_base_ShiTu', {
  scale: 1,
  depths: [2, 2, 6, 2],
  retrieval: true,
})
