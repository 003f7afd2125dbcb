import {
  batchNorm,
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  linear,
  type Module,
  module,
  relu6,
  sequential,
} from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'
import { makeDivisible } from '../blocks/make-divisible.ts'
import { fanOutNormal, normal } from '../blocks/normal.ts'
import { scaleName } from '../blocks/scale-name.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** MobileNeXt (Zhou et al. 2020, arXiv 2007.02269): sandglass blocks, in widths of 0.35 to 1.4. */
export interface MobileNeXtOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0.2. */
  readonly dropout?: number
}

/** reduction, width, repetitions, stride of the first */
const STAGES = [
  [2, 96, 1, 2],
  [6, 144, 1, 1],
  [6, 192, 3, 2],
  [6, 288, 3, 2],
  [6, 384, 4, 1],
  [6, 576, 4, 2],
  [6, 960, 3, 1],
  [6, 1280, 1, 1],
] as const

const STEM = 32
const LAST = 1280
const C2_TO_C5 = [2, 5, 12, 20]

function mobileNeXt(scale: number, options: MobileNeXtOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.2 } = options
  const widthOf = (width: number): number => (width === LAST && scale < 1 ? LAST : makeDivisible(width * scale))
  let channels = widthOf(STEM)
  const features = [sequential([...convBn(inChannels, channels, 3, { stride: 2 }), relu6])]
  for (const [reduction, width, repetitions, stride] of STAGES) {
    const before = channels
    channels = widthOf(width)
    const alone = repetitions === 1
    features.push(sandglass(before, channels, { reduction, stride, depthwise: alone, shortcut: !alone }))
    for (let i = 1; i < repetitions; i++) features.push(sandglass(channels, channels, { reduction }))
  }
  const root = module(
    {
      features: sequential(features),
      classifier: sequential([dropout(dropped), linear(channels, classes, { initializer: normal(0.01) })]),
    },
    ({ features, classifier }, x) => classifier(flatten(globalAvgPool(features(x)))),
    'MobileNeXt',
  )
  return {
    ...root,
    name: `MobileNeXt_${scaleName(scale)}`,
    inputSize: 224,
    classes,
    stages: C2_TO_C5.map((i) => `features.${i}`),
    classifier: 'classifier.1',
    preprocessing: { ...imagenetPreprocessing, interpolation: 'bicubic' },
  }
}

interface SandglassOptions {
  /** By what the channels are divided in the middle; not below a sixth of the output. */
  readonly reduction: number
  readonly stride?: number
  /** Whether there are depthwise convolutions at both ends though the widths differ; default false. */
  readonly depthwise?: boolean
  /** Whether the input is added where the shapes allow it; default true. */
  readonly shortcut?: boolean
}

/** Wide at both ends, where the depthwise convolutions are, and narrow in between. */
function sandglass(inChannels: number, outChannels: number, options: SandglassOptions): Module {
  const { reduction, stride = 1, depthwise = false, shortcut = true } = options
  const same = stride === 1 && inChannels === outChannels
  const first = depthwise || same
  const hidden = Math.floor(inChannels / reduction)
  const middle = hidden < outChannels / 6 ? makeDivisible(Math.ceil(outChannels / 6), 16) : hidden
  const layers = [
    ...(first ? [...convBn(inChannels, inChannels, 3, { groups: inChannels }), relu6] : []),
    ...convBn(inChannels, middle, 1),
    ...convBn(middle, outChannels, 1),
    relu6,
    ...(first || stride > 1 ? convBn(outChannels, outChannels, 3, { stride, groups: outChannels }) : []),
  ]
  return module(
    { conv: sequential(layers) },
    ({ conv }, x) => (same && shortcut ? add(conv(x), x) : conv(x)),
    'sandglass',
  )
}

/** The two layers, which the keys number one by one. */
function convBn(
  inChannels: number,
  outChannels: number,
  size: number,
  options: { readonly stride?: number; readonly groups?: number } = {},
): readonly Module[] {
  const initializer = fanOutNormal()
  return [
    conv2d(inChannels, outChannels, size, { ...options, padding: (size - 1) / 2, bias: false, initializer }),
    batchNorm(outChannels),
  ]
}

type Factory = (options?: MobileNeXtOptions) => Model
const width =
  (scale: number): Factory =>
  (options = {}) =>
    mobileNeXt(scale, options)

/** 224 by 224 pixels, 1.9 million parameters. */
export const MobileNeXt_x0_35: Factory = /* @__PURE__ */ width(0.35)
/** 224 by 224 pixels, 2.2 million parameters. */
export const MobileNeXt_x0_5: Factory = /* @__PURE__ */ width(0.5)
/** 224 by 224 pixels, 2.8 million parameters. */
export const MobileNeXt_x0_75: Factory = /* @__PURE__ */ width(0.75)
/** 224 by 224 pixels, 3.5 million parameters. */
export const MobileNeXt_x1_0: Factory = /* @__PURE__ */ width(1)
/** 224 by 224 pixels, 6.1 million parameters. */
export const MobileNeXt_x1_4: Factory = /* @__PURE__ */ width(1.4)
