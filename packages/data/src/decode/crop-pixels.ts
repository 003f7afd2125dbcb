import type { Rectangle } from '@clas/augment'
import type { Allocate, Pixels } from './to-rgb.ts'

/** Copies a rectangle of pixels, which must be inside. */
export function cropPixels(pixels: Pixels, { left, top, width, height }: Rectangle, allocate: Allocate): Pixels {
  const { channels } = pixels
  const row = width * channels
  const data = allocate(row * height)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * pixels.width + left) * channels
    data.set(pixels.data.subarray(from, from + row), y * row)
  }
  return { ...pixels, data, width, height }
}
