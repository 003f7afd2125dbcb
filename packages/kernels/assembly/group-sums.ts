// Sums down the columns of groups of rows: of the pictures of a batch, channel by channel.
import { columnSums, narrowSums, VALUES } from './columns'

/** y[groups, channels] = the sums of x[groups, rows, channels] over the rows. Needs `columnScratch(channels)` floats. */
export function groupSums(x: usize, y: usize, groups: i32, rows: i32, channels: i32, scratch: usize): void {
  const row = <usize>channels << 2
  for (let i = 0; i < groups; i++) {
    columnSums(VALUES, x, x, 0, 0, rows, channels, scratch)
    narrowSums(y, scratch, channels, 1)
    x += <usize>rows * row
    y += row
  }
}
