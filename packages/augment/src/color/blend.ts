import type { Image } from '../image.ts'
import { byteTable, keepAlpha, mapBytes } from './bytes.ts'
import { luma, meanLuma } from './luma.ts'

/**
 * What a picture is blended with: one value throughout, its mean brightness as a whole number, its grey picture, or what
 * is left of it by a filter of 3×3 whose middle weighs 5 and whose others weigh 1. That filter leaves the border.
 */
export type BlendBase = number | 'mean' | 'grey' | 'smoothed'

/**
 * base + factor × (value - base), in float32, cut off and kept in 0 to 255: Pillow's `Image.blend`. Alpha stays.
 *
 * @param base - `grey` for pictures of three or four channels; `smoothed` for those of at least 3×3
 */
export function blendBytes(image: Image, data: Uint8Array, base: BlendBase, factor: number): Image {
  const steps = blendSteps(factor)
  if (base === 'grey') return { ...image, data: blendWithGrey(data, image.channels, steps) }
  if (base === 'smoothed') return { ...image, data: blendWithSmoothed(image, data, steps) }
  const even = base === 'mean' ? Math.floor(meanLuma(image, data) + 0.5) : base
  return mapBytes(
    image,
    data,
    byteTable((value) => blend(even, value, steps)),
  )
}

function blendWithGrey(data: Uint8Array, channels: number, steps: Float32Array): Uint8Array {
  const out = data.slice()
  for (let i = 0; i < data.length; i += channels) {
    const red = data[i] as number
    const green = data[i + 1] as number
    const blue = data[i + 2] as number
    const grey = luma(red, green, blue)
    out[i] = blend(grey, red, steps)
    out[i + 1] = blend(grey, green, steps)
    out[i + 2] = blend(grey, blue, steps)
  }
  return out
}

function blendWithSmoothed(image: Image, data: Uint8Array, steps: Float32Array): Uint8Array {
  const { width, height, channels } = image
  const row = width * channels
  const out = data.slice()
  const columns = new Uint16Array(row)
  for (let y = 1; y < height - 1; y++) {
    const start = y * row
    for (let x = 0; x < row; x++) {
      const i = start + x
      columns[x] = (data[i - row] as number) + (data[i] as number) + (data[i + row] as number)
    }
    for (let x = channels; x < row - channels; x++) {
      const value = data[start + x] as number
      const sum = (columns[x - channels] as number) + (columns[x] as number) + (columns[x + channels] as number)
      out[start + x] = blend(SMOOTHED[sum + 4 * value] as number, value, steps)
    }
  }
  keepAlpha(out, image)
  return out
}

/** A weighted sum of 3×3 pixels, whose weights have the sum 13, divided by 13 and rounded. */
const SMOOTHED: Uint8Array = /* @__PURE__ */ Uint8Array.from({ length: 13 * 255 + 1 }, (_, sum) => Math.round(sum / 13))

/** What is added to a base for each difference of the value from the base: [difference + 255], in float32. */
function blendSteps(factor: number): Float32Array {
  const weight = Math.fround(factor)
  return Float32Array.from({ length: 511 }, (_, i) => weight * (i - 255))
}

function blend(base: number, value: number, steps: Float32Array): number {
  const mixed = Math.fround(base + (steps[value - base + 255] as number)) | 0
  return Math.max(0, Math.min(255, mixed))
}
