import {
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  linear,
  type Module,
  maxPool,
  module,
  relu,
  sequential,
  sigmoid,
} from '@clas/nn'
import { add, mul } from '@tensorflow/tfjs-core'
import { concatenation } from '../blocks/concatenation.ts'
import { convBn } from '../blocks/conv-bn.ts'
import { type HGStage, hgStage } from '../blocks/hg-stage.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** PP-HGNet (PaddleClas 2022): blocks that concatenate the outputs of all their 3x3 convolutions. */
export interface PPHGNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); default as published: 0, and 0.2 of PPHGNet_base. */
  readonly dropout?: number
}

/** Width of the convolutions in a block, width of its output, blocks. */
type Row = readonly [inner: number, outer: number, blocks: number]

interface Architecture {
  readonly stem: readonly [number, number, number]
  readonly stages: readonly [Row, Row, Row, Row]
  /** Convolutions in a block. */
  readonly layers: number
  readonly dropout?: number
  /** The short side of a picture before it is cropped, in pixels. */
  readonly resizeShort: number
}

const LAST = 2048

function ppHGNet(name: string, architecture: Architecture, options: PPHGNetOptions): Model {
  const { stem, stages: rows, layers, resizeShort } = architecture
  const { classes = 1000, inChannels = 3, dropout: dropped = architecture.dropout ?? 0 } = options
  let channels = stem[2]
  const stages = rows.map(([inner, outer, blocks], i) => {
    const before = channels
    channels = outer
    return hgStage(hgBlock, before, { inner, outer, blocks, layers, downsampled: i > 0 })
  })
  const root = module(
    {
      stem: sequential(stem.map((width, i) => unit(stem[i - 1] ?? inChannels, width, 3, { stride: i === 0 ? 2 : 1 }))),
      stages: sequential(stages),
      last_conv: conv2d(channels, LAST, 1, { bias: false }),
      dropout: dropout(dropped, { mode: 'downscaleInInference' }),
      fc: linear(LAST, classes),
    },
    ({ stem, stages, last_conv, dropout, fc }, x) => {
      const features = stages(maxPool(stem(x), 3, { stride: 2, padding: 1 }))
      return fc(flatten(dropout(relu(last_conv(globalAvgPool(features))))))
    },
    'PPHGNet',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: stages.map((_, i) => `stages.${i}`),
    classifier: 'fc',
    preprocessing: { ...imagenetPreprocessing, resizeShort, interpolation: 'bicubic' },
  }
}

interface Stage extends HGStage {
  readonly inner: number
  readonly layers: number
}

function hgBlock(inChannels: number, { inner, outer, layers }: Stage, shortcut: boolean): Module {
  const convolutions = Array.from({ length: layers }, (_, i) => unit(i === 0 ? inChannels : inner, inner, 3))
  return module(
    {
      layers: concatenation(convolutions),
      aggregation_conv: unit(inChannels + layers * inner, outer, 1),
      att: attention(outer),
    },
    ({ layers, aggregation_conv, att }, x) => {
      const output = att(aggregation_conv(layers(x)))
      return shortcut ? add(output, x) : output
    },
    'hgBlock',
  )
}

/** Weighs the channels by a convolution of their means. */
function attention(channels: number): Module {
  return module(
    { conv: conv2d(channels, channels, 1) },
    ({ conv }, x) => mul(x, sigmoid(conv(globalAvgPool(x)))),
    'effectiveSqueezeExcitation',
  )
}

function unit(inChannels: number, outChannels: number, size: number, { stride = 1 } = {}): Module {
  return convBn(inChannels, outChannels, size, { stride, activation: relu, decay: false })
}

type Factory = (options?: PPHGNetOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    ppHGNet(name, architecture, options)

/** 224 by 224 pixels, 14.7 million parameters, published top-1 79.83 %. */
export const PPHGNet_tiny: Factory = /* @__PURE__ */ define('PPHGNet_tiny', {
  stem: [48, 48, 96],
  stages: [
    [96, 224, 1],
    [128, 448, 1],
    [160, 512, 2],
    [192, 768, 1],
  ],
  layers: 5,
  resizeShort: 232,
})
/** 224 by 224 pixels, 24.4 million parameters, published top-1 81.51 %. */
export const PPHGNet_small: Factory = /* @__PURE__ */ define('PPHGNet_small', {
  stem: [64, 64, 128],
  stages: [
    [128, 256, 1],
    [160, 512, 1],
    [192, 768, 2],
    [224, 1024, 1],
  ],
  layers: 6,
  resizeShort: 236,
})
/** 224 by 224 pixels, 71.6 million parameters. */
export const PPHGNet_base: Factory = /* @__PURE__ */ define('PPHGNet_base', {
  stem: [96, 96, 160],
  stages: [
    [192, 320, 1],
    [224, 640, 2],
    [256, 960, 3],
    [288, 1280, 2],
  ],
  layers: 7,
  dropout: 0.2,
  resizeShort: 236,
})
