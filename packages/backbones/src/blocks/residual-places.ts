/** Where a block stands in a network of stages. */
export interface ResidualPlace {
  /** The block's stage, from 0. */
  readonly stage: number
  /** The block's place in its stage, from 0. The first one changes size and channels. */
  readonly index: number
  readonly inChannels: number
  readonly outChannels: number
  readonly stride: number
}

/** What a network of stages is like from outside of its blocks. */
export interface ResidualStages {
  /** Blocks of each stage. */
  readonly depths: readonly number[]
  /** Channels that the first block is given. */
  readonly inChannels: number
  /** Channels that the blocks of each stage give. */
  readonly channels: readonly number[]
  /** Of the first block of each stage; default 1 in the first stage, 2 in the others. */
  readonly strides?: readonly number[]
}

/** The places of all blocks, in order. */
export function residualPlaces({ depths, inChannels, channels, strides = [] }: ResidualStages): ResidualPlace[] {
  return depths.flatMap((depth, stage) => {
    const outChannels = channels[stage] as number
    const before = channels[stage - 1] ?? inChannels
    const stride = strides[stage] ?? (stage === 0 ? 1 : 2)
    return Array.from({ length: depth }, (_, index) =>
      index === 0
        ? { stage, index, inChannels: before, outChannels, stride }
        : { stage, index, inChannels: outChannels, outChannels, stride: 1 },
    )
  })
}
