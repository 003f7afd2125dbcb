import { emptyLike, type Image } from '../image.ts'
import { mirrored, mirrorRow } from './border.ts'
import { keepAlpha } from './bytes.ts'
import type { SquareKernel } from './motion-kernel.ts'

/**
 * Filters a picture, with mirrored borders, as OpenCV's `filter2D`: the kernel isn't turned round, and its middle is at
 * (size - 1) / 2. Alpha stays.
 *
 * @param kernel - of odd size. Weights of 0 cost nothing
 */
export function filterSquare(image: Image, { size, weights }: SquareKernel): Image {
  const { data, width, height, channels } = image
  const row = width * channels
  const margin = (size - 1) / 2
  const line = row + 2 * margin * channels
  const lines = new Float64Array(line * height)
  for (let y = 0; y < height; y++) {
    mirrorRow(data.subarray(y * row, (y + 1) * row), channels, margin, lines.subarray(y * line, (y + 1) * line))
  }
  const sums = new Float32Array(row)
  const out = emptyLike(data, data.length)
  // Stores to a clamped array round and saturate.
  const target = out instanceof Float32Array ? out : new Uint8ClampedArray(out.buffer)
  for (let y = 0; y < height; y++) {
    sums.fill(0)
    weights.forEach((weight, i) => {
      if (weight === 0) return
      const source = mirrored(y + Math.floor(i / size) - margin, height)
      addRow(sums, lines, source * line + (i % size) * channels, Math.fround(weight))
    })
    target.set(sums, y * row)
  }
  keepAlpha(out, image)
  return { data: out, width, height, channels }
}

function addRow(sums: Float32Array, values: Float64Array, start: number, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + weight * (values[start + i] as number)
}
