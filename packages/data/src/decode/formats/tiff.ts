import { damage } from '../bounded-view.ts'
import { readTiffHeader, type TiffHeader } from '../headers/tiff-header.ts'
import type { Pixels } from '../to-rgb.ts'
import type { Inflate } from './inflate.ts'
import { isUnpackable, unpackPiece } from './tiff-pieces.ts'

/** Bytes that a tile may take unpacked where the picture takes less. */
const LARGEST_TILE = 2 ** 26

/** The most values per pixel that are read, by what they mean; more are alpha and the like. */
const CHANNELS: Readonly<Record<number, 1 | 3 | 4>> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4 }

/**
 * Decodes the first picture of a TIFF file of whole numbers in strips or tiles, without compression or with LZW, Deflate
 * or PackBits. Of 16 bits the higher 8 are kept.
 */
export async function decodeTiff(bytes: Uint8Array, inflate: Inflate): Promise<Pixels> {
  const header = readTiffHeader(bytes)
  const { width, height, photometric, pieces, planar, samples } = header
  checkReadable(header)
  const channels = CHANNELS[photometric] as 1 | 3 | 4
  const data = new Uint8Array(width * height * channels)
  const [columns, rows] = [Math.ceil(width / pieces.width), Math.ceil(height / pieces.height)]
  const planes = planar ? samples : 1
  checkPieces(header, bytes.length, columns * rows * planes)
  for (let plane = 0; plane < (planar ? channels : 1); plane++) {
    for (let i = 0; i < columns * rows; i++) {
      const [left, top] = [(i % columns) * pieces.width, Math.floor(i / columns) * pieces.height]
      // A tile is always whole, the last strip ends with the picture.
      const size = {
        width: pieces.width,
        height: columns > 1 || header.tiled ? pieces.height : Math.min(pieces.height, height - top),
      }
      const values = await unpackPiece(bytes, header, plane * columns * rows + i, size, inflate)
      place(header, values, { left, top, ...size }, channels, plane, data)
    }
  }
  if (photometric === 3) return { data: paint(header, data), width, height, channels: 3 }
  return { data, width, height, channels, cmyk: photometric === 5 }
}

function checkReadable(header: TiffHeader): void {
  const { photometric, bits, samples, sampleFormat, fillOrder, predictor } = header
  const colours = CHANNELS[photometric]
  if (!isUnpackable(header) || !colours || fillOrder !== 1)
    damage(
      'a TIFF of grey, RGB, CMYK or a palette, without compression or with LZW, Deflate or PackBits (install sharp for others)',
      `photometric ${photometric}, compression ${header.compression}, fill order ${fillOrder}`,
    )
  if (![1, 2, 4, 8, 16].includes(bits) || sampleFormat !== 1 || (bits === 16 && photometric === 3))
    damage('whole numbers of 1, 2, 4, 8 or 16 bits', `${bits} bits of sample format ${sampleFormat}`)
  if (samples < colours) damage(`${colours} values per pixel`, `${samples}`)
  if (predictor !== 1 && (predictor !== 2 || bits < 8)) damage('predictor 1, or 2 with 8 or 16 bits', `${predictor}`)
  if (photometric === 3 && header.palette.length < 3 * 2 ** bits)
    damage(`a palette of ${3 * 2 ** bits} values`, `${header.palette.length}`)
}

function checkPieces(header: TiffHeader, fileLength: number, count: number): void {
  const { pieces, width, height, samples, bits, planar } = header
  const bytesPerPixel = (bits * (planar ? 1 : samples)) / 8
  const limit = Math.max(LARGEST_TILE, Math.ceil(width * height * bytesPerPixel))
  const size = pieces.width * pieces.height * bytesPerPixel
  if (!(size > 0 && size <= limit)) damage(`strips or tiles of 1 to ${limit} bytes`, `${size}`)
  if (pieces.offsets.length < count || pieces.lengths.length < count)
    damage(`${count} strips or tiles`, `${Math.min(pieces.offsets.length, pieces.lengths.length)}`)
  // Pieces that share their data could make a small file take hours.
  const stored = pieces.lengths.slice(0, count).reduce((sum, length) => sum + length, 0)
  if (stored > fileLength) damage(`strips or tiles of at most ${fileLength} bytes together`, `${stored}`)
}

interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Copies a piece's values, [height, width, values per pixel], to where they belong in the picture. */
function place(
  header: TiffHeader,
  values: Uint8Array,
  area: Area,
  channels: number,
  plane: number,
  out: Uint8Array,
): void {
  const { width, height, planar, samples, photometric } = header
  const stored = planar ? 1 : samples
  const copied = planar ? 1 : channels
  const inverted = photometric === 0 || photometric === 5
  const [columns, rows] = [Math.min(area.width, width - area.left), Math.min(area.height, height - area.top)]
  for (let y = 0; y < rows; y++) {
    let i = y * area.width * stored
    let o = ((area.top + y) * width + area.left) * channels + plane
    for (let x = 0; x < columns; x++, i += stored, o += channels)
      for (let c = 0; c < copied; c++)
        out[o + c] = inverted ? 255 - (values[i + c] as number) : (values[i + c] as number)
  }
}

/** The colours of a palette, of which the higher 8 bits are kept. */
function paint({ bits, palette }: TiffHeader, indices: Uint8Array): Uint8Array {
  const colours = 2 ** bits
  const rgb = new Uint8Array(indices.length * 3)
  indices.forEach((index, i) => {
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = (palette[c * colours + index] as number) >> 8
  })
  return rgb
}
