import { conv2d as convolve } from '@clas/kernels'
import { constant, kaimingNormal } from '../initializers.ts'
import { type Initializer, type Module, module, parameter } from '../module.ts'

/** How a convolution moves over the picture. */
export interface Conv2dOptions {
  /** Cells from window to window, at least 1; default 1. */
  readonly stride?: number
  /** Zeros on each side; default 0. */
  readonly padding?: number
  /** Cells between the taps of the kernel, 1 = next to each other; default 1. */
  readonly dilation?: number
  /** Into how many groups the channels are split, a divisor of both; all inputs for a depthwise one. Default 1. */
  readonly groups?: number
  /** Whether a value is added to each output channel; default true. */
  readonly bias?: boolean
  /** Of the weight; default {@link kaimingNormal}. */
  readonly initializer?: Initializer
}

/**
 * A square convolution: [batch, height, width, inChannels] to [batch, height', width', outChannels], with height' =
 * floor((height + 2 padding - dilation (size - 1) - 1) / stride) + 1. Keys: `weight` [size, size, inChannels / groups,
 * outChannels], `bias` [outChannels]. In a pass it throws `shape-mismatch` or `bad-option` when the picture, the
 * channels or the groups don't fit.
 *
 * @param inChannels - channels of the input
 * @param outChannels - channels of the output
 * @param size - height and width of the kernel, in pixels
 * @example
 * ```ts
 * import { conv2d, summary } from '@clas/nn'
 * console.log(summary(conv2d(3, 16, 3, { stride: 2, padding: 1 }), [1, 32, 32, 3]).outputShape) // [1, 16, 16, 16]
 * ```
 */
export function conv2d(inChannels: number, outChannels: number, size: number, options: Conv2dOptions = {}): Module {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true, initializer = kaimingNormal() } = options
  const attributes = {
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    dilations: [dilation, dilation],
    groups,
  } as const
  const weight = parameter([size, size, inChannels / groups, outChannels], initializer, { layout: 'conv' })
  if (!bias) return module({ weight }, (parts, x) => convolve(x, parts.weight, attributes), 'conv2d')
  return module(
    { weight, bias: parameter([outChannels], constant(0)) },
    (parts, x) => convolve(x, parts.weight, { ...attributes, bias: parts.bias }),
    'conv2d',
  )
}
