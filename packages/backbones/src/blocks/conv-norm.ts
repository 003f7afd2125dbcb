import type { Module, PairOption } from '@clas/nn'
import { type ConvBnOptions, convBn } from './conv-bn.ts'

/** What {@link convBn} is, under the keys `conv` and `norm`. */
export function convNorm(
  inChannels: number,
  outChannels: number,
  size: PairOption,
  options: Omit<ConvBnOptions, 'keys'> = {},
): Module {
  return convBn(inChannels, outChannels, size, { ...options, keys: ['conv', 'norm'] })
}
