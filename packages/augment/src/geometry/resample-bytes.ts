import type { Image, Rectangle } from '../image.ts'
import { cachedRows, rowStart, rowTable } from './resample-rows.ts'
import type { ResampleTable } from './resample-table.ts'

/** OpenCV's weights of 8-bit pictures are whole numbers of 1/2048. */
const WEIGHT_BITS = 11

/**
 * Resizes 8-bit pictures in whole numbers, and with two inputs per output with the bits that OpenCV drops on the way, so
 * that results are the same nearly everywhere.
 */
export function resampleBytes(
  image: Image,
  rectangle: Rectangle,
  columns: ResampleTable,
  rows: ResampleTable,
): Uint8Array {
  const data = image.data as Uint8Array
  const { length, offsets, weights } = rowTable(columns, image.channels)
  const columnWeights = wholeWeights(weights)
  const rowWeights = wholeWeights(rows.weights)
  const row = cachedRows(
    rows.taps,
    () => new Int32Array(length),
    (out, y) => resizeRow(out, data, rowStart(image, rectangle, y), offsets, columnWeights),
  )
  const mix = rows.taps === 2 ? mixTwoRows : mixRows
  const height = rows.positions.length / rows.taps
  const target = new Uint8ClampedArray(length * height)
  for (let y = 0; y < height; y++) {
    const taps = Array.from({ length: rows.taps }, (_, tap) => ({
      row: row(rows.positions[y * rows.taps + tap] as number),
      weight: rowWeights[y * rows.taps + tap] as number,
    }))
    mix(target.subarray(y * length, (y + 1) * length), taps)
  }
  return new Uint8Array(target.buffer)
}

/** Weights in 1/2048. */
export function wholeWeights(weights: Float32Array): Int32Array {
  const whole = new Int32Array(weights.length)
  for (let i = 0; i < weights.length; i++) whole[i] = Math.round((weights[i] as number) * (1 << WEIGHT_BITS))
  return whole
}

function resizeRow(out: Int32Array, data: Uint8Array, start: number, offsets: Int32Array, weights: Int32Array): void {
  const length = out.length
  for (let i = 0; i < length; i++) {
    let sum = 0
    for (let tap = i; tap < offsets.length; tap += length) {
      sum += Math.imul(data[start + (offsets[tap] as number)] as number, weights[tap] as number)
    }
    out[i] = sum
  }
}

interface Tap {
  /** In 1/2048. */
  readonly row: Int32Array
  /** In 1/2048. */
  readonly weight: number
}

type Mix = (target: Uint8ClampedArray, taps: readonly Tap[]) => void

const mixTwoRows: Mix = (target, taps) => {
  const [first, second] = taps as [Tap, Tap]
  for (let i = 0; i < target.length; i++) {
    const upper = Math.imul(first.weight, (first.row[i] as number) >> 4) >> 16
    const lower = Math.imul(second.weight, (second.row[i] as number) >> 4) >> 16
    target[i] = (upper + lower + 2) >> 2
  }
}

const mixRows: Mix = (target, taps) => {
  const sums = new Int32Array(target.length).fill(1 << (2 * WEIGHT_BITS - 1))
  for (const { row, weight } of taps) {
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + Math.imul(row[i] as number, weight)
  }
  for (let i = 0; i < sums.length; i++) target[i] = (sums[i] as number) >> (2 * WEIGHT_BITS)
}
