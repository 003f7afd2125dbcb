import {
  constant,
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  inOrder,
  linear,
  type Module,
  maxPool,
  module,
  parameter,
  relu,
  sequential,
} from '@clas/nn'
import { add, concat, mul } from '@tensorflow/tfjs-core'
import { concatenation } from '../blocks/concatenation.ts'
import { type ConvBnOptions, convBn } from '../blocks/conv-bn.ts'
import { type HGStage, hgStage } from '../blocks/hg-stage.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/**
 * PP-HGNetV2 (PaddleClas 2023): blocks that concatenate the outputs of all their convolutions. B0 to B3 scale and shift
 * what follows an activation by a learned number each; published training gives those a hundredth of the learning rate.
 */
export interface PPHGNetV2Options extends ModelOptions {
  /** Before the classifier, in [0, 1); default 0. */
  readonly dropout?: number
}

/** Width of the convolutions in a block, width of its output, blocks. */
type Row = readonly [inner: number, outer: number, blocks: number]

interface Architecture {
  readonly stem: readonly [inner: number, outer: number]
  readonly stages: readonly [Row, Row, Row, Row]
  /** Convolutions in a block. */
  readonly layers: number
  /** Whether a scale and a shift follow each activation; default false. */
  readonly affine?: boolean
}

const LAST = 2048

function ppHGNetV2(name: string, architecture: Architecture, options: PPHGNetV2Options): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0 } = options
  const { stem, stages: rows, layers, affine = false } = architecture
  let channels = stem[1]
  const stages = rows.map(([inner, outer, blocks], i) => {
    const before = channels
    channels = outer
    return hgStage(hgBlock, before, { inner, outer, blocks, layers, affine, downsampled: i > 0, light: i > 1 })
  })
  const root = module(
    {
      stem: stemBlock(inChannels, stem[0], stem[1], affine),
      stages: sequential(stages),
      last_conv: conv2d(channels, LAST, 1, { bias: false }),
      ...(affine ? { lab: learnableAffine() } : {}),
      dropout: dropout(dropped, { mode: 'downscaleInInference' }),
      fc: linear(LAST, classes),
    },
    ({ stem, stages, last_conv, lab, dropout, fc }, x) => {
      const activated = relu(last_conv(globalAvgPool(stages(stem(x)))))
      return fc(flatten(dropout(lab?.(activated) ?? activated)))
    },
    'PPHGNetV2',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: stages.map((_, i) => `stages.${i}`),
    classifier: 'fc',
    preprocessing: { ...imagenetPreprocessing, resizeShort: 232, interpolation: 'bicubic' },
  }
}

/** A quarter of the size: between two convolutions with stride 2, two small ones beside a pooling. */
function stemBlock(inChannels: number, inner: number, outer: number, affine: boolean): Module {
  const half = inner / 2
  return module(
    {
      stem1: unit(inChannels, inner, 3, { stride: 2, affine }),
      stem2a: unit(inner, half, 2, { padding: 'same', affine }),
      stem2b: unit(half, inner, 2, { padding: 'same', affine }),
      stem3: unit(2 * inner, inner, 3, { stride: 2, affine }),
      stem4: unit(inner, outer, 1, { affine }),
    },
    ({ stem1, stem2a, stem2b, stem3, stem4 }, x) => {
      const first = stem1(x)
      const pooled = maxPool(first, 2, { stride: 1, padding: 'same' })
      return stem4(stem3(concat([pooled, stem2b(stem2a(first))], 3)))
    },
    'stem',
  )
}

interface Stage extends HGStage {
  readonly inner: number
  readonly layers: number
  readonly affine: boolean
  /** Whether the convolutions in a block are pointwise and 5x5 depthwise, in place of 3x3. */
  readonly light: boolean
}

function hgBlock(inChannels: number, { inner, outer, layers, affine, light }: Stage, shortcut: boolean): Module {
  const convolutions = Array.from({ length: layers }, (_, i) => {
    const inputs = i === 0 ? inChannels : inner
    return light ? lightConv(inputs, inner, affine) : unit(inputs, inner, 3, { affine })
  })
  return module(
    {
      layers: concatenation(convolutions),
      aggregation_squeeze_conv: unit(inChannels + layers * inner, outer / 2, 1, { affine }),
      aggregation_excitation_conv: unit(outer / 2, outer, 1, { affine }),
    },
    ({ layers, aggregation_squeeze_conv, aggregation_excitation_conv }, x) => {
      const output = aggregation_excitation_conv(aggregation_squeeze_conv(layers(x)))
      return shortcut ? add(output, x) : output
    },
    'hgBlock',
  )
}

function lightConv(inChannels: number, outChannels: number, affine: boolean): Module {
  return module(
    {
      conv1: convBn(inChannels, outChannels, 1, { decay: false }),
      conv2: unit(outChannels, outChannels, 5, { groups: outChannels, affine }),
    },
    ({ conv1, conv2 }, x) => conv2(conv1(x)),
    'lightConv',
  )
}

interface UnitOptions extends Pick<ConvBnOptions, 'stride' | 'groups' | 'padding'> {
  readonly affine: boolean
}

function unit(inChannels: number, outChannels: number, size: number, { affine, ...options }: UnitOptions): Module {
  const plain = convBn(inChannels, outChannels, size, { ...options, decay: false, activation: relu })
  if (!affine) return plain
  return module(
    { ...plain.parts, lab: learnableAffine() },
    (parts, x) => parts.lab(relu(inOrder(parts, ['conv', 'bn'], x))),
    'convBn',
  )
}

function learnableAffine(): Module {
  return module(
    { scale: parameter([1], constant(1)), bias: parameter([1], constant(0)) },
    ({ scale, bias }, x) => add(mul(x, scale), bias),
    'learnableAffine',
  )
}

type Factory = (options?: PPHGNetV2Options) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    ppHGNetV2(name, architecture, options)

/** 224 by 224 pixels, 6.0 million parameters, published top-1 77.77 %. */
export const PPHGNetV2_B0: Factory = /* @__PURE__ */ define('PPHGNetV2_B0', {
  stem: [16, 16],
  stages: [
    [16, 64, 1],
    [32, 256, 1],
    [64, 512, 2],
    [128, 1024, 1],
  ],
  layers: 3,
  affine: true,
})
/** 224 by 224 pixels, 6.3 million parameters, published top-1 79.18 %. */
export const PPHGNetV2_B1: Factory = /* @__PURE__ */ define('PPHGNetV2_B1', {
  stem: [24, 32],
  stages: [
    [32, 64, 1],
    [48, 256, 1],
    [96, 512, 2],
    [192, 1024, 1],
  ],
  layers: 3,
  affine: true,
})
/** 224 by 224 pixels, 11.2 million parameters, published top-1 81.74 %. */
export const PPHGNetV2_B2: Factory = /* @__PURE__ */ define('PPHGNetV2_B2', {
  stem: [24, 32],
  stages: [
    [32, 96, 1],
    [64, 384, 1],
    [128, 768, 3],
    [256, 1536, 1],
  ],
  layers: 4,
  affine: true,
})
/** 224 by 224 pixels, 16.3 million parameters, published top-1 82.98 %. */
export const PPHGNetV2_B3: Factory = /* @__PURE__ */ define('PPHGNetV2_B3', {
  stem: [24, 32],
  stages: [
    [32, 128, 1],
    [64, 512, 1],
    [128, 1024, 3],
    [256, 2048, 1],
  ],
  layers: 5,
  affine: true,
})
/** 224 by 224 pixels, 19.8 million parameters, published top-1 83.57 %. */
export const PPHGNetV2_B4: Factory = /* @__PURE__ */ define('PPHGNetV2_B4', {
  stem: [32, 48],
  stages: [
    [48, 128, 1],
    [96, 512, 1],
    [192, 1024, 3],
    [384, 2048, 1],
  ],
  layers: 6,
})
/** 224 by 224 pixels, 39.6 million parameters, published top-1 84.75 %. */
export const PPHGNetV2_B5: Factory = /* @__PURE__ */ define('PPHGNetV2_B5', {
  stem: [32, 64],
  stages: [
    [64, 128, 1],
    [128, 512, 2],
    [256, 1024, 5],
    [512, 2048, 2],
  ],
  layers: 6,
})
/** 224 by 224 pixels, 75.3 million parameters, published top-1 86.30 %. */
export const PPHGNetV2_B6: Factory = /* @__PURE__ */ define('PPHGNetV2_B6', {
  stem: [48, 96],
  stages: [
    [96, 192, 2],
    [192, 512, 3],
    [384, 1024, 6],
    [768, 2048, 3],
  ],
  layers: 6,
})
