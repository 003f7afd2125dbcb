import {
  batchNorm,
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  leakyRelu,
  linear,
  type Module,
  module,
  sequential,
} from '@clas/nn'
import { add, type Tensor } from '@tensorflow/tfjs-core'
import { type ResidualPlace, residualPlaces } from '../blocks/residual-places.ts'
import type { Model, ModelOptions } from '../model.ts'

/** Wide ResNet for small pictures (Zagoruyko and Komodakis 2016, arXiv 1605.07146), as semi-supervised learning has it. */
export interface WideResNetOptions extends ModelOptions {
  /** Layers, 6 n + 4; default 28. */
  readonly depth?: number
  /** By which the widths 16, 32, 64 are multiplied, at least 1; default 2. */
  readonly widenFactor?: number
  /** Between the convolutions of a block, in [0, 1); default 0. */
  readonly dropout?: number
}

const STEM = 16
/** CIFAR's mean and deviation. */
const preprocessing = {
  resizeShort: 32,
  interpolation: 'bilinear',
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.2471, 0.2435, 0.2616],
} as const

/** 32 by 32 pixels, 1.5 million parameters with 10 classes. */
export function WideResNet(options: WideResNetOptions = {}): Model {
  const { classes = 1000, inChannels = 3, depth = 28, widenFactor = 2, dropout: dropped = 0 } = options
  const blocks = (depth - 4) / 6
  const channels = [16, 32, 64].map((width) => width * widenFactor)
  const features = channels[2] as number
  const places = residualPlaces({ depths: [blocks, blocks, blocks], inChannels: STEM, channels })
  const group = (index: number): Module => {
    const layer = sequential(places.filter(({ stage }) => stage === index).map((place) => block(place, dropped)))
    return module({ layer }, ({ layer }, x) => layer(x), 'stage')
  }
  const root = module(
    {
      conv1: conv2d(inChannels, STEM, 3, { padding: 1, bias: false }),
      block1: group(0),
      block2: group(1),
      block3: group(2),
      bn1: norm(features),
      fc: linear(features, classes),
    },
    ({ conv1, block1, block2, block3, bn1, fc }, x) =>
      fc(flatten(globalAvgPool(activation(bn1(block3(block2(block1(conv1(x))))))))),
    'WideResNet',
  )
  return {
    ...root,
    name: 'WideResNet',
    inputSize: 32,
    classes,
    stages: ['block1', 'block2', 'block3'],
    classifier: 'fc',
    preprocessing,
  }
}

/**
 * A block that changes the channels normalises its input for branch and shortcut alike in the first stage. In the later ones
 * it takes its input as it is: the published network normalises it there only to keep the statistics.
 */
function block({ stage, inChannels, outChannels, stride }: ResidualPlace, dropped: number): Module {
  const changes = inChannels !== outChannels
  return module(
    {
      bn1: norm(inChannels),
      conv1: conv2d(inChannels, outChannels, 3, { stride, padding: 1, bias: false }),
      bn2: norm(outChannels),
      dropout: dropout(dropped),
      conv2: conv2d(outChannels, outChannels, 3, { padding: 1, bias: false }),
      ...(changes ? { convShortcut: conv2d(inChannels, outChannels, 1, { stride, bias: false }) } : {}),
    },
    ({ bn1, conv1, bn2, dropout, conv2, convShortcut }, x) => {
      const normalized = activation(bn1(x))
      const input = changes && stage > 0 ? x : normalized
      const branch = conv2(dropout(activation(bn2(conv1(input)))))
      return add(convShortcut ? convShortcut(input) : x, branch)
    },
    'residual',
  )
}

const norm = (channels: number): Module => batchNorm(channels, { momentum: 0.999 })
const activation = (x: Tensor): Tensor => leakyRelu(x, 0.1)
