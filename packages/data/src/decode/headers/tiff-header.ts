import { BoundedView, damage, startsWith } from '../bounded-view.ts'
import type { ImageFileInfo } from '../image-file-info.ts'

/** The first directory of a TIFF file. */
export interface TiffHeader extends ImageFileInfo {
  readonly littleEndian: boolean
  /** Values per pixel, more than those of the colour where others, such as alpha, follow. */
  readonly samples: number
  readonly tiled: boolean
  readonly compression: number
  /** What values mean: 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr. */
  readonly photometric: number
  /** Whether the channels are stored one after the other. */
  readonly planar: boolean
  readonly predictor: number
  readonly fillOrder: number
  /** 1 whole numbers, 2 signed, 3 floating point. */
  readonly sampleFormat: number
  /** The pieces that the picture is stored in: strips as wide as the picture, or tiles. */
  readonly pieces: {
    readonly width: number
    readonly height: number
    readonly offsets: readonly number[]
    readonly lengths: readonly number[]
  }
  /** All reds, all greens, all blues, of 16 bits; empty without a palette. */
  readonly palette: readonly number[]
}

const TAGS = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripLengths: 279,
  planar: 284,
  predictor: 317,
  palette: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileLengths: 325,
  sampleFormat: 339,
  profile: 34675,
} as const

/** Bytes of a value by type: 1 byte, 3 short, 4 long, 7 bytes of any kind. */
const SIZES: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4, 7: 1 }

/** The most values of a tag: strips or tiles of a very large picture. */
const MOST_VALUES = 2 ** 20

/** Whether bytes begin as a TIFF file does. */
export const isTiff = (bytes: Uint8Array): boolean => startsWith(bytes, 'II*\0') || startsWith(bytes, 'MM\0*')

/** Reads the first directory of a TIFF file; the others are not looked at. */
export function readTiffHeader(bytes: Uint8Array): TiffHeader {
  const littleEndian = bytes[0] === 0x49
  const directory = readDirectory(bytes, new BoundedView(bytes, littleEndian))
  const list = (tag: keyof typeof TAGS): readonly number[] => directory.values(TAGS[tag])
  const one = (tag: keyof typeof TAGS, otherwise: number): number => list(tag)[0] ?? otherwise
  const [width, height, samples] = [one('width', 0), one('height', 0), one('samples', 1)]
  const bits = new Set(list('bits'))
  if (bits.size > 1) damage('as many bits for each channel', [...bits].join(', '))
  if (samples < 1 || samples > 16) damage('1 to 16 values per pixel', `${samples}`)
  const photometric = one('photometric', samples < 3 ? 1 : 2)
  const tiled = list('tileOffsets').length > 0
  const orientation = one('orientation', 1)
  const profile = directory.bytes(TAGS.profile)
  return {
    ...{ format: 'tiff', width, height, channels: photometric === 3 ? 3 : Math.min(samples, 4) },
    ...{ bits: [...bits][0] ?? 1, colour: photometric < 2 ? 'grey' : photometric === 5 ? 'cmyk' : 'rgb' },
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    ...(profile && { profile: { bytes: profile, deflated: false } }),
    ...{
      littleEndian,
      samples,
      tiled,
      photometric,
      compression: one('compression', 1),
      planar: one('planar', 1) === 2,
    },
    ...{ predictor: one('predictor', 1), fillOrder: one('fillOrder', 1), sampleFormat: one('sampleFormat', 1) },
    pieces: {
      width: tiled ? one('tileWidth', 0) : width,
      height: tiled ? one('tileHeight', 0) : Math.min(height, one('rowsPerStrip', height)),
      offsets: list(tiled ? 'tileOffsets' : 'stripOffsets'),
      lengths: list(tiled ? 'tileLengths' : 'stripLengths'),
    },
    palette: list('palette'),
  }
}

interface Directory {
  values(tag: number): readonly number[]
  bytes(tag: number): Uint8Array | undefined
}

interface Entry {
  readonly size: 1 | 2 | 4
  readonly count: number
  readonly at: number
}

function readDirectory(bytes: Uint8Array, view: BoundedView): Directory {
  const start = view.u32(4)
  const entries = new Map<number, Entry>()
  for (let i = view.u16(start) - 1; i >= 0; i--) {
    const at = start + 2 + 12 * i
    const [size, count] = [SIZES[view.u16(at + 2)], view.u32(at + 4)]
    if (size) entries.set(view.u16(at), { size, count, at: size * count <= 4 ? at + 8 : view.u32(at + 8) })
  }
  const checked = (tag: number): Entry | undefined => {
    const entry = entries.get(tag)
    if (entry && entry.at + entry.size * entry.count > bytes.length)
      damage(`${entry.count} values of tag ${tag} at offset ${entry.at}`, `the end of the file at ${bytes.length}`)
    return entry
  }
  const read = { 1: view.u8, 2: view.u16, 4: view.u32 }
  return {
    values(tag) {
      const entry = checked(tag)
      if (!entry) return []
      const { size, count, at } = entry
      if (count > MOST_VALUES) damage(`at most ${MOST_VALUES} values of tag ${tag}`, `${count}`)
      return Array.from({ length: count }, (_, i) => read[size].call(view, at + size * i))
    },
    bytes(tag) {
      const entry = checked(tag)
      return entry && bytes.subarray(entry.at, entry.at + entry.size * entry.count)
    },
  }
}
