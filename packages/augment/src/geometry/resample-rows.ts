import type { Image, Rectangle } from '../image.ts'
import type { ResampleTable } from './resample-table.ts'

/** A table of columns laid out for the loop over one row: [taps, output × channels]. */
export interface RowTable {
  /** Values of a row of the result. */
  readonly length: number
  /** From the first value of the input's row. */
  readonly offsets: Int32Array
  readonly weights: Float32Array
}

/** Lays out a table of columns for pictures of so many channels. */
export function rowTable({ taps, positions, weights }: ResampleTable, channels: number): RowTable {
  const columns = positions.length / taps
  const length = columns * channels
  const table = { length, offsets: new Int32Array(taps * length), weights: new Float32Array(taps * length) }
  for (let tap = 0; tap < taps; tap++) {
    for (let column = 0; column < columns; column++) {
      const from = column * taps + tap
      for (let c = 0; c < channels; c++) {
        const to = tap * length + column * channels + c
        table.offsets[to] = (positions[from] as number) * channels + c
        table.weights[to] = weights[from] as number
      }
    }
  }
  return table
}

/** The index of the first value of row `y` of a rectangle. */
export function rowStart(image: Image, rectangle: Rectangle, y: number): number {
  return ((rectangle.top + y) * image.width + rectangle.left) * image.channels
}

/**
 * Makes rows when they are asked for, each once. They must be asked for in ascending windows of `kept` rows: that many
 * buffers do.
 */
export function cachedRows<Row>(
  kept: number,
  create: () => Row,
  fill: (row: Row, y: number) => void,
): (y: number) => Row {
  const slots = Array.from({ length: kept }, () => ({ y: -1, row: create() }))
  return (y) => {
    const slot = slots[y % kept] as { y: number; row: Row }
    if (slot.y !== y) {
      slot.y = y
      fill(slot.row, y)
    }
    return slot.row
  }
}
