import { inOrder, type Module, module, sequential } from '@clas/nn'
import { convBn } from './conv-bn.ts'

export interface HGStage {
  /** Channels that the blocks give. */
  readonly outer: number
  readonly blocks: number
  /** Whether a depthwise convolution halves the picture first. */
  readonly downsampled: boolean
}

/** A stage of PP-HGNet: blocks, all but the first with a shortcut. Keys: `downsample`, `blocks`. */
export function hgStage<S extends HGStage>(
  block: (inChannels: number, stage: S, shortcut: boolean) => Module,
  inChannels: number,
  stage: S,
): Module {
  const { outer, blocks, downsampled } = stage
  const downsample = convBn(inChannels, inChannels, 3, { stride: 2, groups: inChannels, decay: false })
  const parts = {
    ...(downsampled ? { downsample } : {}),
    blocks: sequential(Array.from({ length: blocks }, (_, i) => block(i === 0 ? inChannels : outer, stage, i > 0))),
  }
  return module(parts, (bound, x) => inOrder(bound, Object.keys(parts), x), 'hgStage')
}
