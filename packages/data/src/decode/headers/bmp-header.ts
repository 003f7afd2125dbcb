import { BoundedView, damage, startsWith } from '../bounded-view.ts'
import type { ImageFileInfo } from '../image-file-info.ts'

/** The header of a BMP file. */
export interface BmpHeader extends ImageFileInfo {
  /** Whether the first row is the uppermost. */
  readonly topDown: boolean
  readonly bitsPerPixel: number
  readonly compression: 'none' | 'rle8' | 'rle4'
  /** Bytes of blue, green, red and perhaps an unused one per colour; empty above 8 bits. */
  readonly palette: Uint8Array
  readonly paletteStep: 3 | 4
  /** Where red, green and blue are in a pixel of 16 or 32 bits. */
  readonly masks: readonly [red: number, green: number, blue: number]
  /** Where the pixels begin. */
  readonly data: number
}

const COMPRESSIONS = ['none', 'rle8', 'rle4', 'none', undefined, undefined, 'none'] as const
const BITFIELDS: readonly number[] = [3, 6]
const CORE_HEADER = 12

/** Whether bytes begin as a BMP file does. */
export const isBmp = (bytes: Uint8Array): boolean => startsWith(bytes, 'BM')

/** Reads the header of a BMP file of any version. */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new BoundedView(bytes, true)
  const size = view.u32(14)
  if (size !== CORE_HEADER && (size < 40 || size > 124)) damage('a BMP header of 12 or 40 to 124 bytes', `${size}`)
  const core = size === CORE_HEADER
  const height = core ? view.u16(20) : view.i32(22)
  const width = core ? view.u16(18) : view.i32(18)
  const bitsPerPixel = view.u16(core ? 24 : 28)
  const method = core ? 0 : view.u32(30)
  const compression = COMPRESSIONS[method]
  if (compression === undefined) return damage('a BMP without compression or with RLE', `compression ${method}`)
  if (![1, 4, 8, 16, 24, 32].includes(bitsPerPixel)) damage('1, 4, 8, 16, 24 or 32 bits per pixel', `${bitsPerPixel}`)
  const runs = { rle8: 8, rle4: 4, none: bitsPerPixel }[compression]
  if (runs !== bitsPerPixel) damage(`${runs} bits per pixel with ${compression}`, `${bitsPerPixel}`)
  const paletteStep = core ? 3 : 4
  const colours = bitsPerPixel > 8 ? 0 : Math.min(2 ** bitsPerPixel, core ? 256 : view.u32(46) || 256)
  const paletteAt = 14 + size + (size === 40 && BITFIELDS.includes(method) ? (method === 3 ? 12 : 16) : 0)
  return {
    ...{ format: 'bmp', width: Math.max(0, width), height: Math.abs(height), channels: 3, bits: 8, colour: 'rgb' },
    ...{ orientation: 1, topDown: height < 0, bitsPerPixel, compression, paletteStep },
    palette: view.slice(paletteAt, colours * paletteStep),
    masks: BITFIELDS.includes(method) ? [view.u32(54), view.u32(58), view.u32(62)] : usualMasks(bitsPerPixel),
    data: view.u32(10),
  }
}

function usualMasks(bitsPerPixel: number): readonly [number, number, number] {
  return bitsPerPixel === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff]
}
