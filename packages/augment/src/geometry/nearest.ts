import { emptyLike, type Image, type Rectangle } from '../image.ts'
import { rowStart } from './resample-rows.ts'

/** Which input position each output position copies, along one axis. */
export type NearestAxis = (input: number, output: number) => Int32Array

/** OpenCV multiplies, and where two pixels meet its rounding decides: i / (output / input), in two divisions. */
export const nearestByScale: NearestAxis = (input, output) => {
  const scale = 1 / (output / input)
  return Int32Array.from({ length: output }, (_, i) => Math.min(Math.floor(i * scale), input - 1))
}

/** Pillow takes the pixel under the middle, and adds up steps to get there. */
export const nearestBySteps: NearestAxis = (input, output) => {
  const step = input / output
  let position = step * 0.5
  return Int32Array.from({ length: output }, () => {
    const index = Math.min(Math.floor(position), input - 1)
    position += step
    return index
  })
}

/** Resizes a rectangle of a picture by copying pixels. */
export function resampleNearest(
  image: Image,
  rectangle: Rectangle,
  columns: Int32Array,
  rows: Int32Array,
): Uint8Array | Float32Array {
  const { data, channels } = image
  const out = emptyLike(data, columns.length * rows.length * channels)
  let at = 0
  for (const y of rows) {
    const start = rowStart(image, rectangle, y)
    for (let x = 0; x < columns.length; x++) {
      const from = start + (columns[x] as number) * channels
      for (let c = 0; c < channels; c++) out[at++] = data[from + c] as number
    }
  }
  return out
}
