import type { Image } from '../../image.ts'
import { doubleRow, halve } from './chroma.ts'
import { compressPlane } from './compress-plane.ts'
import { type Plane, padPlane, wholeBlocks } from './plane.ts'
import { quantizationTables } from './quantization.ts'

/**
 * A picture after JPEG compression and decompression, without the part that loses nothing: brightness and colours apart,
 * colours at half the size, blocks of 8×8 whose frequencies are rounded. In whole numbers with the rounding of libjpeg.
 *
 * @param data - of the picture, 8 bits. Alpha stays
 * @param quality - 1 to 100
 */
export function compressImage(image: Image, data: Uint8Array, quality: number): Image {
  const { luminance, chrominance } = quantizationTables(quality)
  const { width, height, channels } = image
  if (channels === 1) {
    const grey = emptyPlane(width, height)
    for (let y = 0; y < height; y++) grey.data.set(data.subarray(y * width, (y + 1) * width), y * grey.columns)
    padPlane(grey, width, height)
    compressPlane(grey, luminance)
    const out = new Uint8Array(data.length)
    for (let y = 0; y < height; y++) {
      out.set(grey.data.subarray(y * grey.columns, y * grey.columns + width), y * width)
    }
    return { ...image, data: out }
  }
  const { luma, blues, reds } = separate(image, data)
  const blue = halve(blues, width, height)
  const red = halve(reds, width, height)
  compressPlane(luma, luminance)
  compressPlane(blue, chrominance)
  compressPlane(red, chrominance)
  return join(image, data, luma, blue, red)
}

function emptyPlane(width: number, height: number): Plane {
  const columns = wholeBlocks(width)
  const rows = wholeBlocks(height)
  return { data: new Uint8Array(columns * rows), columns, rows }
}

const ONE = 65536
/** A constant in 16 bits after the point. */
const fixed = (value: number): number => Math.round(value * ONE)

const [RED, GREEN, BLUE] = [fixed(0.299), fixed(0.587), fixed(0.114)] as const
const [BLUE_RED, BLUE_GREEN] = [fixed(0.168735892), fixed(0.331264108)] as const
const [RED_GREEN, RED_BLUE] = [fixed(0.418687589), fixed(0.081312411)] as const
/** 128, and a half less the last place: the rounding of libjpeg. */
const COLOR_OFFSET = 128 * ONE + ONE / 2 - 1

/** Brightness, and how much bluer and redder than it a colour is: JFIF's YCbCr. The latter are [height, width]. */
function separate(
  { width, height, channels }: Image,
  data: Uint8Array,
): { luma: Plane; blues: Uint8Array; reds: Uint8Array } {
  const luma = emptyPlane(width, height)
  const blues = new Uint8Array(width * height)
  const reds = new Uint8Array(width * height)
  let i = 0
  for (let y = 0; y < height; y++) {
    const start = y * luma.columns
    for (let x = 0; x < width; x++) {
      const r = data[i] as number
      const g = data[i + 1] as number
      const b = data[i + 2] as number
      luma.data[start + x] = (RED * r + GREEN * g + BLUE * b + ONE / 2) >> 16
      blues[y * width + x] = (32768 * b - BLUE_RED * r - BLUE_GREEN * g + COLOR_OFFSET) >> 16
      reds[y * width + x] = (32768 * r - RED_GREEN * g - RED_BLUE * b + COLOR_OFFSET) >> 16
      i += channels
    }
  }
  padPlane(luma, width, height)
  return { luma, blues, reds }
}

const colorTable = (factor: number): Int32Array =>
  Int32Array.from({ length: 256 }, (_, value) => (fixed(factor) * (value - 128) + ONE / 2) >> 16)

const RED_OF: Int32Array = /* @__PURE__ */ colorTable(1.402)
const BLUE_OF: Int32Array = /* @__PURE__ */ colorTable(1.772)
const [GREEN_RED, GREEN_BLUE] = [fixed(0.71414), fixed(0.34414)] as const

/** Makes RGB of planes of which the latter two are halved. */
function join(image: Image, data: Uint8Array, luma: Plane, blue: Plane, red: Plane): Image {
  const { width, height, channels } = image
  const halfWidth = Math.ceil(width / 2)
  const halfHeight = Math.ceil(height / 2)
  const blues = new Uint8Array(2 * halfWidth)
  const reds = new Uint8Array(2 * halfWidth)
  const out = new Uint8ClampedArray(data)
  let i = 0
  for (let y = 0; y < height; y++) {
    doubleRow(blue, y, halfWidth, halfHeight, blues)
    doubleRow(red, y, halfWidth, halfHeight, reds)
    const start = y * luma.columns
    for (let x = 0; x < width; x++) {
      const grey = luma.data[start + x] as number
      const b = blues[x] as number
      const r = reds[x] as number
      out[i] = grey + (RED_OF[r] as number)
      out[i + 1] = grey + ((ONE / 2 - GREEN_BLUE * (b - 128) - GREEN_RED * (r - 128)) >> 16)
      out[i + 2] = grey + (BLUE_OF[b] as number)
      i += channels
    }
  }
  return { ...image, data: new Uint8Array(out.buffer) }
}
