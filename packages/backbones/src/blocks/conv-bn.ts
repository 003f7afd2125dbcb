import { batchNorm, conv2d, type Module, module } from '@clas/nn'
import type { Tensor } from '@tensorflow/tfjs-core'

export interface ConvBnOptions {
  readonly stride?: number
  readonly groups?: number
  /** After the normalisation; none when left out. */
  readonly activation?: (x: Tensor) => Tensor
  /** False where the recipe decays neither weight nor bias of the normalisation; default true. */
  readonly decay?: boolean
}

/** Convolution without bias, padded to keep the size at stride 1, then batch normalisation. Keys: `conv`, `bn`. */
export function convBn(inChannels: number, outChannels: number, size: number, options: ConvBnOptions = {}): Module {
  const { stride = 1, groups = 1, activation = (x) => x, decay = true } = options
  return module(
    {
      conv: conv2d(inChannels, outChannels, size, { stride, groups, padding: (size - 1) / 2, bias: false }),
      bn: batchNorm(outChannels, { decay }),
    },
    ({ conv, bn }, x) => activation(bn(conv(x))),
    'convBn',
  )
}
