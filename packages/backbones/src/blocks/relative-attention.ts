import { ClasError } from '@clas/core'
import { attend, constant, indexBuffer, linear, type Module, module, parameter, truncatedNormal } from '@clas/nn'
import { add, concat, zerosLike } from '@tensorflow/tfjs-core'
import { mergeHeads, splitQkv } from './heads.ts'
import {
  relativePositionBias,
  relativePositionCount,
  relativePositionIndexWithClass,
  resizeRelativePositions,
} from './relative-position.ts'
import type { Sides } from './windows.ts'

export interface RelativeAttentionOptions {
  readonly heads: number
  /** Rows and columns of the grid that the table is for. */
  readonly grid: Sides
  /** Whether the projection of keys has a bias too; else the keys `q_bias` and `v_bias` come first. Default true. */
  readonly keyBias?: boolean
}

/**
 * Self-attention of a class token and the tokens of a grid [batch, 1 + places, dim], with a learned bias for each relative
 * position (Bao et al. 2022, arXiv 2106.08254). For another grid, which has to be a square, the table is resized. Keys:
 * `relative_position_bias_table`, `relative_position_index`, `qkv`, `proj`.
 */
export function relativeAttention(dim: number, options: RelativeAttentionOptions): Module {
  const { heads, grid, keyBias = true } = options
  const initializer = truncatedNormal(0.02)
  const index = relativePositionIndexWithClass(grid)
  const tokens = grid[0] * grid[1] + 1
  const biases = { q_bias: parameter([dim], constant(0)), v_bias: parameter([dim], constant(0)) }
  return module(
    {
      ...(keyBias ? {} : biases),
      relative_position_bias_table: parameter([relativePositionCount(grid) + 3, heads], constant(0)),
      relative_position_index: indexBuffer([tokens, tokens], index),
      qkv: linear(dim, 3 * dim, { bias: keyBias, initializer }),
      proj: linear(dim, dim, { initializer }),
    },
    ({ q_bias, v_bias, relative_position_bias_table, qkv, proj }, x) => {
      const found = gridOf(x.shape[1] as number, grid)
      const table = resizeRelativePositions(relative_position_bias_table, grid, found)
      const bias = relativePositionBias(table, found === grid ? index : relativePositionIndexWithClass(found))
      const projected = q_bias && v_bias ? add(qkv(x), concat([q_bias, zerosLike(q_bias), v_bias])) : qkv(x)
      const [q, k, v] = splitQkv(projected, heads)
      return proj(mergeHeads(attend(q, k, v, { bias })))
    },
    'attention',
  )
}

/** The grid of so many tokens. */
function gridOf(tokens: number, expected: Sides): Sides {
  if (tokens === expected[0] * expected[1] + 1) return expected
  const side = Math.sqrt(tokens - 1)
  if (Number.isInteger(side)) return [side, side]
  throw new ClasError(
    'shape-mismatch',
    `relative positions: expected the tokens of a square grid and one more, found ${tokens}; give the model a square picture`,
    { tokens },
  )
}
