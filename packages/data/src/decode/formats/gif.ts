import { damage } from '../bounded-view.ts'
import { type GifHeader, readGifHeader } from '../headers/gif-header.ts'
import type { Pixels } from '../to-rgb.ts'
import { unpackLzw } from './lzw.ts'

/** First row and step of the four passes of an interlaced frame. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const

/**
 * Decodes the first frame of a GIF file. A transparent pixel keeps the colour that its number has in the palette, as in
 * Pillow; what the frame leaves free of the screen is black.
 */
export function decodeGif(bytes: Uint8Array): Pixels {
  const header = readGifHeader(bytes)
  const { frame, palette } = header
  if (frame.width > header.width || frame.height > header.height)
    damage(`a frame inside ${header.width}×${header.height}`, `one of ${frame.width}×${frame.height}`)
  const indices = new Uint8Array(frame.width * frame.height)
  const found = unpackLzw(joinBlocks(bytes, header.data + 1), indices, { bits: codeBits(bytes, header), tiff: false })
  if (found < indices.length) damage(`${indices.length} pixels`, `${found}`)
  const data = new Uint8Array(header.width * header.height * 3)
  rowsOf(header).forEach((row, y) => {
    const top = frame.top + row
    if (top >= header.height) return
    const columns = Math.min(frame.width, header.width - frame.left)
    for (let x = 0, o = (top * header.width + frame.left) * 3; x < columns; x++, o += 3) {
      const colour = 3 * (indices[y * frame.width + x] as number)
      data[o] = palette[colour] ?? 0
      data[o + 1] = palette[colour + 1] ?? 0
      data[o + 2] = palette[colour + 2] ?? 0
    }
  })
  return { data, width: header.width, height: header.height, channels: 3 }
}

function codeBits(bytes: Uint8Array, { data }: GifHeader): number {
  const bits = bytes[data] ?? damage('a code size', 'the end of the file')
  return bits >= 1 && bits <= 8 ? bits : damage('a code size of 1 to 8', `${bits}`)
}

/** Each block has its length before it; one of length 0 ends them. */
function joinBlocks(bytes: Uint8Array, from: number): Uint8Array {
  const joined = new Uint8Array(bytes.length - from)
  let length = 0
  for (let at = from; bytes[at]; at += 1 + (bytes[at] as number)) {
    const block = bytes.subarray(at + 1, at + 1 + (bytes[at] as number))
    joined.set(block, length)
    length += block.length
  }
  return joined.subarray(0, length)
}

/** The rows in the order of the data. */
function rowsOf({ frame: { height, interlaced } }: GifHeader): number[] {
  const passes = interlaced ? PASSES : ([[0, 1]] as const)
  return passes.flatMap(([first, step]) =>
    Array.from({ length: Math.max(0, Math.ceil((height - first) / step)) }, (_, i) => first + i * step),
  )
}
