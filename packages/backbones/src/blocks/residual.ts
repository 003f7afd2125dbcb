import { avgPool, inOrder, type Module, module, relu, sigmoid } from '@clas/nn'
import { add } from '@tensorflow/tfjs-core'
import type { ConvBnOptions } from './conv-bn.ts'
import type { ResidualPlace } from './residual-places.ts'
import { squeezeExcitation } from './squeeze-excitation.ts'

/** Makes a convolution with its normalisation, under the keys of the family. */
type ConvBn = (inChannels: number, outChannels: number, size: number, options?: Omit<ConvBnOptions, 'keys'>) => Module

export interface ResidualOptions {
  readonly convBn: ConvBn
  /** Whether the shortcut takes the mean of 2x2 places before its convolution ("vd"); default false. */
  readonly pooled?: boolean
  /** Whether squeeze and excitation weighs the branch, under the key `scale`; default false. */
  readonly excited?: boolean
}

export interface BottleneckOptions extends ResidualOptions {
  /** Channels between the two 1x1 convolutions; default a fourth of those that the block gives. */
  readonly width?: number
  /** Of the 3x3 convolution; default 1. */
  readonly groups?: number
  /** The convolution that has the stride; default the 3x3 one ("vb"). */
  readonly strided?: '1x1' | '3x3'
}

/** Two 3x3 convolutions and a shortcut (He et al. 2016, arXiv 1512.03385). Keys: `conv0`, `conv1`, `scale`, `short`. */
export function basicBlock(place: ResidualPlace, options: ResidualOptions): Module {
  const { inChannels, outChannels, stride } = place
  const { convBn } = options
  return residual(
    {
      conv0: convBn(inChannels, outChannels, 3, { stride, activation: relu }),
      conv1: convBn(outChannels, outChannels, 3),
      ...excitation(place, options),
    },
    shortcut(place, options),
  )
}

/**
 * A 3x3 convolution between two 1x1 ones, and a shortcut (He et al. 2016, arXiv 1512.03385). Keys: `conv0`, `conv1`,
 * `conv2`, `scale`, `short`.
 */
export function bottleneck(place: ResidualPlace, options: BottleneckOptions): Module {
  const { inChannels, outChannels, stride } = place
  const { convBn, width = outChannels / 4, groups = 1, strided = '3x3' } = options
  const [first, second] = strided === '3x3' ? [1, stride] : [stride, 1]
  return residual(
    {
      conv0: convBn(inChannels, width, 1, { stride: first, activation: relu }),
      conv1: convBn(width, width, 3, { stride: second, groups, activation: relu }),
      conv2: convBn(width, outChannels, 1),
      ...excitation(place, options),
    },
    shortcut(place, options),
  )
}

/**
 * The branch's modules one after the other, plus the shortcut's, which are none where the input itself is added; then
 * relu.
 */
export function residual(
  branch: Readonly<Record<string, Module>>,
  shortcut: Readonly<Record<string, Module>> = {},
): Module {
  const names = { branch: Object.keys(branch), shortcut: Object.keys(shortcut) }
  return module(
    { ...branch, ...shortcut },
    (parts, x) => relu(add(inOrder(parts, names.branch, x), inOrder(parts, names.shortcut, x))),
    'residual',
  )
}

/** The first block of a stage has a convolution in its shortcut, even where the channels stay. */
export function shortcut(place: ResidualPlace, options: ResidualOptions): Readonly<Record<string, Module>> {
  const { stage, index, inChannels, outChannels, stride } = place
  const { convBn, pooled = false } = options
  if (index > 0) return {}
  if (!pooled || stage === 0) return { short: convBn(inChannels, outChannels, 1, { stride }) }
  const projection = convBn(inChannels, outChannels, 1)
  return {
    short: {
      ...projection,
      forward: (parts, x, context) => projection.forward(parts, avgPool(x, 2, { stride, padding: 'same' }), context),
    },
  }
}

function excitation({ outChannels }: ResidualPlace, { excited = false }: ResidualOptions): Record<string, Module> {
  if (!excited) return {}
  const keys = ['squeeze', 'excitation'] as const
  return { scale: squeezeExcitation(outChannels, { reduction: 16, layers: 'linear', gate: sigmoid, keys }) }
}
