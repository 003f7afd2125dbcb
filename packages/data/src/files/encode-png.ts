import { crc32, deflateSync } from 'node:zlib'
import { ClasError } from '@clas/core'

/** A picture of 8 bits per value: [height, width, channels], row by row. */
export interface PngImage {
  readonly data: Uint8Array
  /** In pixels. */
  readonly width: number
  /** In pixels. */
  readonly height: number
  /** 1 grey, 3 RGB, 4 RGB and alpha. */
  readonly channels: number
}

const COLOUR_TYPES: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 }

/**
 * Writes a picture as a PNG file (ISO/IEC 15948), without loss.
 *
 * @returns the bytes of the file
 * @throws `shape-mismatch` when the length of the data isn't height · width · channels, or channels not 1, 3 or 4
 * @example
 * ```ts
 * import { encodePng } from '@clas/data/node'
 * console.log(encodePng({ data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 }).length)
 * ```
 */
export function encodePng({ data, width, height, channels }: PngImage): Uint8Array {
  const colour = COLOUR_TYPES[channels]
  if (colour === undefined || data.length !== height * width * channels || data.length === 0) {
    throw new ClasError(
      'shape-mismatch',
      `a PNG needs [height, width, 1, 3 or 4] values of 8 bits, found ${data.length} for [${height}, ${width}, ${channels}]`,
      { found: data.length, shape: [height, width, channels] },
    )
  }
  const row = width * channels
  const lines = new Uint8Array(height * (row + 1)) // each line begins with its filter: 0, none
  for (let y = 0; y < height; y++) lines.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1)
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, colour, 0, 0, 0], 8) // bits, colour, deflate, filters, not interlaced
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', new Uint8Array(0)),
  ])
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, content.length)
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i)
  bytes.set(content, 8)
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)))
  return bytes
}
