import { emptyLike, type Image } from '../image.ts'

/** [a, b, c, d, e, f]: output (x, y) comes from input (a·x + b·y + c, d·x + e·y + f), in pixels between their centres. */
export type Matrix = readonly [number, number, number, number, number, number]

/** Moves pixels by a matrix with linear interpolation; outside of the picture is `fill`. The size stays. */
export function warpAffine(image: Image, [a, b, c, d, e, f]: Matrix, fill: number): Image {
  const { data, width, height, channels } = image
  const out = emptyLike(data, data.length)
  // Stores to a clamped array round and saturate.
  const target = out instanceof Float32Array ? out : new Uint8ClampedArray(out.buffer)
  let at = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sourceX = a * x + b * y + c
      const sourceY = d * x + e * y + f
      const left = Math.floor(sourceX)
      const top = Math.floor(sourceY)
      const right = sourceX - left
      const low = sourceY - top
      for (let channel = 0; channel < channels; channel++) {
        const upper =
          pixel(image, left, top, channel, fill) * (1 - right) + pixel(image, left + 1, top, channel, fill) * right
        const lower =
          pixel(image, left, top + 1, channel, fill) * (1 - right) +
          pixel(image, left + 1, top + 1, channel, fill) * right
        target[at++] = upper * (1 - low) + lower * low
      }
    }
  }
  return { data: out, width, height, channels }
}

function pixel({ data, width, height, channels }: Image, x: number, y: number, channel: number, fill: number): number {
  if (x < 0 || y < 0 || x >= width || y >= height) return fill
  return data[(y * width + x) * channels + channel] as number
}
