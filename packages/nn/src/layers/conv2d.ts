import { conv2d as convolve, type PadOption, type PairOption } from '@clas/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'
import { constant, kaimingNormal } from '../initializers.ts'
import { type Initializer, type Module, module, parameter } from '../module.ts'
import { padsOf, pairOf } from './windows.ts'

/** How a convolution moves over the picture. */
export interface Conv2dOptions {
  /** Cells from window to window, at least 1, or [vertical, horizontal]; default 1. */
  readonly stride?: PairOption
  /**
   * Zeros on each side, [vertical, horizontal] or [top, bottom, left, right]; default 0. `same`: as few as give
   * ceil(length / stride) windows, the odd one after, as in TensorFlow and PaddlePaddle.
   */
  readonly padding?: PadOption | 'same'
  /** Cells between the taps of the kernel, 1 = next to each other, or [vertical, horizontal]; default 1. */
  readonly dilation?: PairOption
  /** Into how many groups the channels are split, a divisor of both; all inputs for a depthwise one. Default 1. */
  readonly groups?: number
  /** Whether a value is added to each output channel; default true. */
  readonly bias?: boolean
  /** Of the weight; default {@link kaimingNormal}. */
  readonly initializer?: Initializer
}

/**
 * A convolution: [batch, height, width, inChannels] to [batch, height', width', outChannels], with height' =
 * floor((height + 2 padding - dilation (size - 1) - 1) / stride) + 1. Keys: `weight` [height, width, inChannels / groups,
 * outChannels], `bias` [outChannels]. In a pass it throws `shape-mismatch` or `bad-option` when the picture, the
 * channels or the groups don't fit.
 *
 * @param inChannels - channels of the input
 * @param outChannels - channels of the output
 * @param size - of the kernel, in pixels: one number, or [height, width]
 * @example
 * ```ts
 * import { conv2d, summary } from '@clas/nn'
 * console.log(summary(conv2d(3, 16, 3, { stride: 2, padding: 1 }), [1, 32, 32, 3]).outputShape) // [1, 16, 16, 16]
 * ```
 */
export function conv2d(inChannels: number, outChannels: number, size: PairOption, options: Conv2dOptions = {}): Module {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true, initializer = kaimingNormal() } = options
  const [height, width] = pairOf(size)
  const attributes = (x: Tensor) => ({
    strides: stride,
    pads: padsOf(x, { size, stride, padding, dilation }),
    dilations: dilation,
    groups,
  })
  const weight = parameter([height, width, inChannels / groups, outChannels], initializer, { layout: 'conv' })
  if (!bias) return module({ weight }, (parts, x) => convolve(x, parts.weight, attributes(x)), 'conv2d')
  return module(
    { weight, bias: parameter([outChannels], constant(0)) },
    (parts, x) => convolve(x, parts.weight, { ...attributes(x), bias: parts.bias }),
    'conv2d',
  )
}
