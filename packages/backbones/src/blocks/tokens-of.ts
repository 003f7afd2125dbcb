import { reshape, type Tensor } from '@tensorflow/tfjs-core'

/** The places of a grid one after the other: [batch, rows, columns, channels] to [batch, rows * columns, channels]. */
export function tokensOf(grid: Tensor): Tensor {
  const [batch = 1, rows = 1, columns = 1, channels = 1] = grid.shape
  return reshape(grid, [batch, rows * columns, channels])
}
