import { conv2d as convolve } from '@clas/kernels'
import { constant, kaimingNormal } from '../initializers.ts'
import { type Initializer, type Module, module, parameter } from '../module.ts'

export interface Conv2dOptions {
  /** Default 1. */
  readonly stride?: number
  /** Zeros on each side; default 0. */
  readonly padding?: number
  /** Cells between the taps of the kernel, 1 = next to each other; default 1. */
  readonly dilation?: number
  /** Into how many groups the channels are split; the number of inputs for a depthwise convolution. Default 1. */
  readonly groups?: number
  /** Default true. */
  readonly bias?: boolean
  /** Of the weight; default {@link kaimingNormal}. */
  readonly initializer?: Initializer
}

/**
 * A square convolution: [batch, height, width, inChannels] to [batch, height', width', outChannels], with
 * height' = floor((height + 2 padding - dilation (size - 1) - 1) / stride) + 1. Keys: `weight`, `bias`.
 *
 * @param inChannels - channels of the input
 * @param outChannels - channels of the output
 * @param size - height and width of the kernel, in pixels
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
