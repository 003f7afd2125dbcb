import { damage } from '../bounded-view.ts'
import type { TiffHeader } from '../headers/tiff-header.ts'
import type { Inflate } from './inflate.ts'
import { unpackLzw } from './lzw.ts'

type Unpack = (packed: Uint8Array, length: number, inflate: Inflate) => Uint8Array | Promise<Uint8Array>

const deflate: Unpack = (packed, length, inflate) => inflate(packed, length)

/** By the number of the compression. */
const UNPACKERS: Readonly<Record<number, Unpack>> = {
  1: (packed) => packed,
  5: (packed, length) => {
    const out = new Uint8Array(length)
    return out.subarray(0, unpackLzw(packed, out, { bits: 8, tiff: true }))
  },
  8: deflate,
  32946: deflate,
  32773: unpackBits,
}

/** Whether the compression is one of those that {@link unpackPiece} knows. */
export const isUnpackable = ({ compression }: TiffHeader): boolean => UNPACKERS[compression] !== undefined

/**
 * Unpacks a strip or tile.
 *
 * @param size - in pixels
 * @returns [height, width, values per pixel of the piece], 8 bits; of a palette, the numbers of the colours
 */
export async function unpackPiece(
  bytes: Uint8Array,
  header: TiffHeader,
  index: number,
  { width, height }: { readonly width: number; readonly height: number },
  inflate: Inflate,
): Promise<Uint8Array> {
  const { bits, planar, samples, pieces, compression, predictor, photometric, littleEndian } = header
  const values = width * (planar ? 1 : samples)
  const rowLength = Math.ceil((values * bits) / 8)
  const offset = pieces.offsets[index] as number
  const packed = bytes.subarray(offset, offset + (pieces.lengths[index] as number))
  const rows = await (UNPACKERS[compression] as Unpack)(packed, rowLength * height, inflate)
  if (rows.length < rowLength * height)
    damage(`${rowLength * height} bytes in strip or tile ${index}`, `${rows.length}`)
  const out = new Uint8Array(values * height)
  const scale = photometric === 3 ? 1 : 255 / (2 ** bits - 1)
  const step = planar ? 1 : samples
  for (let y = 0; y < height; y++) {
    const row = rows.subarray(y * rowLength, (y + 1) * rowLength)
    const target = out.subarray(y * values, (y + 1) * values)
    if (bits === 16) readHigh(row, target, littleEndian, predictor === 2 ? step : 0)
    else if (bits === 8) readBytes(row, target, predictor === 2 ? step : 0)
    else readSmall(row, target, bits, scale)
  }
  return out
}

/** Adds to each value the one `step` before it; a step of 0 adds nothing. */
function readBytes(row: Uint8Array, out: Uint8Array, step: number): void {
  out.set(row)
  if (step > 0) for (let i = step; i < out.length; i++) out[i] = (out[i] as number) + (out[i - step] as number)
}

function readHigh(row: Uint8Array, out: Uint8Array, littleEndian: boolean, step: number): void {
  const values = new Uint16Array(out.length)
  const [high, low] = littleEndian ? [1, 0] : [0, 1]
  for (let i = 0; i < out.length; i++) {
    const value = ((row[2 * i + high] as number) << 8) | (row[2 * i + low] as number)
    values[i] = value + (step > 0 && i >= step ? (values[i - step] as number) : 0)
    out[i] = (values[i] as number) >> 8
  }
}

function readSmall(row: Uint8Array, out: Uint8Array, bits: number, scale: number): void {
  const mask = 2 ** bits - 1
  for (let i = 0; i < out.length; i++) {
    const bit = i * bits
    out[i] = (((row[bit >> 3] as number) >> (8 - bits - (bit & 7))) & mask) * scale
  }
}

/** PackBits: a count n below 128 and n + 1 bytes as they are, or above 128 and a byte 257 - n times. */
function unpackBits(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  let written = 0
  for (let at = 0; at < packed.length && written < length; ) {
    const count = packed[at++] as number
    if (count < 128) {
      const part = packed.subarray(at, at + Math.min(count + 1, length - written))
      out.set(part, written)
      written += part.length
      at += count + 1
    } else if (count > 128) {
      out.fill(packed[at++] ?? 0, written, written + 257 - count)
      written += 257 - count
    }
  }
  return out.subarray(0, Math.min(written, length))
}
