import {
  type Buffer,
  batchNorm,
  conv2d,
  dropout,
  inOrder,
  kaimingNormal,
  linear,
  type Module,
  maxPool,
  module,
  prelu,
  sequential,
  sigmoid,
} from '@clas/nn'
import { add, ones, zeros } from '@tensorflow/tfjs-core'
import { flattenChannelsFirst } from '../blocks/flatten-channels-first.ts'
import { type ResidualPlace, residualPlaces } from '../blocks/residual-places.ts'
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts'
import { imagenetPreprocessing, type Model } from '../model.ts'

/**
 * The residual networks of AdaFace (Kim et al. 2022, arXiv 2204.00964), which embed aligned faces in 512 numbers: blocks
 * begin with a normalisation, and nothing follows their sum.
 */
export interface AdaFaceOptions {
  /** Channels of the pictures, at least 1; default 3. */
  readonly inChannels?: number
  /** Before the embedding, in [0, 1); default 0.4. */
  readonly dropout?: number
  /** Height and width of the pictures, which the last layer depends on, in pixels; default 112, also published: 224. */
  readonly inputSize?: number
}

interface Architecture {
  readonly depths: readonly [number, number, number, number]
  readonly block: 'basic' | 'bottleneck'
  /** Whether squeeze and excitation ends the branch of a block; default false. */
  readonly excited?: boolean
}

const STEM = 64
const EMBEDDING = 512
const HALF = [0.5, 0.5, 0.5] as const

function adaFace(name: string, architecture: Architecture, options: AdaFaceOptions): Model {
  const { inChannels = 3, dropout: dropped = 0.4, inputSize = 112 } = options
  const { depths, block } = architecture
  const channels = block === 'basic' ? [64, 128, 256, 512] : [256, 512, 1024, 2048]
  const features = channels[3] as number
  const places = residualPlaces({ depths, inChannels: STEM, channels, strides: [2, 2, 2, 2] })
  const root = module(
    {
      input_layer: sequential([conv(inChannels, STEM, 3), batchNorm(STEM), prelu(STEM)]),
      output_layer: sequential([
        batchNorm(features),
        dropout(dropped),
        flattenChannelsFirst,
        linear(features * Math.ceil(inputSize / 16) ** 2, EMBEDDING, { initializer: kaimingNormal() }),
        standardize(EMBEDDING),
      ]),
      body: sequential(places.map((place) => residual(place, architecture))),
    },
    ({ input_layer, body, output_layer }, x) => output_layer(body(input_layer(x))),
    'AdaFace',
  )
  return {
    ...root,
    name,
    inputSize,
    classes: EMBEDDING,
    stages: depths.map((_, stage) => `body.${places.findLastIndex((place) => place.stage === stage)}`),
    preprocessing: { ...imagenetPreprocessing, resizeShort: inputSize, mean: HALF, std: HALF },
  }
}

/** Where the channels stay, the shortcut passes every `stride`-th place on. */
function residual(place: ResidualPlace, { block, excited = false }: Architecture): Module {
  const { inChannels, outChannels, stride } = place
  const layers = [
    batchNorm(inChannels),
    ...(block === 'basic' ? basicBranch(place) : bottleneckBranch(place)),
    batchNorm(outChannels),
  ]
  const se = squeezeExcitation(outChannels, { reduction: 16, bias: false, gate: sigmoid, keys: ['fc1', 'fc2'] })
  const branch = { ...sequential(layers).parts, ...(excited ? { se_block: se } : {}) }
  return module(
    {
      shortcut_layer:
        inChannels === outChannels
          ? module({}, (_, x) => maxPool(x, 1, { stride }), 'subsample')
          : sequential([conv(inChannels, outChannels, 1, stride), batchNorm(outChannels)]),
      res_layer: module(branch, (parts, x) => inOrder(parts, Object.keys(branch), x), 'branch'),
    },
    ({ shortcut_layer, res_layer }, x) => add(res_layer(x), shortcut_layer(x)),
    'residual',
  )
}

function basicBranch({ inChannels, outChannels, stride }: ResidualPlace): Module[] {
  return [
    conv(inChannels, outChannels, 3),
    batchNorm(outChannels),
    prelu(outChannels),
    conv(outChannels, outChannels, 3, stride),
  ]
}

function bottleneckBranch({ inChannels, outChannels, stride }: ResidualPlace): Module[] {
  const width = outChannels / 4
  return [
    conv(inChannels, width, 1),
    batchNorm(width),
    prelu(width),
    conv(width, width, 3),
    batchNorm(width),
    prelu(width),
    conv(width, outChannels, 1, stride),
  ]
}

function conv(inChannels: number, outChannels: number, size: number, stride = 1): Module {
  return conv2d(inChannels, outChannels, size, { stride, padding: (size - 1) / 2, bias: false })
}

/** Batch normalisation that learns neither scale nor shift. */
function standardize(channels: number): Module {
  const { parts, forward } = batchNorm(channels)
  const { _mean, _variance } = parts
  return module(
    { _mean, _variance } as { readonly _mean: Buffer; readonly _variance: Buffer },
    (statistics, x, context) =>
      forward({ ...statistics, weight: ones([channels]), bias: zeros([channels]) }, x, context),
    'batchNorm',
  )
}

type Factory = (options?: AdaFaceOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    adaFace(name, architecture, options)

/** 112 by 112 pixels, 24.0 million parameters. */
export const AdaFace_IR_18: Factory = /* @__PURE__ */ define('AdaFace_IR_18', {
  depths: [2, 2, 2, 2],
  block: 'basic',
})
/** 112 by 112 pixels, 34.1 million parameters. */
export const AdaFace_IR_34: Factory = /* @__PURE__ */ define('AdaFace_IR_34', {
  depths: [3, 4, 6, 3],
  block: 'basic',
})
/** 112 by 112 pixels, 43.6 million parameters. */
export const AdaFace_IR_50: Factory = /* @__PURE__ */ define('AdaFace_IR_50', {
  depths: [3, 4, 14, 3],
  block: 'basic',
})
/** 112 by 112 pixels, 65.2 million parameters. */
export const AdaFace_IR_101: Factory = /* @__PURE__ */ define('AdaFace_IR_101', {
  depths: [3, 13, 30, 3],
  block: 'basic',
})
/** 112 by 112 pixels, 109.6 million parameters. */
export const AdaFace_IR_152: Factory = /* @__PURE__ */ define('AdaFace_IR_152', {
  depths: [3, 8, 36, 3],
  block: 'bottleneck',
})
/** 112 by 112 pixels, 43.8 million parameters. */
export const AdaFace_IR_SE_50: Factory = /* @__PURE__ */ define('AdaFace_IR_SE_50', {
  depths: [3, 4, 14, 3],
  block: 'basic',
  excited: true,
})
/** 112 by 112 pixels, 65.5 million parameters. */
export const AdaFace_IR_SE_101: Factory = /* @__PURE__ */ define('AdaFace_IR_SE_101', {
  depths: [3, 13, 30, 3],
  block: 'basic',
  excited: true,
})
/** 112 by 112 pixels, 116.2 million parameters. */
export const AdaFace_IR_SE_152: Factory = /* @__PURE__ */ define('AdaFace_IR_SE_152', {
  depths: [3, 8, 36, 3],
  block: 'bottleneck',
  excited: true,
})
/** 112 by 112 pixels, 121.2 million parameters. */
export const AdaFace_IR_SE_200: Factory = /* @__PURE__ */ define('AdaFace_IR_SE_200', {
  depths: [3, 24, 36, 3],
  block: 'bottleneck',
  excited: true,
})
