import {
  batchNorm,
  type Conv2dOptions,
  conv2d,
  type Initializer,
  inOrder,
  type Module,
  module,
  type PairOption,
} from '@clas/nn'
import type { Tensor } from '@tensorflow/tfjs-core'

export interface ConvBnOptions {
  readonly stride?: number
  readonly groups?: number
  /** Default: what keeps the size at stride 1. */
  readonly padding?: NonNullable<Conv2dOptions['padding']>
  /** Whether the convolution has a bias, which the normalisation makes useless; default false. */
  readonly bias?: boolean
  /** Of the convolution's weight; default Kaiming's normal. */
  readonly initializer?: Initializer
  /** After the normalisation; none when left out. */
  readonly activation?: (x: Tensor) => Tensor
  /** False where the recipe decays neither weight nor bias of the normalisation; default true. */
  readonly decay?: boolean
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number
  /** How much of the running statistics stays in each step; default 0.9. */
  readonly momentum?: number
  /** Keys of the two layers; default `conv` and `bn`. */
  readonly keys?: readonly [conv: string, bn: string]
}

/**
 * Convolution, without bias unless it is asked for, padded to keep the size at stride 1, then batch normalisation. Keys:
 * `conv`, `bn`.
 */
export function convBn(inChannels: number, outChannels: number, size: PairOption, options: ConvBnOptions = {}): Module {
  const { stride = 1, groups = 1, padding = halfOf(size), activation = (x) => x, keys = ['conv', 'bn'] } = options
  const { bias = false, initializer, decay = true, epsilon = 1e-5, momentum = 0.9 } = options
  const [conv, bn] = keys
  return module(
    {
      [conv]: conv2d(inChannels, outChannels, size, {
        stride,
        groups,
        padding,
        bias,
        ...(initializer ? { initializer } : {}),
      }),
      [bn]: batchNorm(outChannels, { decay, epsilon, momentum }),
    },
    (parts, x) => activation(inOrder(parts, keys, x)),
    'convBn',
  )
}

const halfOf = (size: PairOption): PairOption =>
  typeof size === 'number' ? (size - 1) / 2 : [(size[0] - 1) / 2, (size[1] - 1) / 2]
