import { damage } from '../bounded-view.ts'

/**
 * Undoes the filter of a row of a PNG picture in place, where it lies among the other rows, each with its filter in the
 * byte before it.
 *
 * @param start - where the row's data begin
 * @param length - of the row, in bytes
 * @param distance - bytes to the pixel on the left
 * @param below - whether there is a row above, which must have been undone
 */
export function unfilterRow(rows: Uint8Array, start: number, length: number, distance: number, below: boolean): void {
  const filter = rows[start - 1] as number
  const end = start + length
  const up = length + 1
  if (filter === 0) return
  if (filter === 1) {
    for (let i = start + distance; i < end; i++) rows[i] = (rows[i] as number) + (rows[i - distance] as number)
  } else if (filter === 2) {
    if (below) for (let i = start; i < end; i++) rows[i] = (rows[i] as number) + (rows[i - up] as number)
  } else if (filter === 3) average(rows, start, end, distance, below ? up : undefined)
  else if (filter === 4) paeth(rows, start, end, distance, below ? up : undefined)
  else damage('a filter of 0 to 4', `${filter}`)
}

function average(rows: Uint8Array, start: number, end: number, distance: number, up: number | undefined): void {
  for (let i = start; i < end; i++) {
    const left = i < start + distance ? 0 : (rows[i - distance] as number)
    const above = up === undefined ? 0 : (rows[i - up] as number)
    rows[i] = (rows[i] as number) + ((left + above) >> 1)
  }
}

/** Adds of left, above and above on the left the one nearest to left + above - aboveLeft. */
function paeth(rows: Uint8Array, start: number, end: number, distance: number, up: number | undefined): void {
  for (let i = start; i < end; i++) {
    const first = i < start + distance
    const left = first ? 0 : (rows[i - distance] as number)
    const above = up === undefined ? 0 : (rows[i - up] as number)
    const corner = first || up === undefined ? 0 : (rows[i - up - distance] as number)
    const toLeft = Math.abs(above - corner)
    const toAbove = Math.abs(left - corner)
    const toCorner = Math.abs(left + above - 2 * corner)
    const nearest = toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner
    rows[i] = (rows[i] as number) + nearest
  }
}
