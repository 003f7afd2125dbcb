import { add, concat, reshape, slice, type Tensor, zeros } from '@tensorflow/tfjs-core'

/**
 * Puts learned tokens before those of a grid.
 *
 * @param tokens - each [1, 1, dim]
 * @param grid - [batch, rows, columns, dim]
 * @returns [batch, tokens + rows * columns, dim]
 */
export function withTokens(tokens: readonly Tensor[], grid: Tensor): Tensor {
  const [batch = 1, rows = 1, columns = 1, dim = 1] = grid.shape
  const repeated = tokens.map((token) => add(zeros([batch, 1, dim]), token))
  return concat([...repeated, reshape(grid, [batch, rows * columns, dim])], 1)
}

/** One of the tokens: [batch, tokens, dim] to [batch, dim]. */
export function tokenAt(tokens: Tensor, i: number): Tensor {
  const [batch = 1, , dim = 1] = tokens.shape
  return reshape(slice(tokens, [0, i, 0], [batch, 1, dim]), [batch, dim])
}
