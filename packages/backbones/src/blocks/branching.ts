import { identity, inOrder, type Module, module, type PairOption } from '@clas/nn'
import { concat, type Tensor } from '@tensorflow/tfjs-core'
import type { ConvBnOptions } from './conv-bn.ts'

/** A convolution of a table: its key, its width and the size of its kernel, and where these are not the usual ones stride and padding. */
type ConvRow = readonly [
  key: string,
  width: number,
  size: PairOption,
  options?: Pick<ConvBnOptions, 'stride' | 'padding'>,
]

/**
 * What follows in a branch: a convolution, a function that keeps the channels, such as a pooling, branches side by side,
 * whose channels are joined, or a name under which features can be tapped.
 */
type Step = ConvRow | ((x: Tensor) => Tensor) | { readonly fork: readonly Branch[] } | { readonly tap: string }

/** Steps one after the other; none: the input itself. */
export type Branch = readonly Step[]

/** Makes a convolution with what belongs to it, under the keys of the family. */
export type ConvUnit = (
  inChannels: number,
  outChannels: number,
  size: PairOption,
  options?: Pick<ConvBnOptions, 'stride' | 'padding'>,
) => Module

/**
 * Convolutions and poolings that fork and join as a table says, as in Inception (Szegedy et al. 2014, arXiv 1409.4842).
 * Keys: those of the convolutions, all on one level, in the table's order.
 */
export function branching(inChannels: number, branch: Branch, unit: ConvUnit): Module {
  const parts: Record<string, Module> = {}
  addParts(parts, inChannels, branch, unit)
  return module(parts, (bound, x) => run(bound, branch, x), 'branching')
}

/** Adds the modules of a branch and gives its channels. */
function addParts(parts: Record<string, Module>, inChannels: number, branch: Branch, unit: ConvUnit): number {
  let channels = inChannels
  for (const step of branch) {
    if (typeof step === 'function') continue
    if ('fork' in step) {
      const widths = step.fork.map((each) => addParts(parts, channels, each, unit))
      channels = widths.reduce((sum, width) => sum + width)
    } else if ('tap' in step) {
      parts[step.tap] = identity()
    } else {
      const [key, width, size, options] = step
      parts[key] = unit(channels, width, size, options)
      channels = width
    }
  }
  return channels
}

function run(bound: object, branch: Branch, x: Tensor): Tensor {
  return branch.reduce((value: Tensor, step) => {
    if (typeof step === 'function') return step(value)
    if ('fork' in step) {
      return concat(
        step.fork.map((each) => run(bound, each, value)),
        3,
      )
    }
    return inOrder(bound, ['tap' in step ? step.tap : step[0]], value)
  }, x)
}
