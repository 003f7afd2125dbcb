import type { Module, PairOption } from '@clas/nn'
import { type ConvBnOptions, convBn } from './conv-bn.ts'

/** What {@link convBn} is, under the keys of PaddleClas's older models: `_conv`, `_batch_norm`. */
export function convBatchNorm(
  inChannels: number,
  outChannels: number,
  size: PairOption,
  options: Omit<ConvBnOptions, 'keys'> = {},
): Module {
  return convBn(inChannels, outChannels, size, { ...options, keys: ['_conv', '_batch_norm'] })
}
