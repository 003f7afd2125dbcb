import { conv2d, dropout, flatten, globalAvgPool, inOrder, type Module, maxPool, module, relu } from '@clas/nn'
import { concat } from '@tensorflow/tfjs-core'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'

/** SqueezeNet (Iandola et al. 2016, arXiv 1602.07360): "fire" modules that squeeze the channels and expand them again. */
export interface SqueezeNetOptions extends ModelOptions {
  /** Before the classifier, in [0, 1); published weights assume the default 0.5. */
  readonly dropout?: number
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

interface Architecture {
  readonly stem: Module
  readonly stemChannels: number
  /** Fires behind which the picture is pooled, counted from 1; the stem is pooled as well. */
  readonly pooledBehind: readonly number[]
}

function squeezeNet(name: string, architecture: Architecture, options: SqueezeNetOptions): Model {
  const { classes = 1000, dropout: dropped = 0.5 } = options
  const { stem, stemChannels, pooledBehind } = architecture
  let channels = stemChannels
  const fires = FIRES.map(([squeezed, expanded], i) => {
    const before = channels
    channels = 2 * expanded
    return [`_conv${i + 1}`, fire(before, squeezed, expanded)] as const
  })
  const names = fires.map(([name]) => name)
  const pool = (x: Parameters<typeof maxPool>[0]) => maxPool(x, 3, { stride: 2 })
  const root = module(
    {
      _conv: stem,
      ...Object.fromEntries(fires),
      _drop: dropout(dropped, { mode: 'downscaleInInference' }),
      _conv9: conv2d(channels, classes, 1),
    },
    (parts, x) => {
      let features = pool(relu(parts._conv(x)))
      for (const [i, name] of names.entries()) {
        features = inOrder(parts, [name], features)
        if (pooledBehind.includes(i + 1)) features = pool(features)
      }
      return flatten(globalAvgPool(relu(parts._conv9(parts._drop(features)))))
    },
    'SqueezeNet',
  )
  return {
    ...root,
    name,
    inputSize: 224,
    classes,
    stages: [...pooledBehind.map((i) => `_conv${i}`), '_conv8'],
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

/** 224 by 224 pixels, 1.2 million parameters, published top-1 59.60 %. */
export function SqueezeNet1_0(options: SqueezeNetOptions = {}): Model {
  const stem = conv2d(options.inChannels ?? 3, 96, 7, { stride: 2 })
  return squeezeNet('SqueezeNet1_0', { stem, stemChannels: 96, pooledBehind: [3, 7] }, options)
}

/** 224 by 224 pixels, 1.2 million parameters, published top-1 60.10 %. */
export function SqueezeNet1_1(options: SqueezeNetOptions = {}): Model {
  const stem = conv2d(options.inChannels ?? 3, 64, 3, { stride: 2, padding: 1 })
  return squeezeNet('SqueezeNet1_1', { stem, stemChannels: 64, pooledBehind: [2, 4] }, options)
}
