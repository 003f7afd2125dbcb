import type { Pads, Pair, PoolAttributes } from '../contract.ts'
import { badOption, mismatch, show } from './check.ts'

/** One number for both directions, or [vertical, horizontal]. */
export type PairOption = number | Pair

/** One number for all sides, [vertical, horizontal], or [top, bottom, left, right]. */
export type PadOption = number | Pair | Pads

/** How a pooling moves over the picture. */
export interface PoolOptions {
  /** Cells of a window, at least 1. */
  readonly size: PairOption
  /** Cells from window to window, at least 1. Default: `size`. */
  readonly strides?: PairOption
  /** Cells around the picture, which count as nothing; less than `size`. Default: 0. */
  readonly pads?: PadOption
}

/** Whole numbers of at least 1 for both directions. */
export function toPair(op: string, name: string, option: PairOption): Pair {
  const pair: Pair = typeof option === 'number' ? [option, option] : option
  if (pair.length !== 2 || !pair.every((value) => Number.isInteger(value) && value >= 1)) {
    badOption(op, name, 'a whole number of at least 1, or two of them', option)
  }
  return pair
}

/** Whole numbers of at least 0 for the four sides. */
export function toPads(op: string, option: PadOption): Pads {
  const all = typeof option === 'number' ? [option] : option
  const [first = 0, second = first, third = second, fourth = third] = all
  const pads: Pads = all.length === 2 ? [first, first, second, second] : [first, second, third, fourth]
  const counted = all.length === 1 || all.length === 2 || all.length === 4
  if (!counted || !pads.every((value) => Number.isInteger(value) && value >= 0)) {
    badOption(op, 'pads', 'a whole number of at least 0, two of them, or four', option)
  }
  return pads
}

/** The attributes of a pooling kernel. Every window must hold at least one cell of the picture. */
export function toPoolAttributes(op: string, { size, strides = size, pads = 0 }: PoolOptions): PoolAttributes {
  const attributes: PoolAttributes = {
    size: toPair(op, 'size', size),
    strides: toPair(op, 'strides', strides),
    pads: toPads(op, pads),
  }
  const [top, bottom, left, right] = attributes.pads
  const [height, width] = attributes.size
  if (Math.max(top, bottom) >= height || Math.max(left, right) >= width) {
    badOption(op, 'pads', `less than the size ${show(attributes.size)}`, pads)
  }
  return attributes
}

/** Throws `shape-mismatch` when no window fits into the picture. */
export function checkFit(op: string, x: readonly number[], y: readonly number[]): void {
  const [, height = 0, width = 0] = y
  if (height < 1 || width < 1) mismatch(op, 'x', 'a picture that holds at least one window', show(x))
}
