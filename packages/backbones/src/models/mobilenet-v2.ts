import { flatten, globalAvgPool, inOrder, linear, type Module, module, relu6 } from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'
import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { scaleName } from '../blocks/scale-name.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** MobileNetV2 (Sandler et al. 2018, arXiv 1801.04381), in widths of 0.25 to 2. */
export interface MobileNetV2Options extends ModelOptions {
  /**
   * Whether the first block, whose expansion is 1, has the convolution that expands. Default true, as PaddleClas has it;
   * the paper's and torchvision's has none.
   */
  readonly expandFirst?: boolean
}

/** expansion, width, repetitions, stride of the first */
type Row = readonly [number, number, number, number]

const STAGES: Readonly<Record<string, Row>> = {
  conv2: [1, 16, 1, 1],
  conv3: [6, 24, 2, 2],
  conv4: [6, 32, 3, 2],
  conv5: [6, 64, 4, 2],
  conv6: [6, 96, 3, 1],
  conv7: [6, 160, 3, 2],
  conv8: [6, 320, 1, 1],
}

const STEM = 32
const LAST = 1280

function mobileNetV2(scale: number, options: MobileNetV2Options): Model {
  const { classes = 1000, inChannels = 3, expandFirst = true } = options
  const last = LAST * Math.max(1, scale)
  const stem = STEM * scale
  let channels = stem
  const stages = Object.entries(STAGES).map(([name, [expansion, width, repetitions, stride]]) => {
    const before = channels
    channels = Math.floor(width * scale)
    return [name, stage(name, before, channels, { expansion, repetitions, stride, expandFirst })] as const
  })
  const names = stages.map(([name]) => name)
  const root = module(
    {
      conv1: convBatchNorm(inChannels, stem, 3, { stride: 2, activation: relu6 }),
      ...Object.fromEntries(stages),
      conv9: convBatchNorm(channels, last, 1, { activation: relu6 }),
      out: linear(last, classes),
    },
    (parts, x) => parts.out(flatten(globalAvgPool(inOrder(parts, ['conv1', ...names, 'conv9'], x)))),
    'MobileNetV2',
  )
  return {
    ...root,
    name: scale === 1 ? 'MobileNetV2' : `MobileNetV2_${scaleName(scale)}`,
    inputSize: 224,
    classes,
    stages: ['conv3', 'conv4', 'conv6', 'conv8'],
    classifier: 'out',
    preprocessing: imagenetPreprocessing,
    settings: { expandFirst },
  }
}

interface StageOptions {
  readonly expansion: number
  readonly repetitions: number
  readonly stride: number
  readonly expandFirst: boolean
}

function stage(name: string, inChannels: number, outChannels: number, options: StageOptions): Module {
  const { expansion, repetitions, stride, expandFirst } = options
  const expands = expansion > 1 || expandFirst
  const blocks: Record<string, Module> = {
    _first_block: bottleneck(inChannels, outChannels, { expansion, stride, expands }),
  }
  for (let i = 2; i <= repetitions; i++) blocks[`${name}_${i}`] = residual(outChannels, expansion)
  return module(blocks, (parts, x) => inOrder(parts, Object.keys(blocks), x), 'stage')
}

interface BottleneckOptions {
  readonly expansion: number
  readonly stride: number
  readonly expands: boolean
}

function bottleneck(inChannels: number, outChannels: number, options: BottleneckOptions): Module {
  const { expansion, stride, expands } = options
  const expanded = inChannels * expansion
  const layers = {
    ...(expands ? { _expand_conv: convBatchNorm(inChannels, expanded, 1, { activation: relu6 }) } : {}),
    _bottleneck_conv: convBatchNorm(expanded, expanded, 3, { stride, groups: expanded, activation: relu6 }),
    _linear_conv: convBatchNorm(expanded, outChannels, 1),
  }
  return module(layers, (parts, x) => inOrder(parts, Object.keys(layers), x), 'bottleneck')
}

function residual(channels: number, expansion: number): Module {
  const branch = bottleneck(channels, channels, { expansion, stride: 1, expands: true })
  return { ...branch, forward: (parts, x, context) => add(x, branch.forward(parts, x, context)) }
}

type Factory = (options?: MobileNetV2Options) => Model
const width =
  (scale: number): Factory =>
  (options = {}) =>
    mobileNetV2(scale, options)

/** 224 by 224 pixels, 1.5 million parameters, published top-1 53.21 %. */
export const MobileNetV2_x0_25: Factory = /* @__PURE__ */ width(0.25)
/** 224 by 224 pixels, 2.0 million parameters, published top-1 65.03 %. */
export const MobileNetV2_x0_5: Factory = /* @__PURE__ */ width(0.5)
/** 224 by 224 pixels, 2.6 million parameters, published top-1 69.83 %. */
export const MobileNetV2_x0_75: Factory = /* @__PURE__ */ width(0.75)
/** 224 by 224 pixels, 3.5 million parameters, published top-1 72.15 %. */
export const MobileNetV2: Factory = /* @__PURE__ */ width(1)
/** 224 by 224 pixels, 6.9 million parameters, published top-1 74.12 %. */
export const MobileNetV2_x1_5: Factory = /* @__PURE__ */ width(1.5)
/** 224 by 224 pixels, 11.3 million parameters, published top-1 75.23 %. */
export const MobileNetV2_x2_0: Factory = /* @__PURE__ */ width(2)
