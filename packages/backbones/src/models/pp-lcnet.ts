import {
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  hardSwish,
  inOrder,
  linear,
  type Module,
  module,
  sequential,
  tanh,
} from '@clas/nn'
import { convBn } from '../blocks/conv-bn.ts'
import { makeDivisible } from '../blocks/make-divisible.ts'
import { scaleName } from '../blocks/scale-name.ts'
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** PP-LCNet (Cui et al. 2021, arXiv 2109.15099), in widths of 0.25 to 2.5. */
export interface PPLCNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); published weights assume the default 0.2. */
  readonly dropout?: number
  /** Of the stem and of the first block of stages 3 to 6; default [2, 2, 2, 2, 2]. Smaller for small pictures. */
  readonly strides?: readonly [number, number, number, number, number]
  /** Whether a convolution widens the mean features to 1280 and dropout follows, before the classifier; default true. */
  readonly lastConvolution?: boolean
}

/** PP-LCNet in a width of one's own. */
export interface PPLCNetBaseNetOptions extends PPLCNetOptions {
  /** By which all widths are multiplied, above 0; they are rounded to multiples of 8. Default 1. */
  readonly scale?: number
}

/** kernel, width, squeeze and excitation; the first of a stage has the stage's stride */
type Row = readonly [number, number, boolean]

const STAGES: Readonly<Record<string, readonly Row[]>> = {
  blocks2: [[3, 32, false]],
  blocks3: [
    [3, 64, false],
    [3, 64, false],
  ],
  blocks4: [
    [3, 128, false],
    [3, 128, false],
  ],
  blocks5: [
    [3, 256, false],
    [5, 256, false],
    [5, 256, false],
    [5, 256, false],
    [5, 256, false],
    [5, 256, false],
  ],
  blocks6: [
    [5, 512, true],
    [5, 512, true],
  ],
}

const STEM = 16
const LAST = 1280

interface Architecture {
  readonly scale: number
  /** Whether tanh follows the classifier; default false. */
  readonly bounded?: boolean
}

function ppLCNet(name: string, { scale, bounded = false }: Architecture, options: PPLCNetOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.2, strides = [2, 2, 2, 2, 2] } = options
  const { lastConvolution = true } = options
  const widthOf = (width: number): number => makeDivisible(width * scale)
  const strideOf = [1, ...strides.slice(1)]
  let channels = widthOf(STEM)
  const stages = Object.entries(STAGES).map(([stage, rows], s) => {
    const blocks = rows.map(([kernel, width, excited], i) => {
      const before = channels
      channels = widthOf(width)
      return depthwiseSeparable(before, channels, kernel, i === 0 ? (strideOf[s] as number) : 1, excited)
    })
    return [stage, sequential(blocks)] as const
  })
  const names = stages.map(([stage]) => stage)
  const last: Record<string, Module> = lastConvolution
    ? {
        last_conv: conv2d(channels, LAST, 1, { bias: false }),
        act: module({}, (_, x) => hardSwish(x), 'hardSwish'),
        dropout: dropout(dropped, { mode: 'downscaleInInference' }),
      }
    : {}
  const classifier = linear(lastConvolution ? LAST : channels, classes)
  const root = module(
    {
      conv1: convBn(inChannels, widthOf(STEM), 3, { stride: strides[0], activation: hardSwish, decay: false }),
      ...Object.fromEntries(stages),
      ...last,
      fc: bounded ? module({ origin_layer: classifier }, ({ origin_layer }, x) => tanh(origin_layer(x))) : classifier,
    },
    (parts, x) => {
      const features = globalAvgPool(inOrder(parts, ['conv1', ...names], x))
      return parts.fc(flatten(inOrder(parts, Object.keys(last), features)))
    },
    'PPLCNet',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: names,
    classifier: bounded ? 'fc.origin_layer' : 'fc',
    preprocessing: imagenetPreprocessing,
  }
}

function depthwiseSeparable(
  inChannels: number,
  outChannels: number,
  kernel: number,
  stride: number,
  excited: boolean,
): Module {
  const parts = {
    dw_conv: convBn(inChannels, inChannels, kernel, {
      stride,
      groups: inChannels,
      activation: hardSwish,
      decay: false,
    }),
    ...(excited ? { se: squeezeExcitation(inChannels) } : {}),
    pw_conv: convBn(inChannels, outChannels, 1, { activation: hardSwish, decay: false }),
  }
  return module(
    parts as Readonly<Record<string, Module>>,
    (bound, x) => Object.keys(parts).reduce((value, name) => bound[name]?.(value) ?? value, x),
    'depthwiseSeparable',
  )
}

type Factory = (options?: PPLCNetOptions) => Model
const width = (scale: number): Factory => {
  const name = `PPLCNet_${scaleName(scale)}`
  return (options = {}) => ppLCNet(name, { scale }, options)
}

/** 224 by 224 pixels, 1.5 million parameters, published top-1 51.86 %. */
export const PPLCNet_x0_25: Factory = /* @__PURE__ */ width(0.25)
/** 224 by 224 pixels, 1.6 million parameters, published top-1 58.09 %. */
export const PPLCNet_x0_35: Factory = /* @__PURE__ */ width(0.35)
/** 224 by 224 pixels, 1.9 million parameters, published top-1 63.14 %. */
export const PPLCNet_x0_5: Factory = /* @__PURE__ */ width(0.5)
/** 224 by 224 pixels, 2.4 million parameters, published top-1 68.18 %. */
export const PPLCNet_x0_75: Factory = /* @__PURE__ */ width(0.75)
/** 224 by 224 pixels, 3.0 million parameters, published top-1 71.32 %. */
export const PPLCNet_x1_0: Factory = /* @__PURE__ */ width(1)
/** 224 by 224 pixels, 4.5 million parameters, published top-1 73.71 %. */
export const PPLCNet_x1_5: Factory = /* @__PURE__ */ width(1.5)
/** 224 by 224 pixels, 6.5 million parameters, published top-1 75.18 %. */
export const PPLCNet_x2_0: Factory = /* @__PURE__ */ width(2)
/** 224 by 224 pixels, 9.0 million parameters, published top-1 76.60 %. */
export const PPLCNet_x2_5: Factory = /* @__PURE__ */ width(2.5)
/** 224 by 224 pixels, 9.0 million parameters; its outputs are in (-1, 1), to be hashed. */
export const PPLCNet_x2_5_Tanh: Factory = (options = {}) =>
  ppLCNet('PPLCNet_x2_5_Tanh', { scale: 2.5, bounded: true }, options)
/** 224 by 224 pixels, 3.0 million parameters at the default scale. */
export function PPLCNetBaseNet({ scale = 1, ...options }: PPLCNetBaseNetOptions = {}): Model {
  return ppLCNet('PPLCNetBaseNet', { scale }, options)
}
