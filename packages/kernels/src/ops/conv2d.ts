import type { Tensor } from '@tensorflow/tfjs-core'
import { type ConvAttributes, convShape } from '../contract.ts'
import { badOption, checkShape } from './check.ts'
import { runOne } from './run-kernel.ts'
import { checkFit, type PadOption, type PairOption, toPads, toPair } from './windows.ts'

/** How a convolution moves over the picture. */
export interface Conv2dOptions {
  /** Cells from window to window, at least 1. Default: 1. */
  readonly strides?: PairOption
  /** Zeros around the picture. Default: 0. */
  readonly pads?: PadOption
  /** Cells from tap to tap of the filter, at least 1. Default: 1. */
  readonly dilations?: PairOption
  /** Parts that the channels are split in, each with filters of its own; divides both channel counts. Default: 1. */
  readonly groups?: number
  /** Added to each output channel: [out]. Default: none. */
  readonly bias?: Tensor
}

/**
 * A convolution in two dimensions (cross-correlation), grouped and dilated too; depthwise where `groups` is the number
 * of input channels. Differentiable with respect to `x`, `filter` and `bias`.
 *
 * @param x - [batch, height, width, channels]
 * @param filter - [height, width, channels / groups, out]; output channel o reads group floor(o / (out / groups))
 * @returns [batch, outHeight, outWidth, out] with
 * outHeight = floor((height + top + bottom - (filterHeight - 1) * dilation - 1) / stride) + 1
 * @throws `shape-mismatch` or `bad-option` when shapes and options don't fit, `backend-not-ready`
 * @example
 * ```ts
 * import { conv2d, useBackend } from '@clas/kernels'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const y = conv2d(ones([1, 8, 8, 4]), ones([3, 3, 2, 6]), { strides: 2, pads: 1, groups: 2 })
 * console.log(y.shape) // [1, 4, 4, 6]
 * ```
 */
export function conv2d(x: Tensor, filter: Tensor, options: Conv2dOptions = {}): Tensor {
  const { strides = 1, pads = 0, dilations = 1, groups = 1, bias } = options
  const attributes: ConvAttributes = {
    strides: toPair('conv2d', 'strides', strides),
    pads: toPads('conv2d', pads),
    dilations: toPair('conv2d', 'dilations', dilations),
    groups,
  }
  checkShape('conv2d', 'x', x, [null, null, null, null])
  const channels = x.shape[3] as number
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    badOption('conv2d', 'groups', `a divisor of the ${channels} channels of x`, groups)
  }
  checkShape('conv2d', 'filter', filter, [null, null, channels / groups, null])
  const out = filter.shape[3] as number
  if (out % groups !== 0) badOption('conv2d', 'groups', `a divisor of the ${out} output channels of filter`, groups)
  if (bias) checkShape('conv2d', 'bias', bias, [out])
  checkFit('conv2d', x.shape, convShape(x.shape, filter.shape, attributes))
  return runOne('ClasConv2D', bias ? { x, filter, bias } : { x, filter }, attributes)
}
