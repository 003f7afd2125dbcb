import { checkInside, cropRectangle, emptyLike, type Image, type Rectangle } from '../image.ts'
import { resampleBytes } from './resample-bytes.ts'
import { cachedRows, rowStart, rowTable } from './resample-rows.ts'
import { type Interpolation, resampleTables } from './resample-table.ts'

/**
 * Resizes a picture, or a rectangle of it without copying the rectangle first. 8-bit results agree with OpenCV's
 * `resize` to within 1 of 255.
 *
 * @param image - 8-bit or float32, any number of channels
 * @param size - [width, height] of the result, in pixels
 * @param interpolation - `bilinear` unless told
 * @param rectangle - inside the picture; all of it unless told. Pixels outside of it aren't looked at
 * @throws `shape-mismatch` when the rectangle isn't inside the picture
 * @example
 * ```ts
 * import { resize } from '@clas/augment'
 * const photo = { data: new Uint8Array(6 * 4 * 3).fill(7), width: 6, height: 4, channels: 3 }
 * console.log(resize(photo, [3, 2]).data)
 * ```
 */
export function resize(
  image: Image,
  size: readonly [width: number, height: number],
  interpolation: Interpolation = 'bilinear',
  rectangle: Rectangle = { left: 0, top: 0, width: image.width, height: image.height },
): Image {
  const [width, height] = size
  const { channels } = image
  if (width === rectangle.width && height === rectangle.height) return cropRectangle(image, rectangle)
  checkInside(image, rectangle)
  const [columns, rows] = resampleTables(interpolation, [rectangle.width, rectangle.height], size)
  if (image.data instanceof Uint8Array && columns.taps === 2 && rows.taps === 2) {
    return { data: resampleBytes(image, rectangle, columns, rows), width, height, channels }
  }
  const data = emptyLike(image.data, width * height * channels)
  // Stores to a clamped array round and saturate.
  const target = data instanceof Float32Array ? data : new Uint8ClampedArray(data.buffer)
  const { length, offsets, weights } = rowTable(columns, channels)
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
  return { data, width, height, channels }
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
