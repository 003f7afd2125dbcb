import {
  batchNorm,
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  inOrder,
  linear,
  type Module,
  module,
  relu,
} from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'
import { convBn } from '../blocks/conv-bn.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * Xception as DeepLabv3+ has it (Chen et al. 2018, arXiv 1802.02611): strides in place of poolings, and normalisation
 * after the depthwise convolutions too.
 */
export interface XceptionDeeplabOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); published weights assume the default 0.5. */
  readonly dropout?: number
}

interface Block {
  /** What the three separable convolutions give. */
  readonly widths: readonly [number, number, number]
  /** Of the last one and of the shortcut; default 1. */
  readonly stride?: number
  /** What is added to the output: the input, a convolution of it, or nothing; default the convolution. */
  readonly shortcut?: 'input' | 'convolution' | 'none'
  readonly dilation?: number
  /** Where there is relu: before each separable convolution (default), or after each of its halves. */
  readonly activation?: 'before' | 'inside'
}

const same = (width: number): Block['widths'] => [width, width, width]

const STEM = [32, 64] as const
const ENTRY: readonly Block[] = [128, 256, 728].map((width) => ({ widths: same(width), stride: 2 }))
const MIDDLE: Block = { widths: same(728), shortcut: 'input' }
const EXIT: readonly Block[] = [
  { widths: [728, 1024, 1024], stride: 2 },
  { widths: [1536, 1536, 2048], dilation: 2, shortcut: 'none', activation: 'inside' },
]
const NORM = { epsilon: 1e-3, momentum: 0.99 } as const
const KEYS = ['_conv', '_bn'] as const

function xceptionDeeplab(depth: 41 | 65, middle: number, options: XceptionDeeplabOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.5 } = options
  let channels: number = STEM[1]
  const make = (name: (i: number) => string, blocks: readonly Block[]): (readonly [string, Module])[] =>
    blocks.map((block, i) => {
      const before = channels
      channels = block.widths[2]
      return [name(i + 1), xceptionBlock(before, block)] as const
    })
  const prefix = `xception_${depth}`
  const entryFlow = make((i) => `${prefix}/entry_flow/block${i}`, ENTRY)
  const middleFlow = make((i) => `${prefix}/middle_flow/block${i}`, Array(middle).fill(MIDDLE) as Block[])
  const exitFlow = make((i) => `_exit_flow_${i}`, EXIT)
  const blocks = [...entryFlow, ...middleFlow, ...exitFlow]
  const root = module(
    {
      _conv1: convBn(inChannels, STEM[0], 3, { ...NORM, keys: KEYS, stride: 2, activation: relu }),
      _conv2: convBn(STEM[0], STEM[1], 3, { ...NORM, keys: KEYS, activation: relu }),
      ...Object.fromEntries(blocks),
      _drop: dropout(dropped, { mode: 'downscaleInInference' }),
      _fc: linear(channels, classes),
    },
    (parts, x) => {
      const features = inOrder(parts, ['_conv1', '_conv2', ...blocks.map(([name]) => name)], x)
      return parts._fc(flatten(globalAvgPool(parts._drop(features))))
    },
    'XceptionDeeplab',
  )
  return {
    ...root,
    name: `Xception${depth}_deeplab`,
    inputSize: 299,
    classes,
    stages: [entryFlow[0], entryFlow[1], middleFlow.at(-1), exitFlow[1]].map((block) => block?.[0] ?? ''),
    classifier: '_fc',
    preprocessing: { ...imagenetPreprocessing, resizeShort: 320 },
  }
}

function xceptionBlock(inChannels: number, block: Block): Module {
  const { widths, stride = 1, shortcut = 'convolution', activation = 'before' } = block
  const separable = widths.map((width, i) =>
    separableConv(i === 0 ? inChannels : (widths[i - 1] as number), width, { ...block, stride: i === 2 ? stride : 1 }),
  )
  const branch = Object.fromEntries(separable.map((convolution, i) => [`_conv${i + 1}`, convolution]))
  const short = convBn(inChannels, widths[2], 1, { ...NORM, keys: KEYS, stride })
  return module(
    { ...branch, ...(shortcut === 'convolution' ? { _short: short } : {}) },
    (parts, x) => {
      const output = Object.keys(branch).reduce(
        (value, name) => inOrder(parts, [name], activation === 'before' ? relu(value) : value),
        x,
      )
      if (shortcut === 'none') return output
      return add(output, shortcut === 'convolution' ? inOrder(parts, ['_short'], x) : x)
    },
    'xceptionBlock',
  )
}

function separableConv(inChannels: number, outChannels: number, options: Omit<Block, 'widths'>): Module {
  const { stride = 1, dilation = 1, activation } = options
  const activate = activation === 'inside' ? relu : <T>(x: T): T => x
  return module(
    {
      _conv1: conv2d(inChannels, inChannels, 3, {
        stride,
        dilation,
        padding: dilation,
        groups: inChannels,
        bias: false,
      }),
      _bn1: batchNorm(inChannels, NORM),
      _conv2: conv2d(inChannels, outChannels, 1, { bias: false }),
      _bn2: batchNorm(outChannels, NORM),
    },
    ({ _conv1, _bn1, _conv2, _bn2 }, x) => activate(_bn2(_conv2(activate(_bn1(_conv1(x)))))),
    'separableConv',
  )
}

type Factory = (options?: XceptionDeeplabOptions) => Model
const define =
  (depth: 41 | 65, middle: number): Factory =>
  (options = {}) =>
    xceptionDeeplab(depth, middle, options)

/** 299 by 299 pixels, 27.0 million parameters, published top-1 79.55 %. */
export const Xception41_deeplab: Factory = /* @__PURE__ */ define(41, 8)
/** 299 by 299 pixels, 39.9 million parameters, published top-1 80.32 %. */
export const Xception65_deeplab: Factory = /* @__PURE__ */ define(65, 16)
