import {
  avgPool,
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
import { type Branch, branching, type ConvUnit } from '../blocks/branching.ts'
import { convBatchNorm } from '../blocks/conv-batch-norm.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** Inception-v4 (Szegedy et al. 2016, arXiv 1602.07261). */
export interface InceptionV4Options extends ModelOptions {
  /** Before the classifier, in [0, 1); published weights assume the default 0.2. */
  readonly dropout?: number
}

const unit: ConvUnit = (inChannels, outChannels, size, options) =>
  convBatchNorm(inChannels, outChannels, size, { ...options, activation: relu })
const largest = (x: Tensor): Tensor => maxPool(x, 3, { stride: 2 })
const mean = (x: Tensor): Tensor => avgPool(x, 3, { stride: 1, padding: 1 })
const reduce = { stride: 2, padding: 0 } as const
const valid = { padding: 0 } as const

const STEM: Branch = [
  ['_conv_1', 32, 3, reduce],
  ['_conv_2', 32, 3, valid],
  ['_conv_3', 64, 3],
  { fork: [[largest], [['_conv2', 96, 3, reduce]]] },
  {
    fork: [
      [
        ['_conv1_1', 64, 1],
        ['_conv1_2', 96, 3, valid],
      ],
      [
        ['_conv2_1', 64, 1],
        ['_conv2_2', 64, [7, 1]],
        ['_conv2_3', 64, [1, 7]],
        ['_conv2_4', 96, 3, valid],
      ],
    ],
  },
  { tap: 'joined' },
  { fork: [[['_conv3', 192, 3, reduce]], [largest]] },
]

/** 3x3, at a stride of 8. */
const INCEPTION_A: Branch = [
  {
    fork: [
      [mean, ['_conv1', 96, 1]],
      [['_conv2', 96, 1]],
      [
        ['_conv3_1', 64, 1],
        ['_conv3_2', 96, 3],
      ],
      [
        ['_conv4_1', 64, 1],
        ['_conv4_2', 96, 3],
        ['_conv4_3', 96, 3],
      ],
    ],
  },
]

/** From a stride of 8 to 16. */
const REDUCTION_A: Branch = [
  {
    fork: [
      [largest],
      [['_conv2', 384, 3, reduce]],
      [
        ['_conv3_1', 192, 1],
        ['_conv3_2', 224, 3],
        ['_conv3_3', 256, 3, reduce],
      ],
    ],
  },
]

/** 7x7 in two directions, one after the other, at a stride of 16. */
const INCEPTION_B: Branch = [
  {
    fork: [
      [mean, ['_conv1', 128, 1]],
      [['_conv2', 384, 1]],
      [
        ['_conv3_1', 192, 1],
        ['_conv3_2', 224, [1, 7]],
        ['_conv3_3', 256, [7, 1]],
      ],
      [
        ['_conv4_1', 192, 1],
        ['_conv4_2', 192, [1, 7]],
        ['_conv4_3', 224, [7, 1]],
        ['_conv4_4', 224, [1, 7]],
        ['_conv4_5', 256, [7, 1]],
      ],
    ],
  },
]

/** From a stride of 16 to 32. */
const REDUCTION_B: Branch = [
  {
    fork: [
      [largest],
      [
        ['_conv2_1', 192, 1],
        ['_conv2_2', 192, 3, reduce],
      ],
      [
        ['_conv3_1', 256, 1],
        ['_conv3_2', 256, [1, 7]],
        ['_conv3_3', 320, [7, 1]],
        ['_conv3_4', 320, 3, reduce],
      ],
    ],
  },
]

/** 3x3 in two directions, side by side, at a stride of 32. */
const INCEPTION_C: Branch = [
  {
    fork: [
      [mean, ['_conv1', 256, 1]],
      [['_conv2', 256, 1]],
      [['_conv3_0', 384, 1], { fork: [[['_conv3_1', 256, [1, 3]]], [['_conv3_2', 256, [3, 1]]]] }],
      [
        ['_conv4_0', 384, 1],
        ['_conv4_00', 448, [1, 3]],
        ['_conv4_000', 512, [3, 1]],
        { fork: [[['_conv4_1', 256, [1, 3]]], [['_conv4_2', 256, [3, 1]]]] },
      ],
    ],
  },
]

/** Each kind of block, the channels that it is given, and how many follow each other. */
const BLOCKS: readonly (readonly [name: string, branch: Branch, inChannels: number, count?: number])[] = [
  ['_inceptionA', INCEPTION_A, 384, 4],
  ['_reductionA', REDUCTION_A, 384],
  ['_inceptionB', INCEPTION_B, 1024, 7],
  ['_reductionB', REDUCTION_B, 1024],
  ['_inceptionC', INCEPTION_C, 1536, 3],
]

const FEATURES = 1536

/** 299 by 299 pixels, 42.7 million parameters, published top-1 80.77 %. */
export function InceptionV4({
  classes = 1000,
  inChannels = 3,
  dropout: dropped = 0.2,
}: InceptionV4Options = {}): Model {
  const blocks: Record<string, Module> = { _inception_stem: branching(inChannels, STEM, unit) }
  for (const [name, branch, channels, count] of BLOCKS) {
    const names = count === undefined ? [name] : Array.from({ length: count }, (_, i) => `${name}_${i + 1}`)
    for (const each of names) blocks[each] = branching(channels, branch, unit)
  }
  const root = module(
    {
      ...blocks,
      _drop: dropout(dropped, { mode: 'downscaleInInference' }),
      out: linear(FEATURES, classes, { initializer: uniform(1 / Math.sqrt(FEATURES)) }),
    },
    (parts, x) => parts.out(parts._drop(flatten(globalAvgPool(inOrder(parts, Object.keys(blocks), x))))),
    'InceptionV4',
  )
  return {
    ...root,
    name: 'InceptionV4',
    inputSize: 299,
    classes,
    stages: ['_inception_stem.joined', '_inceptionA_4', '_inceptionB_7', '_inceptionC_3'],
    classifier: 'out',
    preprocessing: { ...imagenetPreprocessing, resizeShort: 320 },
  }
}
