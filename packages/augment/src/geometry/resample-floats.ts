import { emptyLike, type Image, type Rectangle } from '../image.ts'
import { cachedRows, rowStart, rowTable } from './resample-rows.ts'
import type { ResampleTable } from './resample-table.ts'

/** Resizes pictures of either type in float32; bytes are rounded and saturate in the end. */
export function resampleFloats(
  image: Image,
  rectangle: Rectangle,
  columns: ResampleTable,
  rows: ResampleTable,
): Uint8Array | Float32Array {
  const { length, offsets, weights } = rowTable(columns, image.channels)
  const height = rows.positions.length / rows.taps
  const data = emptyLike(image.data, length * height)
  // Stores to a clamped array round and saturate.
  const target = data instanceof Float32Array ? data : new Uint8ClampedArray(data.buffer)
  const row = cachedRows(
    rows.taps,
    () => new Float32Array(length),
    (out, y) => resizeRow(out, image.data, rowStart(image, rectangle, y), offsets, weights),
  )
  const sum = new Float32Array(length)
  for (let y = 0; y < height; y++) {
    sum.fill(0)
    for (let tap = y * rows.taps; tap < (y + 1) * rows.taps; tap++) {
      const weight = rows.weights[tap] as number
      if (weight !== 0) addScaled(sum, row(rows.positions[tap] as number), weight)
    }
    target.set(sum, y * length)
  }
  return data
}

function resizeRow(
  out: Float32Array,
  data: Image['data'],
  start: number,
  offsets: Int32Array,
  weights: Float32Array,
): void {
  const length = out.length
  out.fill(0)
  for (let from = 0; from < offsets.length; from += length) {
    for (let i = 0; i < length; i++) {
      const value = data[start + (offsets[from + i] as number)] as number
      out[i] = (out[i] as number) + value * (weights[from + i] as number)
    }
  }
}

function addScaled(sum: Float32Array, values: Float32Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (values[i] as number)
}
