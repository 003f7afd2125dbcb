import { crc32, deflateSync } from 'node:zlib'
import { ClasError } from '@clas/core'

const COLOUR_TYPES: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 }

/** Writes a picture of 8 bits as a PNG file (ISO/IEC 15948), without loss. */
export function encodePng(data: Uint8Array, width: number, height: number, channels: number): Uint8Array {
  const colour = COLOUR_TYPES[channels]
  if (colour === undefined) {
    throw new ClasError('shape-mismatch', `a PNG has 1, 3 or 4 channels, found ${channels}`, { channels })
  }
  const row = width * channels
  const lines = new Uint8Array(height * (row + 1)) // each line begins with its filter: 0, none
  for (let y = 0; y < height; y++) lines.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1)
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, colour], 8) // bits and colour; then deflate, filters, not interlaced: 0
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
  const empty = new Uint8Array(0)
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(lines)), chunk('IEND', empty)])
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, content.length)
  bytes.set(new TextEncoder().encode(type), 4)
  bytes.set(content, 8)
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)))
  return bytes
}
