import { emptyLike, type Image } from '../image.ts'
import { flipBySimd } from '../simd/flip.ts'

/** Swaps left and right, top and bottom, or both. */
export function flipImage(image: Image, leftRight: boolean, topBottom: boolean): Image {
  const { width, height, channels } = image
  const row = width * channels
  const source = leftRight ? (flipBySimd(image) ?? flipRows(image)) : image.data
  if (!topBottom) return { data: source, width, height, channels }
  const data = emptyLike(source, source.length)
  for (let y = 0; y < height; y++) data.set(source.subarray(y * row, (y + 1) * row), (height - 1 - y) * row)
  return { data, width, height, channels }
}

/** Swaps left and right in TypeScript. */
export function flipRows({ data, width, height, channels }: Image): Uint8Array | Float32Array {
  const row = width * channels
  const out = emptyLike(data, row * height)
  let to = 0
  for (let y = 0; y < height; y++) {
    for (let from = (y + 1) * row - channels; from >= y * row; from -= channels) {
      for (let c = 0; c < channels; c++) out[to++] = data[from + c] as number
    }
  }
  return out
}
