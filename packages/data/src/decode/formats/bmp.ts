import { damage } from '../bounded-view.ts'
import { type BmpHeader, readBmpHeader } from '../headers/bmp-header.ts'
import type { Pixels } from '../to-rgb.ts'

/** Decodes a BMP file to RGB; alpha is dropped. */
export function decodeBmp(bytes: Uint8Array): Pixels {
  const header = readBmpHeader(bytes)
  const { width, height } = header
  const data = new Uint8Array(width * height * 3)
  if (header.bitsPerPixel <= 8) paint(header, indicesOf(header, bytes), data)
  else readColours(header, bytes, data)
  return { data, width, height, channels: 3 }
}

/** Where a stored row goes. */
const rowOf = ({ topDown, height }: BmpHeader, y: number): number => (topDown ? y : height - 1 - y)

/** Rows are filled up to 4 bytes. */
function strideOf({ width, bitsPerPixel }: BmpHeader): number {
  return Math.ceil((width * bitsPerPixel) / 32) * 4
}

function checkLength(header: BmpHeader, bytes: Uint8Array): void {
  const needed = header.data + strideOf(header) * header.height
  if (needed > bytes.length) damage(`${needed} bytes`, `the end of the file at ${bytes.length}`)
}

/** The numbers of colours in the order of the file, [height, width]. */
function indicesOf(header: BmpHeader, bytes: Uint8Array): Uint8Array {
  if (header.compression !== 'none') return unpackRuns(header, bytes)
  checkLength(header, bytes)
  const { width, height, bitsPerPixel, data } = header
  const indices = new Uint8Array(width * height)
  const mask = 2 ** bitsPerPixel - 1
  for (let y = 0; y < height; y++) {
    const start = data + y * strideOf(header)
    for (let x = 0; x < width; x++) {
      const bit = x * bitsPerPixel
      indices[y * width + x] = ((bytes[start + (bit >> 3)] as number) >> (8 - bitsPerPixel - (bit & 7))) & mask
    }
  }
  return indices
}

function paint(header: BmpHeader, indices: Uint8Array, out: Uint8Array): void {
  const { width, height, palette, paletteStep } = header
  for (let y = 0; y < height; y++) {
    for (let x = 0, o = rowOf(header, y) * width * 3; x < width; x++, o += 3) {
      const colour = (indices[y * width + x] as number) * paletteStep
      out[o] = palette[colour + 2] ?? 0
      out[o + 1] = palette[colour + 1] ?? 0
      out[o + 2] = palette[colour] ?? 0
    }
  }
}

/**
 * Unpacks runs: a count and a colour; after a zero, 0 ends the row, 1 the picture, 2 moves, and more are so many colours as
 * they are, filled up to 2 bytes. Of 4 bits, two colours take turns.
 */
function unpackRuns({ width, height, compression, data }: BmpHeader, bytes: Uint8Array): Uint8Array {
  const indices = new Uint8Array(width * height)
  const nibbles = compression === 'rle4'
  const colourOf = (byte: number, i: number): number => (nibbles ? (i % 2 === 0 ? byte >> 4 : byte & 15) : byte)
  let [at, x, y] = [data, 0, 0]
  const next = (): number => bytes[at++] ?? damage('the end of the picture', `the end of the file at ${bytes.length}`)
  const put = (colour: number): void => {
    if (x < width) indices[y * width + x] = colour
    x++
  }
  while (y < height) {
    const [count, value] = [next(), next()]
    if (count > 0) for (let i = 0; i < count; i++) put(colourOf(value, i))
    else if (value === 0) [x, y] = [0, y + 1]
    else if (value === 1) break
    else if (value === 2) [x, y] = [x + next(), y + next()]
    else {
      const start = at
      for (let i = 0; i < value; i++) put(colourOf(bytes[start + (nibbles ? i >> 1 : i)] ?? 0, i))
      const length = nibbles ? Math.ceil(value / 2) : value
      at = start + length + (length % 2)
    }
  }
  return indices
}

function readColours(header: BmpHeader, bytes: Uint8Array, out: Uint8Array): void {
  checkLength(header, bytes)
  const { width, height, bitsPerPixel, masks, data } = header
  const size = bitsPerPixel / 8
  const plain = bitsPerPixel === 24
  const [red, green, blue] = masks.map(channelOf) as [Channel, Channel, Channel]
  for (let y = 0; y < height; y++) {
    let i = data + y * strideOf(header)
    for (let x = 0, o = rowOf(header, y) * width * 3; x < width; x++, o += 3, i += size) {
      const low = (bytes[i] as number) | ((bytes[i + 1] as number) << 8)
      const value = size === 2 ? low : low | ((bytes[i + 2] as number) << 16) | ((bytes[i + 3] ?? 0) << 24)
      out[o] = plain ? (bytes[i + 2] as number) : red(value)
      out[o + 1] = plain ? (bytes[i + 1] as number) : green(value)
      out[o + 2] = plain ? (bytes[i] as number) : blue(value)
    }
  }
}

type Channel = (value: number) => number

/** Takes a channel out of a pixel and stretches it to 8 bits. */
function channelOf(mask: number): Channel {
  if (mask === 0) return () => 0
  const shift = 31 - Math.clz32(mask & -mask)
  const largest = mask >>> shift
  return (value) => Math.round((((value & mask) >>> shift) * 255) / largest)
}
