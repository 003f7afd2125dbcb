import {
  dropout,
  flatten,
  globalAvgPool,
  hardSigmoid,
  inOrder,
  linear,
  type Module,
  module,
  relu,
  uniform,
} from '@clas/nn'
import { add, concat, type Tensor } from '@tensorflow/tfjs-core'
import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { makeDivisible } from '../blocks/make-divisible.ts'
import { scaleName } from '../blocks/scale-name.ts'
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** GhostNet (Han et al. 2020, arXiv 1911.11907), in widths of 0.5 to 1.3. */
export interface GhostNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0.2. */
  readonly dropout?: number
}

/** kernel, expansion, width, squeeze and excitation, stride */
type Row = readonly [number, number, number, boolean, number]

const BLOCKS: readonly Row[] = [
  [3, 16, 16, false, 1],
  [3, 48, 24, false, 2],
  [3, 72, 24, false, 1],
  [5, 72, 40, true, 2],
  [5, 120, 40, true, 1],
  [3, 240, 80, false, 2],
  [3, 200, 80, false, 1],
  [3, 184, 80, false, 1],
  [3, 184, 80, false, 1],
  [3, 480, 112, true, 1],
  [3, 672, 112, true, 1],
  [5, 672, 160, true, 2],
  [5, 960, 160, false, 1],
  [5, 960, 160, true, 1],
  [5, 960, 160, false, 1],
  [5, 960, 160, true, 1],
]

const STEM = 16
const LAST = 960
const HEAD = 1280
const C2_TO_C5 = [2, 4, 10, 15]

function ghostNet(scale: number, options: GhostNetOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.2 } = options
  const widthOf = (width: number): number => makeDivisible(width * scale, 4)
  const blockName = (i: number): string => `_ghostbottleneck_${i}`
  let channels = widthOf(STEM)
  const blocks = BLOCKS.map(([kernel, expansion, width, excited, stride], i) => {
    const before = channels
    channels = widthOf(width)
    return [blockName(i), ghostBottleneck(before, widthOf(expansion), channels, { kernel, excited, stride })] as const
  })
  const names = ['conv1', ...blocks.map(([name]) => name), 'conv_last']
  const root = module(
    {
      conv1: convBatchNorm(inChannels, widthOf(STEM), 3, { stride: 2, activation: relu, decay: false }),
      ...Object.fromEntries(blocks),
      conv_last: convBatchNorm(channels, widthOf(LAST), 1, { activation: relu, decay: false }),
      fc_0: convBatchNorm(widthOf(LAST), HEAD, 1, { activation: relu, decay: false }),
      dropout: dropout(dropped),
      fc_1: linear(HEAD, classes, { initializer: uniform(1 / Math.sqrt(HEAD)) }),
    },
    (parts, x) => {
      const { fc_0, dropout, fc_1 } = parts
      return fc_1(flatten(dropout(fc_0(globalAvgPool(inOrder(parts, names, x))))))
    },
    'GhostNet',
  )
  return {
    ...root,
    name: `GhostNet_${scaleName(scale)}`,
    inputSize: 224,
    classes,
    stages: C2_TO_C5.map(blockName),
    classifier: 'fc_1',
    preprocessing: imagenetPreprocessing,
  }
}

interface BlockOptions {
  readonly kernel: number
  readonly excited: boolean
  readonly stride: number
}

function ghostBottleneck(inChannels: number, expanded: number, outChannels: number, options: BlockOptions): Module {
  const { kernel, excited, stride } = options
  const depthwise = (channels: number): Module =>
    convBatchNorm(channels, channels, kernel, { stride, groups: channels, decay: false })
  const branch = {
    ghost_module_1: ghostModule(inChannels, expanded, relu),
    ...(stride > 1 ? { depthwise_conv: depthwise(expanded) } : {}),
    ...(excited
      ? { se_block: squeezeExcitation(expanded, { layers: 'linear', keys: ['squeeze', 'excitation'], gate: clip }) }
      : {}),
    ghost_module_2: ghostModule(expanded, outChannels),
  }
  const shortcut =
    stride === 1 && inChannels === outChannels
      ? {}
      : {
          shortcut_depthwise: depthwise(inChannels),
          shortcut_conv: convBatchNorm(inChannels, outChannels, 1, { decay: false }),
        }
  return module(
    { ...branch, ...shortcut },
    (parts, x) => add(inOrder(parts, Object.keys(branch), x), inOrder(parts, Object.keys(shortcut), x)),
    'ghostBottleneck',
  )
}

/** Half of the channels by a convolution, the other half from those by a cheap depthwise one. */
function ghostModule(inChannels: number, outChannels: number, activation: (x: Tensor) => Tensor = (x) => x): Module {
  const half = outChannels / 2
  return module(
    {
      primary_conv: convBatchNorm(inChannels, half, 1, { activation, decay: false }),
      cheap_operation: convBatchNorm(half, half, 3, { groups: half, activation, decay: false }),
    },
    ({ primary_conv, cheap_operation }, x) => {
      const primary = primary_conv(x)
      return concat([primary, cheap_operation(primary)], 3)
    },
    'ghostModule',
  )
}

/** Factors of [0, 1], clipped. */
const clip = (x: Tensor): Tensor => hardSigmoid(x, { slope: 1, offset: 0 })

type Factory = (options?: GhostNetOptions) => Model
const width =
  (scale: number): Factory =>
  (options = {}) =>
    ghostNet(scale, options)

/** 224 by 224 pixels, 2.6 million parameters, published top-1 66.88 %. */
export const GhostNet_x0_5: Factory = /* @__PURE__ */ width(0.5)
/** 224 by 224 pixels, 5.2 million parameters, published top-1 74.02 %. */
export const GhostNet_x1_0: Factory = /* @__PURE__ */ width(1)
/** 224 by 224 pixels, 7.4 million parameters, published top-1 75.79 %. */
export const GhostNet_x1_3: Factory = /* @__PURE__ */ width(1.3)
