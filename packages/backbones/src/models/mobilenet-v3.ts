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
  relu,
  sequential,
} from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { makeDivisible } from '../blocks/make-divisible.ts'
import { scaleName } from '../blocks/scale-name.ts'
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** MobileNetV3 (Howard et al. 2019, arXiv 1905.02244), in widths of 0.35 to 1.25. */
export interface MobileNetV3Options extends ModelOptions {
  /** Before the classifier, in [0, 1); published weights assume the default 0.2. */
  readonly dropout?: number
  /**
   * Whose details: PaddleClas's (default) or torchvision's, for its weights. torchvision's first block has no convolution
   * that expands, the layer before the classifier a bias and in the small network 1024 channels in place of 1280, squeezed
   * channels are multiples of 8, the slope of the hard sigmoid is 1/6 in place of 0.2, the epsilon of batch normalisation
   * 1e-3 in place of 1e-5 and its momentum 0.99 in place of 0.9, and dropout does not scale features in inference.
   */
  readonly variant?: 'paddleclas' | 'torchvision'
}

interface Details {
  readonly expandFirst: boolean
  /** What squeezed channels are multiples of. */
  readonly squeezeMultiple: number
  /** Of the hard sigmoid. */
  readonly slope: number
  readonly normalisation: { readonly decay: false; readonly epsilon: number; readonly momentum: number }
  readonly lastBias: boolean
  readonly last: { readonly large: number; readonly small: number }
  readonly dropoutMode: 'upscale' | 'downscaleInInference'
}

const VARIANTS: Readonly<Record<NonNullable<MobileNetV3Options['variant']>, Details>> = {
  paddleclas: {
    expandFirst: true,
    squeezeMultiple: 1,
    slope: 0.2,
    normalisation: { decay: false, epsilon: 1e-5, momentum: 0.9 },
    lastBias: false,
    last: { large: 1280, small: 1280 },
    dropoutMode: 'downscaleInInference',
  },
  torchvision: {
    expandFirst: false,
    squeezeMultiple: 8,
    slope: 1 / 6,
    normalisation: { decay: false, epsilon: 1e-3, momentum: 0.99 },
    lastBias: true,
    last: { large: 1280, small: 1024 },
    dropoutMode: 'upscale',
  },
}

/** kernel, expansion, width, squeeze and excitation, activation, stride */
type Row = readonly [number, number, number, boolean, 'relu' | 'hardSwish', number]

const LARGE: readonly Row[] = [
  [3, 16, 16, false, 'relu', 1],
  [3, 64, 24, false, 'relu', 2],
  [3, 72, 24, false, 'relu', 1],
  [5, 72, 40, true, 'relu', 2],
  [5, 120, 40, true, 'relu', 1],
  [5, 120, 40, true, 'relu', 1],
  [3, 240, 80, false, 'hardSwish', 2],
  [3, 200, 80, false, 'hardSwish', 1],
  [3, 184, 80, false, 'hardSwish', 1],
  [3, 184, 80, false, 'hardSwish', 1],
  [3, 480, 112, true, 'hardSwish', 1],
  [3, 672, 112, true, 'hardSwish', 1],
  [5, 672, 160, true, 'hardSwish', 2],
  [5, 960, 160, true, 'hardSwish', 1],
  [5, 960, 160, true, 'hardSwish', 1],
]

const SMALL: readonly Row[] = [
  [3, 16, 16, true, 'relu', 2],
  [3, 72, 24, false, 'relu', 2],
  [3, 88, 24, false, 'relu', 1],
  [5, 96, 40, true, 'hardSwish', 2],
  [5, 240, 40, true, 'hardSwish', 1],
  [5, 240, 40, true, 'hardSwish', 1],
  [5, 120, 48, true, 'hardSwish', 1],
  [5, 144, 48, true, 'hardSwish', 1],
  [5, 288, 96, true, 'hardSwish', 2],
  [5, 576, 96, true, 'hardSwish', 1],
  [5, 576, 96, true, 'hardSwish', 1],
]

const STEM = 16
const SIZES = {
  large: { rows: LARGE, squeeze: 960, stages: [0, 2, 5, 11, 14] },
  small: { rows: SMALL, squeeze: 576, stages: [0, 2, 7, 10] },
} as const

function mobileNetV3(size: 'large' | 'small', scale: number, options: MobileNetV3Options): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.2, variant = 'paddleclas' } = options
  const { rows, squeeze, stages } = SIZES[size]
  const details = VARIANTS[variant]
  const { normalisation, lastBias, dropoutMode } = details
  const last = details.last[size]
  const secondLast = makeDivisible(squeeze * scale)
  let channels = makeDivisible(STEM * scale)
  const blocks = rows.map(([kernel, expansion, width, excited, activation, stride], i) => {
    const before = channels
    channels = makeDivisible(width * scale)
    const own = { kernel, excited, activation, stride, expands: i > 0 || details.expandFirst }
    return invertedResidual(before, makeDivisible(expansion * scale), channels, own, details)
  })
  const root = module(
    {
      conv: convBn(inChannels, makeDivisible(STEM * scale), 3, { stride: 2, activation: hardSwish, ...normalisation }),
      blocks: sequential(blocks),
      last_second_conv: convBn(channels, secondLast, 1, { activation: hardSwish, ...normalisation }),
      last_conv: conv2d(secondLast, last, 1, { bias: lastBias }),
      dropout: dropout(dropped, { mode: dropoutMode }),
      fc: linear(last, classes),
    },
    ({ conv, blocks, last_second_conv, last_conv, dropout, fc }, x) =>
      fc(flatten(dropout(hardSwish(last_conv(globalAvgPool(last_second_conv(blocks(conv(x))))))))),
    'MobileNetV3',
  )
  return {
    ...root,
    name: `MobileNetV3_${size}_${scaleName(scale)}`,
    inputSize: 224,
    classes,
    stages: stages.map((i) => `blocks.${i}`),
    classifier: 'fc',
    preprocessing: imagenetPreprocessing,
    settings: { variant },
  }
}

interface BlockOptions {
  readonly kernel: number
  readonly excited: boolean
  readonly activation: 'relu' | 'hardSwish'
  readonly stride: number
  readonly expands: boolean
}

function invertedResidual(
  inChannels: number,
  expanded: number,
  outChannels: number,
  options: BlockOptions,
  { normalisation, slope, squeezeMultiple }: Details,
): Module {
  const { kernel, excited, stride, expands } = options
  const activation = options.activation === 'relu' ? relu : hardSwish
  const shortcut = stride === 1 && inChannels === outChannels
  const hidden = makeDivisible(Math.floor(expanded / 4), squeezeMultiple)
  const branch = {
    ...(expands ? { expand_conv: convBn(inChannels, expanded, 1, { activation, ...normalisation }) } : {}),
    bottleneck_conv: convBn(expanded, expanded, kernel, { stride, groups: expanded, activation, ...normalisation }),
    ...(excited ? { mid_se: squeezeExcitation(expanded, { slope, hidden }) } : {}),
    linear_conv: convBn(expanded, outChannels, 1, normalisation),
  }
  return module(
    branch,
    (parts, x) => {
      const output = inOrder(parts, Object.keys(branch), x)
      return shortcut ? add(x, output) : output
    },
    'invertedResidual',
  )
}

type Factory = (options?: MobileNetV3Options) => Model
const large =
  (scale: number): Factory =>
  (options = {}) =>
    mobileNetV3('large', scale, options)
const small =
  (scale: number): Factory =>
  (options = {}) =>
    mobileNetV3('small', scale, options)

/** 224 by 224 pixels, 1.7 million parameters, published top-1 53.03 %. */
export const MobileNetV3_small_x0_35: Factory = /* @__PURE__ */ small(0.35)
/** 224 by 224 pixels, 1.9 million parameters, published top-1 59.21 %. */
export const MobileNetV3_small_x0_5: Factory = /* @__PURE__ */ small(0.5)
/** 224 by 224 pixels, 2.4 million parameters, published top-1 66.02 %. */
export const MobileNetV3_small_x0_75: Factory = /* @__PURE__ */ small(0.75)
/** 224 by 224 pixels, 2.9 million parameters, published top-1 68.24 %. */
export const MobileNetV3_small_x1_0: Factory = /* @__PURE__ */ small(1)
/** 224 by 224 pixels, 3.6 million parameters, published top-1 70.67 %. */
export const MobileNetV3_small_x1_25: Factory = /* @__PURE__ */ small(1.25)
/** 224 by 224 pixels, 2.1 million parameters, published top-1 64.32 %. */
export const MobileNetV3_large_x0_35: Factory = /* @__PURE__ */ large(0.35)
/** 224 by 224 pixels, 2.7 million parameters, published top-1 69.24 %. */
export const MobileNetV3_large_x0_5: Factory = /* @__PURE__ */ large(0.5)
/** 224 by 224 pixels, 3.9 million parameters, published top-1 73.14 %. */
export const MobileNetV3_large_x0_75: Factory = /* @__PURE__ */ large(0.75)
/** 224 by 224 pixels, 5.5 million parameters, published top-1 75.32 %. */
export const MobileNetV3_large_x1_0: Factory = /* @__PURE__ */ large(1)
/** 224 by 224 pixels, 7.4 million parameters, published top-1 76.41 %. */
export const MobileNetV3_large_x1_25: Factory = /* @__PURE__ */ large(1.25)
