import { emptyLike, type Image } from '../image.ts'
import { blurBySimd } from '../simd/blur.ts'
import { mirrored, mirrorRow } from './border.ts'
import { keepAlpha } from './bytes.ts'
import { type HalfKernel, wholeKernel } from './gaussian-kernel.ts'

/**
 * Filters a picture along both sides, with mirrored borders. 8-bit pictures are computed in whole numbers and rounded once,
 * as in OpenCV's GaussianBlur. Alpha stays.
 */
export function blurSeparable(image: Image, across: HalfKernel, down: HalfKernel): Image {
  const bytes = image.data instanceof Uint8Array
  const weights = bytes ? ([wholeKernel(across), wholeKernel(down)] as const) : ([across, down] as const)
  const data = (bytes && blurBySimd(image, ...weights)) || blurData(image, ...weights)
  keepAlpha(data, image)
  return { ...image, data }
}

/** The values of the filtered picture, alpha too. The weights are whole numbers for pictures of bytes. */
export function blurData(image: Image, across: HalfKernel, down: HalfKernel): Image['data'] {
  const { data, width, height, channels } = image
  const bytes = data instanceof Uint8Array
  const row = width * channels
  const margin = across.length - 1
  const line = bytes ? new Uint16Array(row + 2 * margin * channels) : new Float64Array(row + 2 * margin * channels)
  const between = bytes ? new Uint16Array(row * height) : new Float64Array(row * height)
  const sums = bytes ? new Int32Array(row) : new Float64Array(row)
  for (let y = 0; y < height; y++) {
    mirrorRow(data.subarray(y * row, (y + 1) * row), channels, margin, line)
    const middle = margin * channels
    across.forEach((weight, x) => {
      if (x === 0) multiply(sums, line, middle, weight)
      else addPair(sums, line, middle - x * channels, middle + x * channels, weight)
    })
    between.set(sums, y * row)
  }
  const out = emptyLike(data, data.length)
  for (let y = 0; y < height; y++) {
    down.forEach((weight, distance) => {
      if (distance === 0) multiply(sums, between, y * row, weight)
      else addPair(sums, between, mirrored(y - distance, height) * row, mirrored(y + distance, height) * row, weight)
    })
    if (bytes) roundInto(out, y * row, sums)
    else out.set(sums, y * row)
  }
  return out
}

type Sums = Int32Array | Float64Array
type Values = Uint16Array | Float64Array

function multiply(sums: Sums, values: Values, start: number, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = weight * (values[start + i] as number)
}

function addPair(sums: Sums, values: Values, first: number, second: number, weight: number): void {
  for (let i = 0; i < sums.length; i++) {
    sums[i] = (sums[i] as number) + weight * ((values[first + i] as number) + (values[second + i] as number))
  }
}

/** Divides by 256 twice. */
function roundInto(out: Image['data'], start: number, sums: Sums): void {
  for (let i = 0; i < sums.length; i++) out[start + i] = ((sums[i] as number) + 32768) >> 16
}
