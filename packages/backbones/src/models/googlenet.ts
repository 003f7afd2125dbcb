import {
  adaptiveAvgPool,
  avgPool,
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  inOrder,
  linear,
  type Module,
  maxPool,
  module,
  relu,
  uniform,
} from '@clas/nn'
import type { Tensor } from '@tensorflow/tfjs-core'
import { branching, type ConvUnit } from '../blocks/branching.ts'
import { flattenChannelsFirst } from '../blocks/flatten-channels-first.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * GoogLeNet (Szegedy et al. 2014, arXiv 1409.4842), with convolutions that have no bias. Two auxiliary classifiers, at
 * `auxiliary` of the model, look at the features of earlier blocks, in evaluation too.
 */
export interface GoogLeNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); published weights assume the default 0.4. */
  readonly dropout?: number
  /**
   * Whether there are auxiliary classifiers, which need pictures of at least 93 by 93 pixels; published weights have
   * them. Default true.
   */
  readonly auxiliary?: boolean
}

/** Widths of the branches: 1x1; 3x3 and 5x5, each reduced before; 1x1 after a pooling. */
type Row = readonly [number, reduce3: number, number, reduce5: number, number, projection: number]

const BLOCKS: Readonly<Record<string, Row>> = {
  _ince3a: [64, 96, 128, 16, 32, 32],
  _ince3b: [128, 128, 192, 32, 96, 64],
  _ince4a: [192, 96, 208, 16, 48, 64],
  _ince4b: [160, 112, 224, 24, 64, 64],
  _ince4c: [128, 128, 256, 24, 64, 64],
  _ince4d: [112, 144, 288, 32, 64, 64],
  _ince4e: [256, 160, 320, 32, 128, 128],
  _ince5a: [256, 160, 320, 32, 128, 128],
  _ince5b: [384, 192, 384, 48, 128, 128],
}

/** The blocks behind which an auxiliary classifier looks. */
const LOOKED_AT = ['_ince4a', '_ince4d']
/** The blocks before which there is a pooling. */
const POOLED = ['_ince3a', '_ince4a', '_ince5a']

const STEM = 192
/** Of an auxiliary classifier: channels and side of its features, and its hidden width. */
const HEAD = { channels: 128, side: 3, hidden: 1024 } as const

/** 224 by 224 pixels, 11.5 million parameters, published top-1 70.70 %. */
export function GoogLeNet(options: GoogLeNetOptions = {}): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.4, auxiliary = true } = options
  let channels = STEM
  const widths: Record<string, number> = {}
  const blocks = Object.entries(BLOCKS).map(([name, row]) => {
    const before = channels
    channels = row[0] + row[2] + row[4] + row[5]
    widths[name] = channels
    return [name, inception(before, row)] as const
  })
  const lookedAt = auxiliary ? LOOKED_AT : []
  const heads = lookedAt.flatMap((name, i) => auxiliaryHead(i + 1, widths[name] as number, classes))
  const root = module(
    {
      _conv: convolution(inChannels, 64, 7, { stride: 2 }),
      _conv_1: convolution(64, 64, 1),
      _conv_2: convolution(64, STEM, 3),
      ...Object.fromEntries(blocks),
      _drop: dropout(dropped, { mode: 'downscaleInInference' }),
      _fc_out: linear(channels, classes, { initializer: uniform(Math.sqrt(3 / channels)) }),
      ...Object.fromEntries(heads),
    },
    (parts, x) => {
      let map = parts._conv_2(parts._conv_1(halved(parts._conv(x))))
      for (const name of Object.keys(BLOCKS)) {
        map = inOrder(parts, [name], POOLED.includes(name) ? halved(map) : map)
        if (lookedAt.includes(name)) lookFrom(parts, lookedAt.indexOf(name) + 1, map)
      }
      return parts._fc_out(flatten(parts._drop(globalAvgPool(map))))
    },
    'GoogLeNet',
  )
  return {
    ...root,
    name: 'GoogLeNet',
    inputSize: 224,
    classes,
    stages: ['_conv_2', '_ince3b', '_ince4e', '_ince5b'],
    classifier: '_fc_out',
    ...(auxiliary ? { auxiliary: lookedAt.map((_, i) => `_out${i + 1}`) } : {}),
    preprocessing: imagenetPreprocessing,
  }
}

function auxiliaryHead(i: number, inChannels: number, classes: number): (readonly [key: string, Module])[] {
  const { channels, side, hidden } = HEAD
  return [
    [`_conv_o${i}`, convolution(inChannels, channels, 1)],
    [`_fc_o${i}`, linear(channels * side * side, hidden, { initializer: uniform(Math.sqrt(3 / 2048)) })],
    [`_drop_o${i}`, dropout(0.7, { mode: 'downscaleInInference' })],
    [`_out${i}`, linear(hidden, classes, { initializer: uniform(Math.sqrt(3 / hidden)) })],
  ]
}

/** Runs an auxiliary classifier. Its logits are for those who tap them. */
function lookFrom(parts: object, i: number, x: Tensor): void {
  const map = inOrder(parts, [`_conv_o${i}`], avgPool(x, 5, { stride: 3 }))
  const hidden = inOrder(parts, [`_fc_o${i}`], flattenChannelsFirst(adaptiveAvgPool(map, HEAD.side)))
  // The published network leaves the activation out of the second one.
  inOrder(parts, [`_drop_o${i}`, `_out${i}`], i === 1 ? relu(hidden) : hidden)
}

const halved = (x: Tensor): Tensor => maxPool(x, 3, { stride: 2 })

const convolution: ConvUnit = (inChannels, outChannels, size, options) => {
  const padding = typeof size === 'number' ? (size - 1) / 2 : 0
  const _conv = conv2d(inChannels, outChannels, size, { padding, ...options, bias: false })
  return module({ _conv }, (parts, x) => parts._conv(x), 'convolution')
}

function inception(inChannels: number, [width1, reduce3, width3, reduce5, width5, projection]: Row): Module {
  const fork = [
    [['_conv1', width1, 1]],
    [
      ['_conv3r', reduce3, 1],
      ['_conv3', width3, 3],
    ],
    [
      ['_conv5r', reduce5, 1],
      ['_conv5', width5, 5],
    ],
    [(x: Tensor) => maxPool(x, 3, { stride: 1, padding: 1 }), ['_convprj', projection, 1]],
  ] as const
  return branching(inChannels, [{ fork }, relu], convolution)
}
