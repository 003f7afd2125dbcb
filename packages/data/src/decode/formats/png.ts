import { concatenate, damage } from '../bounded-view.ts'
import { type PngHeader, pngChunks, readPngHeader } from '../headers/png-header.ts'
import type { Pixels } from '../to-rgb.ts'
import { crc32 } from './crc32.ts'
import type { Inflate } from './inflate.ts'
import { unfilterRow } from './png-filters.ts'

/** First column and row, and their steps, of each pass over the picture. */
type Pass = readonly [x: number, y: number, stepX: number, stepY: number]

const WHOLE: readonly Pass[] = [[0, 0, 1, 1]]
/** Adam7. */
const INTERLACED: readonly Pass[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
]

/** The chunks whose check sums are looked at. Those of the picture's data have one inside. */
const CHECKED: readonly string[] = ['IHDR', 'PLTE']

/**
 * Decodes a PNG file to grey or RGB of 8 bits: alpha is dropped, and of 16 bits the higher 8 are kept, both as OpenCV and
 * Pillow do. Of an animation, the picture that viewers without animation show.
 */
export async function decodePng(bytes: Uint8Array, inflate: Inflate): Promise<Pixels> {
  const header = readPngHeader(bytes)
  const { palette, packed } = collect(bytes)
  if (header.colourType === 3 && palette.length === 0) damage('the chunk PLTE', 'none')
  const passes = header.interlaced ? INTERLACED : WHOLE
  const expected = passes.reduce((sum, pass) => sum + lengthOf(header, pass), 0)
  const rows = await inflate(packed, expected)
  if (rows.length < expected) damage(`${expected} bytes of rows`, `${rows.length}`)
  const channels = header.colour === 'rgb' ? 3 : 1
  const data = new Uint8Array(header.width * header.height * channels)
  let at = 0
  for (const pass of passes) {
    readPass(header, pass, rows.subarray(at), palette, data)
    at += lengthOf(header, pass)
  }
  return { data, width: header.width, height: header.height, channels }
}

function collect(bytes: Uint8Array): { palette: Uint8Array; packed: Uint8Array } {
  const parts: Uint8Array[] = []
  let palette = new Uint8Array()
  for (const { type, data, offset } of pngChunks(bytes)) {
    if (CHECKED.includes(type)) check(bytes, type, data.length, offset)
    if (type === 'PLTE') palette = data.slice()
    else if (type === 'IDAT') parts.push(data)
  }
  return { palette, packed: concatenate(parts) }
}

function check(bytes: Uint8Array, type: string, length: number, offset: number): void {
  const stated = new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset + 8 + length)
  const found = crc32(bytes.subarray(offset + 4, offset + 8 + length))
  if (stated !== found) damage(`the check sum ${stated} of the chunk ${type}`, `${found}`)
}

const bitsPerPixel = ({ bits, samples }: PngHeader): number => bits * samples

function sizeOf({ width, height }: PngHeader, [x, y, stepX, stepY]: Pass): readonly [columns: number, rows: number] {
  return [Math.max(0, Math.ceil((width - x) / stepX)), Math.max(0, Math.ceil((height - y) / stepY))]
}

/** Bytes of a pass: each row has its filter before it. A pass without columns has no rows. */
function lengthOf(header: PngHeader, pass: Pass): number {
  const [columns, rows] = sizeOf(header, pass)
  return columns === 0 ? 0 : rows * (1 + Math.ceil((columns * bitsPerPixel(header)) / 8))
}

function readPass(header: PngHeader, pass: Pass, rows: Uint8Array, palette: Uint8Array, out: Uint8Array): void {
  const [columns, count] = sizeOf(header, pass)
  if (columns === 0) return
  const [x, y, stepX, stepY] = pass
  const length = Math.ceil((columns * bitsPerPixel(header)) / 8)
  const distance = Math.max(1, bitsPerPixel(header) / 8)
  const channels = out.length / header.width / header.height
  const expand = header.colourType === 3 ? paletteRow(header, palette) : valueRow(header, channels)
  for (let row = 0; row < count; row++) {
    const start = row * (1 + length) + 1
    unfilterRow(rows, start, length, distance, row > 0)
    expand(rows, start, columns, out, ((y + row * stepY) * header.width + x) * channels, stepX * channels)
  }
}

/** Writes a row's pixels from `at` on, `step` apart. */
type ExpandRow = (rows: Uint8Array, start: number, columns: number, out: Uint8Array, at: number, step: number) => void

function paletteRow({ bits }: PngHeader, palette: Uint8Array): ExpandRow {
  const mask = 2 ** bits - 1
  const colours = palette.length / 3
  return (rows, start, columns, out, at, step) => {
    for (let i = 0, o = at; i < columns; i++, o += step) {
      const bit = i * bits
      const index = ((rows[start + (bit >> 3)] as number) >> (8 - bits - (bit & 7))) & mask
      if (index >= colours) damage(`a colour below ${colours}`, `${index}`)
      out[o] = palette[3 * index] as number
      out[o + 1] = palette[3 * index + 1] as number
      out[o + 2] = palette[3 * index + 2] as number
    }
  }
}

function valueRow({ bits, samples }: PngHeader, channels: number): ExpandRow {
  if (bits < 8) return smallValues(bits)
  const bytes = bits / 8
  return (rows, start, columns, out, at, step) => {
    if (bits === 8 && samples === channels && step === channels) {
      out.set(rows.subarray(start, start + columns * channels), at)
      return
    }
    for (let i = start, o = at; i < start + columns * samples * bytes; i += samples * bytes, o += step)
      for (let c = 0; c < channels; c++) out[o + c] = rows[i + c * bytes] as number
  }
}

function smallValues(bits: number): ExpandRow {
  const mask = 2 ** bits - 1
  return (rows, start, columns, out, at, step) => {
    for (let i = 0, o = at; i < columns; i++, o += step) {
      const bit = i * bits
      out[o] = (((rows[start + (bit >> 3)] as number) >> (8 - bits - (bit & 7))) & mask) * (255 / mask)
    }
  }
}
