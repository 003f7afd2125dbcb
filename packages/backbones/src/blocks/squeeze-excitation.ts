import { conv2d, globalAvgPool, hardSigmoid, type Module, module, relu } from '@clas/nn'
import { mul } from '@tensorflow/tfjs-core'

export interface SqueezeExcitationOptions {
  /** By what the channels are divided between the two layers; default 4. */
  readonly reduction?: number
  /** Of the hard sigmoid clip(slope x + 0.5, 0, 1); default 1/6. */
  readonly slope?: number
}

/** Weighs the channels by a small network of their means (Hu et al. 2018). Keys: `conv1`, `conv2`. */
export function squeezeExcitation(channels: number, options: SqueezeExcitationOptions = {}): Module {
  const { reduction = 4, slope = 1 / 6 } = options
  const hidden = Math.floor(channels / reduction)
  return module(
    { conv1: conv2d(channels, hidden, 1), conv2: conv2d(hidden, channels, 1) },
    ({ conv1, conv2 }, x) => mul(x, hardSigmoid(conv2(relu(conv1(globalAvgPool(x)))), { slope, offset: 0.5 })),
    'squeezeExcitation',
  )
}
