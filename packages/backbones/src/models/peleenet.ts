import { avgPool, dropout, flatten, globalAvgPool, inOrder, linear, type Module, maxPool, module, relu } from '@clas/nn'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type Branch, branching, type ConvUnit } from '../blocks/branching.ts'
import { convNorm } from '../blocks/conv-norm.ts'
import { fanOutNormal, normal } from '../blocks/normal.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** PeleeNet (Wang et al. 2018, arXiv 1804.06882): a DenseNet whose layers have two branches of convolutions. */
export interface PeleeNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0.05. */
  readonly dropout?: number
}

const WIDTH = 32
/** Channels that each branch of a layer adds. */
const GROWTH = 16
/** Layers of each block, and the width of their first convolutions, in units of what a branch adds. */
const BLOCKS = [
  [3, 1],
  [4, 2],
  [8, 4],
  [6, 4],
] as const

const STEM: Branch = [
  ['stem1', WIDTH, 3, { stride: 2 }],
  {
    fork: [
      [(x: Tensor) => maxPool(x, 2, { ceil: true })],
      [
        ['stem2a', WIDTH / 2, 1],
        ['stem2b', WIDTH, 3, { stride: 2 }],
      ],
    ],
  },
  ['stem3', WIDTH, 1],
]

/** The input, and one and two 3x3 convolutions of it. */
const denseLayer = (hidden: number): Branch => [
  {
    fork: [
      [],
      [
        ['branch1a', hidden, 1],
        ['branch1b', GROWTH, 3],
      ],
      [
        ['branch2a', hidden, 1],
        ['branch2b', GROWTH, 3],
        ['branch2c', GROWTH, 3],
      ],
    ],
  },
]

const unit: ConvUnit = (inChannels, outChannels, size, options) =>
  convNorm(inChannels, outChannels, size, { ...options, activation: relu, initializer: fanOutNormal() })

/** 224 by 224 pixels, 2.8 million parameters, published top-1 71.53 %. */
export function PeleeNet({ classes = 1000, inChannels = 3, dropout: dropped = 0.05 }: PeleeNetOptions = {}): Model {
  const features: Record<string, Module> = { stemblock: branching(inChannels, STEM, unit) }
  let channels = WIDTH
  for (const [i, [depth, bottleneck]] of BLOCKS.entries()) {
    features[`denseblock${i + 1}`] = denseBlock(channels, depth, bottleneck * GROWTH)
    channels += 2 * GROWTH * depth
    features[`transition${i + 1}`] = unit(channels, channels, 1)
    if (i < BLOCKS.length - 1) features[`transition${i + 1}_pool`] = module({}, (_, x) => avgPool(x, 2), 'avgPool')
  }
  const root = module(
    {
      features: module(features, (bound, x) => inOrder(bound, Object.keys(features), x), 'features'),
      dropout: dropout(dropped),
      classifier: linear(channels, classes, { initializer: normal(0.01) }),
    },
    ({ features, dropout, classifier }, x) => classifier(dropout(flatten(globalAvgPool(features(x))))),
    'PeleeNet',
  )
  return {
    ...root,
    name: 'PeleeNet',
    inputSize: 224,
    classes,
    stages: BLOCKS.map((_, i) => `features.transition${i + 1}`),
    classifier: 'classifier',
    preprocessing: { ...imagenetPreprocessing, backend: 'pil' },
  }
}

function denseBlock(inChannels: number, depth: number, hidden: number): Module {
  const layers = Object.fromEntries(
    Array.from({ length: depth }, (_, i) => [
      `denselayer${i + 1}`,
      branching(inChannels + 2 * GROWTH * i, denseLayer(hidden), unit),
    ]),
  )
  return module(layers, (bound, x) => inOrder(bound, Object.keys(layers), x), 'denseBlock')
}
