import { flatten, globalAvgPool, inOrder, kaimingNormal, linear, type Module, module, relu, sequential } from '@clas/nn'
import { convBn } from '../blocks/conv-bn.ts'
import { scaleName } from '../blocks/scale-name.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** MobileNetV1 (Howard et al. 2017, arXiv 1704.04861), in widths of 0.25 to 1. */
export interface MobileNetV1Options extends ModelOptions {}

/** width, stride */
const BLOCKS = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
] as const

const STEM = 32
const STAGES = [2, 4, 10, 12]

function mobileNetV1(scale: number, options: MobileNetV1Options): Model {
  const { classes = 1000, inChannels = 3 } = options
  let channels = STEM * scale
  const blocks = BLOCKS.map(([width, stride]) => {
    const before = channels
    channels = width * scale
    return depthwiseSeparable(before, channels, stride)
  })
  const root = module(
    {
      conv: convBn(inChannels, STEM * scale, 3, { stride: 2, activation: relu }),
      blocks: sequential(blocks),
      fc: linear(channels, classes, { initializer: kaimingNormal() }),
    },
    ({ conv, blocks, fc }, x) => fc(flatten(globalAvgPool(blocks(conv(x))))),
    'MobileNetV1',
  )
  return {
    ...root,
    name: scale === 1 ? 'MobileNetV1' : `MobileNetV1_${scaleName(scale)}`,
    inputSize: 224,
    classes,
    stages: STAGES.map((i) => `blocks.${i}`),
    classifier: 'fc',
    preprocessing: imagenetPreprocessing,
  }
}

function depthwiseSeparable(inChannels: number, outChannels: number, stride: number): Module {
  return module(
    {
      depthwise_conv: convBn(inChannels, inChannels, 3, { stride, groups: inChannels, activation: relu }),
      pointwise_conv: convBn(inChannels, outChannels, 1, { activation: relu }),
    },
    (parts, x) => inOrder(parts, ['depthwise_conv', 'pointwise_conv'], x),
    'depthwiseSeparable',
  )
}

type Factory = (options?: MobileNetV1Options) => Model
const width =
  (scale: number): Factory =>
  (options = {}) =>
    mobileNetV1(scale, options)

/** 224 by 224 pixels, 0.5 million parameters, published top-1 51.43 %. */
export const MobileNetV1_x0_25: Factory = /* @__PURE__ */ width(0.25)
/** 224 by 224 pixels, 1.3 million parameters, published top-1 63.52 %. */
export const MobileNetV1_x0_5: Factory = /* @__PURE__ */ width(0.5)
/** 224 by 224 pixels, 2.6 million parameters, published top-1 68.81 %. */
export const MobileNetV1_x0_75: Factory = /* @__PURE__ */ width(0.75)
/** 224 by 224 pixels, 4.2 million parameters, published top-1 70.99 %. */
export const MobileNetV1: Factory = /* @__PURE__ */ width(1)
