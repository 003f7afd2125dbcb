import type { Image, Rectangle } from '../image.ts'
import { cachedRows, rowStart, rowTable } from './resample-rows.ts'
import type { ResampleTable } from './resample-table.ts'

/** OpenCV's weights of 8-bit pictures are whole numbers of 1/2048. */
const ONE = 2048

/**
 * Resizes 8-bit pictures with two inputs per output in whole numbers, with the bits that OpenCV drops on the way, so that
 * results are the same nearly everywhere.
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
    2,
    () => new Int32Array(length),
    (out, y) => resizeRow(out, data, rowStart(image, rectangle, y), offsets, columnWeights),
  )
  const height = rows.positions.length / 2
  const target = new Uint8Array(length * height)
  for (let y = 0; y < height; y++) {
    const first = row(rows.positions[2 * y] as number)
    const second = row(rows.positions[2 * y + 1] as number)
    mixRows(target, y * length, first, second, rowWeights[2 * y] as number, rowWeights[2 * y + 1] as number)
  }
  return target
}

function resizeRow(out: Int32Array, data: Uint8Array, start: number, offsets: Int32Array, weights: Int32Array): void {
  const length = out.length
  for (let i = 0; i < length; i++) {
    const first = data[start + (offsets[i] as number)] as number
    const second = data[start + (offsets[length + i] as number)] as number
    out[i] = Math.imul(first, weights[i] as number) + Math.imul(second, weights[length + i] as number)
  }
}

function mixRows(target: Uint8Array, at: number, first: Int32Array, second: Int32Array, a: number, b: number): void {
  for (let i = 0; i < first.length; i++) {
    const upper = Math.imul(a, (first[i] as number) >> 4) >> 16
    const lower = Math.imul(b, (second[i] as number) >> 4) >> 16
    target[at + i] = (upper + lower + 2) >> 2
  }
}

function wholeWeights(weights: Float32Array): Int32Array {
  return Int32Array.from(weights, (weight) => Math.round(weight * ONE))
}
