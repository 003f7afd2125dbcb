import { BoundedView, damage, startsWith } from '../bounded-view.ts'
import type { EmbeddedProfile, ImageFileInfo } from '../image-file-info.ts'
import { exifOrientation } from './exif.ts'

/** The header of a PNG file. */
export interface PngHeader extends ImageFileInfo {
  readonly colourType: number
  /** Values per pixel as packed: 1 with a palette. */
  readonly samples: number
  readonly interlaced: boolean
}

/** A chunk of a PNG file. */
export interface PngChunk {
  readonly type: string
  readonly data: Uint8Array
  /** Where the chunk begins: at its length. */
  readonly offset: number
}

const SIGNATURE = '\x89PNG\r\n\x1a\n'
/** By colour type: values per pixel, and the bits that a value may have. */
const COLOUR_TYPES: Readonly<Record<number, readonly [samples: number, bits: readonly number[]]>> = {
  0: [1, [1, 2, 4, 8, 16]],
  2: [3, [8, 16]],
  3: [1, [1, 2, 4, 8]],
  4: [2, [8, 16]],
  6: [4, [8, 16]],
}

/** Whether bytes begin as a PNG file does. */
export const isPng = (bytes: Uint8Array): boolean => startsWith(bytes, SIGNATURE)

/** Goes through a PNG file's chunks. The last one may be cut off, which shows in its data's length: then it is left out. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = new BoundedView(bytes, false)
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = view.u32(at)
    if (at + 12 + length > bytes.length) return
    yield { type: view.ascii(at + 4, 4), data: view.slice(at + 8, length), offset: at }
    at += 12 + length
  }
}

/** Reads what a PNG file says of its picture, wherever in the file it stands. */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  let header: PngHeader | undefined
  let orientation: number | undefined
  let profile: EmbeddedProfile | undefined
  for (const { type, data } of pngChunks(bytes)) {
    header ??= readImageHeader(type, data)
    if (type === 'eXIf') orientation ??= exifOrientation(data)
    else if (type === 'iCCP') profile ??= readProfile(data)
  }
  if (!header) return damage('the chunk IHDR', 'the end of the file')
  return { ...header, ...(orientation !== undefined && { orientation }), ...(profile && { profile }) }
}

function readImageHeader(type: string, data: Uint8Array): PngHeader {
  if (type !== 'IHDR') damage('the chunk IHDR', `the chunk ${printable(type)}`)
  const view = new BoundedView(data, false)
  const [bits, colourType] = [view.u8(8), view.u8(9)]
  const [samples, allowed] = COLOUR_TYPES[colourType] ?? [0, []]
  if (!allowed.includes(bits)) damage('a colour type and bits that PNG has', `type ${colourType} of ${bits} bits`)
  const methods = [view.u8(10), view.u8(11)]
  if (methods.some((method) => method !== 0)) damage('compression and filter method 0', methods.join(' and '))
  if (view.u8(12) > 1) damage('interlace method 0 or 1', `${view.u8(12)}`)
  return {
    ...{ format: 'png', width: view.u32(0), height: view.u32(4), bits, orientation: 1 },
    channels: colourType === 3 ? 3 : samples,
    ...{
      colour: colourType === 0 || colourType === 4 ? 'grey' : 'rgb',
      colourType,
      samples,
      interlaced: view.u8(12) === 1,
    },
  }
}

/** A name, a zero, the method (only 0 exists), the data. */
function readProfile(data: Uint8Array): EmbeddedProfile | undefined {
  const end = data.indexOf(0)
  if (end < 1 || data[end + 1] !== 0) return undefined
  return { bytes: data.subarray(end + 2), deflated: true }
}

function printable(type: string): string {
  return type.replace(/[^ -~]/g, '.')
}
