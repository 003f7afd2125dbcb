import {
  batchNorm,
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  type Module,
  module,
  relu,
  relu6,
  sequential,
  sigmoid,
  swish,
} from '@clas/nn'
import { add, mul, pad, type Tensor } from '@tensorflow/tfjs-core'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** ReXNet (Han et al. 2020, arXiv 2007.00992): widths that grow a little with every block. */
export interface ReXNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0.2. */
  readonly dropout?: number
}

/** repetitions, stride of the first, squeeze and excitation, expansion */
type Row = readonly [number, number, boolean, number]

const STAGES: readonly Row[] = [
  [1, 1, false, 1],
  [2, 2, false, 6],
  [2, 2, true, 6],
  [3, 2, true, 6],
  [3, 1, true, 6],
  [5, 2, true, 6],
]

const STEM = 32
const FIRST = 16
/** By how much the last block is wider than the first would be. */
const GROWTH = 180
const LAST = 1280
const C2_TO_C5 = [5, 7, 13, 18]

function reXNet(scale: number, options: ReXNetOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.2 } = options
  const depth = STAGES.reduce((sum, [repetitions]) => sum + repetitions, 0)
  const last = Math.floor(LAST * scale)
  const blocks: Module[] = []
  let channels = roundHalfToEven(STEM * scale)
  const stem = convBn(inChannels, channels, 3, { stride: 2 })
  for (const [repetitions, stride, excited, expansion] of STAGES) {
    for (let i = 0; i < repetitions; i++) {
      const before = channels
      channels = roundHalfToEven((FIRST + (GROWTH / depth) * blocks.length) * scale)
      blocks.push(linearBottleneck(before, channels, { expansion, stride: i === 0 ? stride : 1, excited }))
    }
  }
  const root = module(
    {
      features: sequential([...stem, swish, ...blocks, ...convBn(channels, last, 1), swish]),
      output: sequential([dropout(dropped), conv2d(last, classes, 1)]),
    },
    ({ features, output }, x) => flatten(output(globalAvgPool(features(x)))),
    'ReXNet',
  )
  return {
    ...root,
    name: `ReXNet_${scale.toFixed(1).replace('.', '_')}`,
    inputSize: 224,
    classes,
    stages: C2_TO_C5.map((i) => `features.${i}`),
    classifier: 'output.1',
    preprocessing: imagenetPreprocessing,
  }
}

interface BlockOptions {
  readonly expansion: number
  readonly stride: number
  readonly excited: boolean
}

function linearBottleneck(
  inChannels: number,
  outChannels: number,
  { expansion, stride, excited }: BlockOptions,
): Module {
  const expanded = inChannels * expansion
  const layers = [
    ...(expansion > 1 ? [...convBn(inChannels, expanded, 1), swish] : []),
    ...convBn(expanded, expanded, 3, { stride, groups: expanded }),
    ...(excited ? [squeezeExcitation(expanded)] : []),
    relu6,
    ...convBn(expanded, outChannels, 1),
  ]
  const shortcut = stride === 1 && inChannels <= outChannels
  return module(
    { out: sequential(layers) },
    ({ out }, x) => (shortcut ? add(out(x), widened(x, outChannels)) : out(x)),
    'linearBottleneck',
  )
}

/** With zeros in the channels that are new, so that a narrower input can be added. */
function widened(x: Tensor, channels: number): Tensor {
  const more = channels - (x.shape[3] ?? 0)
  return more === 0
    ? x
    : pad(x, [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, more],
      ])
}

function squeezeExcitation(channels: number): Module {
  const hidden = Math.floor(channels / 12)
  const layers = [conv2d(channels, hidden, 1), batchNorm(hidden), relu, conv2d(hidden, channels, 1), sigmoid]
  return module({ fc: sequential(layers) }, ({ fc }, x) => mul(x, fc(globalAvgPool(x))), 'squeezeExcitation')
}

/** The two layers, which the keys number one by one. */
function convBn(
  inChannels: number,
  outChannels: number,
  size: number,
  options: { readonly stride?: number; readonly groups?: number } = {},
): readonly Module[] {
  return [
    conv2d(inChannels, outChannels, size, { ...options, padding: (size - 1) / 2, bias: false }),
    batchNorm(outChannels),
  ]
}

/** As Python rounds: halves to the even neighbour. */
function roundHalfToEven(value: number): number {
  const nearest = Math.round(value)
  return nearest - value === 0.5 && nearest % 2 === 1 ? nearest - 1 : nearest
}

type Factory = (options?: ReXNetOptions) => Model
const width =
  (scale: number): Factory =>
  (options = {}) =>
    reXNet(scale, options)

/** 224 by 224 pixels, 4.8 million parameters, published top-1 77.46 %. */
export const ReXNet_1_0: Factory = /* @__PURE__ */ width(1)
/** 224 by 224 pixels, 7.6 million parameters, published top-1 79.13 %. */
export const ReXNet_1_3: Factory = /* @__PURE__ */ width(1.3)
/** 224 by 224 pixels, 9.7 million parameters, published top-1 80.06 %. */
export const ReXNet_1_5: Factory = /* @__PURE__ */ width(1.5)
/** 224 by 224 pixels, 16.4 million parameters, published top-1 81.22 %. */
export const ReXNet_2_0: Factory = /* @__PURE__ */ width(2)
/** 224 by 224 pixels, 34.7 million parameters, published top-1 82.09 %. */
export const ReXNet_3_0: Factory = /* @__PURE__ */ width(3)
