import {
  batchNorm,
  conv2d,
  dropout,
  dropPath,
  flatten,
  globalAvgPool,
  linear,
  type Module,
  module,
  relu6,
  sequential,
} from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'
import { type EfficientNetRow, efficientNetEnds, efficientNetRows } from '../blocks/efficientnet-rows.ts'
import type { Model, ModelOptions, Preprocessing } from '../model.ts'

/**
 * EfficientNet-Lite (Google 2020, of Tan and Le 2019, arXiv 1905.11946): EfficientNet for devices without fast
 * sigmoids, so without squeeze and excitation and with ReLU6, and with a stem, a head and end stages that do not grow.
 * Keys are those of the PyTorch package efficientnet_lite_pytorch, whose weights load with the layout `torch`.
 */
export interface EfficientNetLiteOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0.2, for Lite2 0.3. */
  readonly dropout?: number
  /** Stochastic depth of the last block, in [0, 1), growing from 0 with depth; default 0.2. */
  readonly dropPath?: number
}

interface Published {
  readonly width: number
  readonly depth: number
  readonly size: number
  readonly dropout: number
}

const STEM = 32
const HEAD = 1280

function efficientNetLite(name: string, published: Published, options: EfficientNetLiteOptions): Model {
  const { width, depth, size } = published
  const { classes = 1000, inChannels = 3, dropout: dropped = published.dropout, dropPath: path = 0.2 } = options
  const rows = efficientNetRows(STEM, { width, depth, keepEnds: true })
  const channels = rows.at(-1)?.outChannels ?? STEM
  const root = module(
    {
      _conv_stem: conv2d(inChannels, STEM, 3, { stride: 2, padding: 'same', bias: false }),
      _bn0: norm(STEM),
      _blocks: sequential(rows.map((row, i) => mbConv(row, (path * i) / rows.length))),
      _conv_head: conv2d(channels, HEAD, 1, { bias: false }),
      _bn1: norm(HEAD),
      _dropout: dropout(dropped),
      _fc: linear(HEAD, classes),
    },
    ({ _conv_stem, _bn0, _blocks, _conv_head, _bn1, _dropout, _fc }, x) => {
      const features = relu6(_bn1(_conv_head(_blocks(relu6(_bn0(_conv_stem(x)))))))
      return _fc(_dropout(flatten(globalAvgPool(features))))
    },
    'EfficientNetLite',
  )
  return {
    ...root,
    name,
    inputSize: size,
    classes,
    stages: efficientNetEnds(rows).map((end) => `_blocks.${end}`),
    classifier: '_fc',
    preprocessing: preprocessingOf(size),
  }
}

function mbConv({ inChannels, outChannels, expansion, kernel, stride }: EfficientNetRow, dropped: number): Module {
  const expanded = inChannels * expansion
  const shortcut = stride === 1 && inChannels === outChannels
  return module(
    {
      ...(expansion > 1
        ? { _expand_conv: conv2d(inChannels, expanded, 1, { bias: false }), _bn0: norm(expanded) }
        : {}),
      _depthwise_conv: conv2d(expanded, expanded, kernel, { stride, groups: expanded, padding: 'same', bias: false }),
      _bn1: norm(expanded),
      _project_conv: conv2d(expanded, outChannels, 1, { bias: false }),
      _bn2: norm(outChannels),
      ...(shortcut ? { drop_connect: dropPath(dropped) } : {}),
    },
    ({ _expand_conv, _bn0, _depthwise_conv, _bn1, _project_conv, _bn2, drop_connect }, x) => {
      const wide = _expand_conv && _bn0 ? relu6(_bn0(_expand_conv(x))) : x
      const output = _bn2(_project_conv(relu6(_bn1(_depthwise_conv(wide)))))
      return drop_connect ? add(drop_connect(output), x) : output
    },
    'mbConv',
  )
}

/** Under PyTorch's keys. */
const norm = (channels: number): Module =>
  batchNorm(channels, { epsilon: 1e-3, momentum: 0.99, statistics: ['running_mean', 'running_var'] })

const [mean, std] = [127 / 255, 128 / 255]

function preprocessingOf(size: number): Preprocessing {
  return { resizeShort: size + 32, interpolation: 'bicubic', mean: [mean, mean, mean], std: [std, std, std] }
}

type Factory = (options?: EfficientNetLiteOptions) => Model
const define =
  (name: string, published: Published): Factory =>
  (options = {}) =>
    efficientNetLite(name, published, options)

/** 224 by 224 pixels, 4.7 million parameters, published top-1 75.1 %. */
export const EfficientNetLite0: Factory = /* @__PURE__ */ define('EfficientNetLite0', {
  width: 1,
  depth: 1,
  size: 224,
  dropout: 0.2,
})
/** 240 by 240 pixels, 5.4 million parameters, published top-1 76.7 %. */
export const EfficientNetLite1: Factory = /* @__PURE__ */ define('EfficientNetLite1', {
  width: 1,
  depth: 1.1,
  size: 240,
  dropout: 0.2,
})
/** 260 by 260 pixels, 6.1 million parameters, published top-1 77.6 %. */
export const EfficientNetLite2: Factory = /* @__PURE__ */ define('EfficientNetLite2', {
  width: 1.1,
  depth: 1.2,
  size: 260,
  dropout: 0.3,
})
