import { type Module, sequential } from '@clas/nn'
import { mlp } from './mlp.ts'
import { transformerBlock } from './transformer-block.ts'
import { windowAttention } from './window-attention.ts'

export interface SwinBlocksOptions {
  readonly heads: number
  /** Places along each side of a window; every second block moves it by half of that. */
  readonly window: number
  /** Whether windows are moved along sides of the grid that one window covers as well; default true. */
  readonly shiftCovering?: boolean
  /** Probability of stochastic depth of each block. */
  readonly dropPath: readonly number[]
}

/** The blocks of a stage of Swin Transformer, on a grid [batch, rows, columns, dim]. */
export function swinBlocks(dim: number, options: SwinBlocksOptions): Module {
  const { heads, window, shiftCovering = true, dropPath } = options
  return sequential(
    dropPath.map((dropped, i) =>
      transformerBlock(dim, {
        attn: windowAttention(dim, { heads, window, shift: i % 2 === 0 ? 0 : Math.floor(window / 2), shiftCovering }),
        mlp: mlp(dim, 4 * dim),
        dropPath: dropped,
      }),
    ),
  )
}
