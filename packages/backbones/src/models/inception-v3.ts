import {
  avgPool,
  dropout,
  flatten,
  globalAvgPool,
  linear,
  type Module,
  maxPool,
  module,
  relu,
  sequential,
  uniform,
} from '@clas/nn'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type Branch, branching, type ConvUnit } from '../blocks/branching.ts'
import { convBn } from '../blocks/conv-bn.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** Inception-v3 (Szegedy et al. 2015, arXiv 1512.00567), without the auxiliary classifier. */
export interface InceptionV3Options extends ModelOptions {
  /** Before the classifier, in [0, 1); published weights assume the default 0.2. */
  readonly dropout?: number
}

const unit: ConvUnit = (inChannels, outChannels, size, options) =>
  convBn(inChannels, outChannels, size, { ...options, activation: relu })
const largest = (x: Tensor): Tensor => maxPool(x, 3, { stride: 2 })
const mean = (x: Tensor): Tensor => avgPool(x, 3, { stride: 1, padding: 1, countPadding: true })
const reduce = { stride: 2, padding: 0 } as const
const valid = { padding: 0 } as const

const STEM: Branch = [
  ['conv_1a_3x3', 32, 3, reduce],
  ['conv_2a_3x3', 32, 3, valid],
  ['conv_2b_3x3', 64, 3],
  largest,
  ['conv_3b_1x1', 80, 1],
  ['conv_4a_3x3', 192, 3, valid],
  largest,
]

/** 3x3 and 5x5, at a stride of 8. */
const inceptionA = (projection: number): Branch => [
  {
    fork: [
      [['branch1x1', 64, 1]],
      [
        ['branch5x5_1', 48, 1],
        ['branch5x5_2', 64, 5],
      ],
      [
        ['branch3x3dbl_1', 64, 1],
        ['branch3x3dbl_2', 96, 3],
        ['branch3x3dbl_3', 96, 3],
      ],
      [mean, ['branch_pool_conv', projection, 1]],
    ],
  },
]

/** From a stride of 8 to 16. */
const inceptionB: Branch = [
  {
    fork: [
      [['branch3x3', 384, 3, reduce]],
      [
        ['branch3x3dbl_1', 64, 1],
        ['branch3x3dbl_2', 96, 3],
        ['branch3x3dbl_3', 96, 3, reduce],
      ],
      [largest],
    ],
  },
]

/** 7x7 in two directions, one after the other, at a stride of 16. */
const inceptionC = (width: number): Branch => [
  {
    fork: [
      [['branch1x1', 192, 1]],
      [
        ['branch7x7_1', width, 1],
        ['branch7x7_2', width, [1, 7]],
        ['branch7x7_3', 192, [7, 1]],
      ],
      [
        ['branch7x7dbl_1', width, 1],
        ['branch7x7dbl_2', width, [7, 1]],
        ['branch7x7dbl_3', width, [1, 7]],
        ['branch7x7dbl_4', width, [7, 1]],
        ['branch7x7dbl_5', 192, [1, 7]],
      ],
      [mean, ['branch_pool_conv', 192, 1]],
    ],
  },
]

/** From a stride of 16 to 32. */
const inceptionD: Branch = [
  {
    fork: [
      [
        ['branch3x3_1', 192, 1],
        ['branch3x3_2', 320, 3, reduce],
      ],
      [
        ['branch7x7x3_1', 192, 1],
        ['branch7x7x3_2', 192, [1, 7]],
        ['branch7x7x3_3', 192, [7, 1]],
        ['branch7x7x3_4', 192, 3, reduce],
      ],
      [largest],
    ],
  },
]

/** 3x3 in two directions, side by side, at a stride of 32. */
const inceptionE: Branch = [
  {
    fork: [
      [['branch1x1', 320, 1]],
      [['branch3x3_1', 384, 1], { fork: [[['branch3x3_2a', 384, [1, 3]]], [['branch3x3_2b', 384, [3, 1]]]] }],
      [
        ['branch3x3dbl_1', 448, 1],
        ['branch3x3dbl_2', 384, 3],
        { fork: [[['branch3x3dbl_3a', 384, [1, 3]]], [['branch3x3dbl_3b', 384, [3, 1]]]] },
      ],
      [mean, ['branch_pool_conv', 192, 1]],
    ],
  },
]

/** Each block and the channels that it is given. */
const BLOCKS: readonly (readonly [inChannels: number, branch: Branch])[] = [
  [192, inceptionA(32)],
  [256, inceptionA(64)],
  [288, inceptionA(64)],
  [288, inceptionB],
  [768, inceptionC(128)],
  [768, inceptionC(160)],
  [768, inceptionC(160)],
  [768, inceptionC(192)],
  [768, inceptionD],
  [1280, inceptionE],
  [2048, inceptionE],
]

const FEATURES = 2048

/** 299 by 299 pixels, 23.8 million parameters, published top-1 79.14 %. */
export function InceptionV3({
  classes = 1000,
  inChannels = 3,
  dropout: dropped = 0.2,
}: InceptionV3Options = {}): Model {
  const root = module(
    {
      inception_stem: branching(inChannels, STEM, unit),
      inception_block_list: sequential(BLOCKS.map(([channels, branch]): Module => branching(channels, branch, unit))),
      dropout: dropout(dropped, { mode: 'downscaleInInference' }),
      fc: linear(FEATURES, classes, { initializer: uniform(1 / Math.sqrt(FEATURES)) }),
    },
    ({ inception_stem, inception_block_list, dropout, fc }, x) =>
      fc(dropout(flatten(globalAvgPool(inception_block_list(inception_stem(x)))))),
    'InceptionV3',
  )
  return {
    ...root,
    name: 'InceptionV3',
    inputSize: 299,
    classes,
    stages: ['inception_stem.conv_4a_3x3', ...[2, 7, 10].map((i) => `inception_block_list.${i}`)],
    classifier: 'fc',
    preprocessing: { ...imagenetPreprocessing, resizeShort: 320 },
  }
}
