import { emptyLike, type Image } from '../image.ts'
import { fillPixel } from './fill-pixel.ts'
import { cubicKernel } from './resample-table.ts'
import { roundHalfToEven } from './round-half-to-even.ts'
import type { Positions, SampleRow, Sides, WarpInterpolation, WarpOptions } from './warp-options.ts'

/**
 * Makes each pixel of what is at its position in the input, where the centre of the first pixel is at (0, 0). The size
 * stays unless told. The picture lies on a plane of the fill value, and its border is interpolated with that. Bytes are rounded. All
 * of this is as in OpenCV's `warpAffine` with a constant border and in torch's `grid_sample`.
 */
export function warpOverFill(
  image: Image,
  positions: Positions,
  options: WarpOptions = {},
  { width, height }: Sides = image,
): Image {
  const { channels } = image
  const { interpolation = 'bilinear', fill = 0 } = options
  const data = emptyLike(image.data, width * height * channels)
  // Stores to a clamped array round and saturate.
  const target = data instanceof Float32Array ? data : new Uint8ClampedArray(data.buffer)
  const background = fillPixel(fill, channels, data)
  const xs = new Float64Array(width)
  const ys = new Float64Array(width)
  const sampleRow = SAMPLERS[interpolation]
  for (let y = 0; y < height; y++) {
    positions(y, xs, ys)
    sampleRow(target, y * width * channels, image, xs, ys, background)
  }
  return { data, width, height, channels }
}

const SAMPLERS: Readonly<Record<WarpInterpolation, SampleRow<Uint8ClampedArray | Float32Array>>> = {
  nearest(out, at, image, xs, ys, background) {
    const { data, channels } = image
    for (let i = 0; i < xs.length; i++) {
      const from = indexOf(image, roundHalfToEven(xs[i] as number), roundHalfToEven(ys[i] as number))
      const source = from < 0 ? background : data
      for (let c = 0; c < channels; c++) out[at++] = source[Math.max(0, from) + c] as number
    }
  },

  bilinear(out, at, image, xs, ys, background) {
    const { data, width, height, channels } = image
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i] as number
      const y = ys[i] as number
      const left = Math.floor(x)
      const top = Math.floor(y)
      const dx = x - left
      const dy = y - top
      const inside = left >= 0 && top >= 0 && left < width - 1 && top < height - 1
      const from = (top * width + left) * channels
      const below = from + width * channels
      for (let c = 0; c < channels; c++) {
        out[at++] = inside
          ? ((data[from + c] as number) * (1 - dx) + (data[from + channels + c] as number) * dx) * (1 - dy) +
            ((data[below + c] as number) * (1 - dx) + (data[below + channels + c] as number) * dx) * dy
          : (valueAt(image, left, top, c, background) * (1 - dx) + valueAt(image, left + 1, top, c, background) * dx) *
              (1 - dy) +
            (valueAt(image, left, top + 1, c, background) * (1 - dx) +
              valueAt(image, left + 1, top + 1, c, background) * dx) *
              dy
      }
    }
  },

  bicubic(out, at, image, xs, ys, background) {
    const { data, width, height, channels } = image
    const stride = width * channels
    const across = new Float64Array(4)
    const down = new Float64Array(4)
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i] as number
      const y = ys[i] as number
      const left = Math.floor(x) - 1
      const top = Math.floor(y) - 1
      for (let tap = 0; tap < 4; tap++) {
        across[tap] = cubicKernel(x - left - tap)
        down[tap] = cubicKernel(y - top - tap)
      }
      const inside = left >= 0 && top >= 0 && left < width - 3 && top < height - 3
      for (let c = 0; c < channels; c++) {
        let sum = 0
        for (let row = 0; row < 4; row++) {
          const from = (top + row) * stride + left * channels + c
          const along = inside
            ? (across[0] as number) * (data[from] as number) +
              (across[1] as number) * (data[from + channels] as number) +
              (across[2] as number) * (data[from + 2 * channels] as number) +
              (across[3] as number) * (data[from + 3 * channels] as number)
            : (across[0] as number) * valueAt(image, left, top + row, c, background) +
              (across[1] as number) * valueAt(image, left + 1, top + row, c, background) +
              (across[2] as number) * valueAt(image, left + 2, top + row, c, background) +
              (across[3] as number) * valueAt(image, left + 3, top + row, c, background)
          sum += (down[row] as number) * along
        }
        out[at++] = sum
      }
    }
  },
}

/** Where a pixel begins; -1 outside of the picture. */
function indexOf({ width, height, channels }: Image, x: number, y: number): number {
  return x >= 0 && y >= 0 && x < width && y < height ? (y * width + x) * channels : -1
}

function valueAt(image: Image, x: number, y: number, channel: number, background: Image['data']): number {
  const index = indexOf(image, x, y)
  return (index < 0 ? background[channel] : image.data[index + channel]) as number
}
