import { reshape, type Tensor, transpose } from '@tensorflow/tfjs-core'
import { padToMultiple } from './windows.ts'

/**
 * Puts the channels of each 2 by 2 places side by side: [batch, rows, columns, channels] to [batch, rows / 2, columns / 2,
 * 4 * channels], as patches are merged between stages. Odd sides are padded with zeros first.
 *
 * @param order - what varies slowest: with `place` all channels of the upper left place come first, then the lower left,
 *   upper right and lower right (Swin); with `channel` the four places of the first channel, row by row
 */
export function stackNeighbours(x: Tensor, order: 'place' | 'channel' = 'place'): Tensor {
  const even = padToMultiple(x, [2, 2])
  const [batch = 1, rows = 1, columns = 1, channels = 1] = even.shape
  const cells = reshape(even, [(batch * rows) / 2, 2, columns / 2, 2, channels])
  const stacked = transpose(cells, order === 'place' ? [0, 2, 3, 1, 4] : [0, 2, 4, 1, 3])
  return reshape(stacked, [batch, rows / 2, columns / 2, 4 * channels])
}
