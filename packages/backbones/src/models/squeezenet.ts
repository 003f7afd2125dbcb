import { conv2d, dropout, flatten, globalAvgPool, inOrder, type Module, maxPool, module, relu } from '@clas/nn'
import { concat } from '@tensorflow/tfjs-core'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** SqueezeNet (Iandola et al. 2016, arXiv 1602.07360): "fire" modules that squeeze the channels and expand them again. */
export interface SqueezeNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); published weights assume the default 0.5. */
  readonly dropout?: number
}

interface Architecture {
  readonly stem: { readonly width: number; readonly size: number; readonly padding: number }
  /** Fires behind which the picture is pooled, counted from 1; it is pooled behind the stem as well. */
  readonly pooledBehind: readonly [number, number]
}

/** Channels of the squeeze and of each of the two expansions. */
const FIRES = [
  [16, 64],
  [16, 64],
  [32, 128],
  [32, 128],
  [48, 192],
  [48, 192],
  [64, 256],
  [64, 256],
] as const

function squeezeNet(name: string, { stem, pooledBehind }: Architecture, options: SqueezeNetOptions): Model {
  const { classes = 1000, inChannels = 3, dropout: dropped = 0.5 } = options
  let channels = stem.width
  const fires = FIRES.map(([squeezed, expanded], i) => {
    const before = channels
    channels = 2 * expanded
    return [`_conv${i + 1}`, fire(before, squeezed, expanded)] as const
  })
  const names = fires.map(([key]) => key)
  const [first, second] = pooledBehind
  const stages = [names.slice(0, first), names.slice(first, second), names.slice(second)]
  const root = module(
    {
      _conv: conv2d(inChannels, stem.width, stem.size, { stride: 2, padding: stem.padding }),
      ...Object.fromEntries(fires),
      _drop: dropout(dropped, { mode: 'downscaleInInference' }),
      _conv9: conv2d(channels, classes, 1),
    },
    (parts, x) => {
      const features = stages.reduce(
        (value, stage) => inOrder(parts, stage, maxPool(value, 3, { stride: 2 })),
        relu(parts._conv(x)),
      )
      return flatten(globalAvgPool(relu(parts._conv9(parts._drop(features)))))
    },
    'SqueezeNet',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: stages.map((stage) => stage.at(-1) as string),
    classifier: '_conv9',
    preprocessing: imagenetPreprocessing,
  }
}

function fire(inChannels: number, squeezed: number, expanded: number): Module {
  return module(
    {
      _conv: convolution(inChannels, squeezed, 1),
      _conv_path1: convolution(squeezed, expanded, 1),
      _conv_path2: convolution(squeezed, expanded, 3),
    },
    ({ _conv, _conv_path1, _conv_path2 }, x) => {
      const narrow = _conv(x)
      return concat([_conv_path1(narrow), _conv_path2(narrow)], 3)
    },
    'fire',
  )
}

function convolution(inChannels: number, outChannels: number, size: number): Module {
  return module(
    { _conv: conv2d(inChannels, outChannels, size, { padding: (size - 1) / 2 }) },
    ({ _conv }, x) => relu(_conv(x)),
    'convolution',
  )
}

type Factory = (options?: SqueezeNetOptions) => Model
const define =
  (name: string, architecture: Architecture): Factory =>
  (options = {}) =>
    squeezeNet(name, architecture, options)

/** 224 by 224 pixels, 1.2 million parameters, published top-1 59.60 %. */
export const SqueezeNet1_0: Factory = /* @__PURE__ */ define('SqueezeNet1_0', {
  stem: { width: 96, size: 7, padding: 0 },
  pooledBehind: [3, 7],
})
/** 224 by 224 pixels, 1.2 million parameters, published top-1 60.10 %. */
export const SqueezeNet1_1: Factory = /* @__PURE__ */ define('SqueezeNet1_1', {
  stem: { width: 64, size: 3, padding: 1 },
  pooledBehind: [2, 4],
})
