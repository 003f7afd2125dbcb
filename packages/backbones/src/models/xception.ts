import {
  conv2d,
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
import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * Xception (Chollet 2016, arXiv 1610.02357). Its separable convolutions mix the channels first, and then look at the
 * neighbours of each.
 */
export type XceptionOptions = ModelOptions

interface Architecture {
  /** Width and stride of each block of the entry flow. */
  readonly entry: readonly (readonly [width: number, stride: number])[]
  /** Blocks of the middle flow. */
  readonly middle: number
  /** Of the entry flow, those that end at a stride of 4 and 8. */
  readonly stages: readonly [number, number]
}

const STEM = [32, 64] as const
const MIDDLE = 728
const EXIT = [1024, 1536, 2048] as const

function xception(name: string, { entry, middle, stages }: Architecture, options: XceptionOptions): Model {
  const { classes = 1000, inChannels = 3 } = options
  const root = module(
    { _entry_flow: entryFlow(inChannels, entry), _middle_flow: middleFlow(middle), _exit_flow: exitFlow(classes) },
    ({ _entry_flow, _middle_flow, _exit_flow }, x) => _exit_flow(_middle_flow(_entry_flow(x))),
    'Xception',
  )
  return {
    ...root,
    name,
    inputSize: 299,
    classes,
    stages: [...stages.map((i) => `_entry_flow._conv_${i}`), '_middle_flow', '_exit_flow._relu'],
    classifier: '_exit_flow._out',
    preprocessing: { ...imagenetPreprocessing, resizeShort: 320 },
  }
}

function entryFlow(inChannels: number, entry: Architecture['entry']): Module {
  let channels: number = STEM[1]
  const blocks = entry.map(([width, stride], i) => {
    const before = channels
    channels = width
    return [`_conv_${i}`, reduction(before, [width, width], { stride, activated: i > 0 })] as const
  })
  const parts = {
    _conv1: convBatchNorm(inChannels, STEM[0], 3, { stride: 2, activation: relu }),
    _conv2: convBatchNorm(STEM[0], STEM[1], 3, { activation: relu }),
    ...Object.fromEntries(blocks),
  }
  return module(parts, (bound, x) => inOrder(bound, Object.keys(parts), x), 'entryFlow')
}

function middleFlow(count: number): Module {
  const blocks = Object.fromEntries(Array.from({ length: count }, (_, i) => [`_conv_${i}`, middleBlock()]))
  return module(blocks, (bound, x) => inOrder(bound, Object.keys(blocks), x), 'middleFlow')
}

function middleBlock(): Module {
  const separable = separableConv(MIDDLE, MIDDLE)
  return module(
    { _conv_0: separable, _conv_1: separable, _conv_2: separable },
    ({ _conv_0, _conv_1, _conv_2 }, x) => add(x, _conv_2(relu(_conv_1(relu(_conv_0(relu(x))))))),
    'middleBlock',
  )
}

function exitFlow(classes: number): Module {
  const [first, second, last] = EXIT
  return module(
    {
      _conv_0: reduction(MIDDLE, [MIDDLE, first], { stride: 2, activated: true, keys: ['_conv_1', '_conv_2'] }),
      _conv_1: separableConv(first, second),
      _conv_2: separableConv(second, last),
      _relu: sequential([relu]),
      _out: linear(last, classes, { initializer: uniform(1 / Math.sqrt(last)) }),
    },
    ({ _conv_0, _conv_1, _conv_2, _relu, _out }, x) =>
      _out(flatten(globalAvgPool(_relu(_conv_2(relu(_conv_1(_conv_0(x)))))))),
    'exitFlow',
  )
}

interface ReductionOptions {
  readonly stride: number
  /** Whether the first convolution is given relu of the input. */
  readonly activated: boolean
  /** Of the separable convolutions; default `_conv1`, `_conv2`. */
  readonly keys?: readonly [string, string]
}

/** Two separable convolutions and a pooling, and a convolution that passes them by. */
function reduction(inChannels: number, widths: readonly [number, number], options: ReductionOptions): Module {
  const { stride, activated, keys = ['_conv1', '_conv2'] } = options
  const [first, second] = keys
  const [hidden, outChannels] = widths
  return module(
    {
      _short: conv2d(inChannels, outChannels, 1, { stride, bias: false }),
      [first]: separableConv(inChannels, hidden),
      [second]: separableConv(hidden, outChannels),
    },
    (parts, x) => {
      const features = inOrder(parts, [first], activated ? relu(x) : x)
      const branch = maxPool(inOrder(parts, [second], relu(features)), 3, { stride, padding: 1 })
      return add(inOrder(parts, ['_short'], x), branch)
    },
    'reduction',
  )
}

function separableConv(inChannels: number, outChannels: number): Module {
  return module(
    {
      _pointwise_conv: convBatchNorm(inChannels, outChannels, 1),
      _depthwise_conv: convBatchNorm(outChannels, outChannels, 3, { groups: outChannels }),
    },
    ({ _pointwise_conv, _depthwise_conv }, x) => _depthwise_conv(_pointwise_conv(x)),
    'separableConv',
  )
}

const three = [
  [128, 2],
  [256, 2],
  [MIDDLE, 2],
] as const
const five = [
  [128, 2],
  [256, 1],
  [256, 2],
  [MIDDLE, 1],
  [MIDDLE, 2],
] as const

type Factory = (options?: XceptionOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    xception(name, architecture, options)

/** 299 by 299 pixels, 22.9 million parameters, published top-1 79.30 %. */
export const Xception41: Factory = /* @__PURE__ */ define('Xception41', { entry: three, middle: 8, stages: [0, 1] })
/** 299 by 299 pixels, 35.9 million parameters, published top-1 81.00 %. */
export const Xception65: Factory = /* @__PURE__ */ define('Xception65', { entry: three, middle: 16, stages: [0, 1] })
/** 299 by 299 pixels, 37.7 million parameters, published top-1 81.11 %. */
export const Xception71: Factory = /* @__PURE__ */ define('Xception71', { entry: five, middle: 16, stages: [1, 3] })
