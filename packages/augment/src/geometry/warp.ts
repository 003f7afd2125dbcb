import { emptyLike, type Image } from '../image.ts'
import { warpBySimd } from '../simd/warp.ts'
import { fillPixel } from './fill-pixel.ts'
import type { Positions, SampleRow, Sides, WarpInterpolation, WarpOptions } from './warp-options.ts'

/**
 * Makes each pixel of what is at its position in the input. The size stays unless told. A position outside of the picture
 * gives the fill value; inside, border pixels go on outwards. Values between two whole numbers are cut off in 8-bit pictures. All
 * of this is as in Pillow's `Image.transform`; the channels don't depend on each other.
 */
export function warp(
  image: Image,
  positions: Positions,
  options: WarpOptions = {},
  { width, height }: Sides = image,
): Image {
  const { channels } = image
  const { interpolation = 'nearest', fill = 0 } = options
  const background = fillPixel(fill, channels, image.data)
  const data =
    warpBySimd(image, positions, interpolation, background, { width, height }) ??
    warpData(image, positions, interpolation, background, { width, height })
  return { data, width, height, channels }
}

/** Warps in TypeScript. */
export function warpData(
  image: Image,
  positions: Positions,
  interpolation: WarpInterpolation,
  background: Image['data'],
  { width, height }: Sides,
): Image['data'] {
  const { channels } = image
  const data = emptyLike(image.data, width * height * channels)
  const xs = new Float64Array(width)
  const ys = new Float64Array(width)
  const sampleRow = SAMPLERS[interpolation]
  for (let y = 0; y < height; y++) {
    positions(y, xs, ys)
    sampleRow(data, y * width * channels, image, xs, ys, background)
  }
  return data
}

const SAMPLERS: Readonly<Record<WarpInterpolation, SampleRow<Image['data']>>> = {
  nearest(out, at, { data, width, height, channels }, xs, ys, background) {
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i] as number
      const y = ys[i] as number
      const inside = x >= 0 && y >= 0 && x < width && y < height
      const source = inside ? data : background
      const from = inside ? (Math.trunc(y) * width + Math.trunc(x)) * channels : 0
      for (let c = 0; c < channels; c++) out[at++] = source[from + c] as number
    }
  },

  bilinear(out, at, { data, width, height, channels }, xs, ys, background) {
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i] as number
      const y = ys[i] as number
      if (!(x >= 0 && y >= 0 && x < width && y < height)) {
        for (let c = 0; c < channels; c++) out[at++] = background[c] as number
        continue
      }
      const left = Math.floor(x - 0.5)
      const top = Math.floor(y - 0.5)
      const dx = x - 0.5 - left
      const dy = y - 0.5 - top
      const x0 = Math.max(0, left) * channels
      const x1 = Math.min(width - 1, left + 1) * channels
      const upper = Math.max(0, top) * width * channels
      const lower = Math.min(height - 1, top + 1) * width * channels
      for (let c = 0; c < channels; c++) {
        const first = mix(data[upper + x0 + c] as number, data[upper + x1 + c] as number, dx)
        const second = mix(data[lower + x0 + c] as number, data[lower + x1 + c] as number, dx)
        out[at++] = mix(first, second, dy)
      }
    }
  },

  bicubic(out, at, { data, width, height, channels }, xs, ys, background) {
    const bytes = data instanceof Uint8Array
    const stride = width * channels
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i] as number
      const y = ys[i] as number
      if (!(x >= 0 && y >= 0 && x < width && y < height)) {
        for (let c = 0; c < channels; c++) out[at++] = background[c] as number
        continue
      }
      const left = Math.floor(x - 0.5)
      const top = Math.floor(y - 0.5)
      const dx = x - 0.5 - left
      const dy = y - 0.5 - top
      const x0 = Math.max(0, left - 1) * channels
      const x1 = Math.max(0, left) * channels
      const x2 = Math.min(width - 1, left + 1) * channels
      const x3 = Math.min(width - 1, left + 2) * channels
      const row0 = Math.max(0, top - 1) * stride
      const row1 = Math.max(0, top) * stride
      const row2 = Math.min(height - 1, top + 1) * stride
      const row3 = Math.min(height - 1, top + 2) * stride
      for (let c = 0; c < channels; c++) {
        const value = cubic(
          cubicAt(data, row0 + c, x0, x1, x2, x3, dx),
          cubicAt(data, row1 + c, x0, x1, x2, x3, dx),
          cubicAt(data, row2 + c, x0, x1, x2, x3, dx),
          cubicAt(data, row3 + c, x0, x1, x2, x3, dx),
          dy,
        )
        out[at++] = bytes ? Math.min(Math.max(value, 0), 255) : value
      }
    }
  },
}

function mix(first: number, second: number, part: number): number {
  return first + (second - first) * part
}

function cubicAt(data: Image['data'], row: number, x0: number, x1: number, x2: number, x3: number, t: number): number {
  return cubic(
    data[row + x0] as number,
    data[row + x1] as number,
    data[row + x2] as number,
    data[row + x3] as number,
    t,
  )
}

/** Keys' cubic convolution with a = -1, as a polynomial of `t` from the second value, 0, to the third, 1. */
function cubic(before: number, first: number, second: number, after: number, t: number): number {
  const slope = second - before
  const square = 2 * (before - first) + second - after
  const cube = first - before - second + after
  return first + t * (slope + t * (square + t * cube))
}
