import { BoundedView, damage, startsWith } from '../bounded-view.ts'
import type { ImageFileInfo } from '../image-file-info.ts'

/** The header of a GIF file, its first frame, and where the frame's data begin. */
export interface GifHeader extends ImageFileInfo {
  readonly frame: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
    readonly interlaced: boolean
  }
  /** RGB of each colour. */
  readonly palette: Uint8Array
  /** The offset of the least code size, after which the blocks of codes come. */
  readonly data: number
}

/** Whether bytes begin as a GIF file does. */
export const isGif = (bytes: Uint8Array): boolean => startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')

/** Reads a GIF file up to the data of its first frame. */
export function readGifHeader(bytes: Uint8Array): GifHeader {
  const view = new BoundedView(bytes, true)
  const [width, height, flags] = [view.u16(6), view.u16(8), view.u8(10)]
  const shared = paletteLength(flags)
  let at = 13 + shared
  for (let kind = view.u8(at); kind !== 0x2c; kind = view.u8(at)) {
    if (kind !== 0x21) damage('an extension or a frame', `0x${kind.toString(16)} at offset ${at}`)
    at = afterBlocks(view, at + 2)
  }
  const own = paletteLength(view.u8(at + 9))
  const interlaced = (view.u8(at + 9) & 0x40) !== 0
  const frame = { left: view.u16(at + 1), top: view.u16(at + 3), width: view.u16(at + 5), height: view.u16(at + 7) }
  if (own + shared === 0) damage('a palette', 'none')
  return {
    ...{ format: 'gif', channels: 3, bits: 8, colour: 'rgb', orientation: 1 },
    // Some files leave the size of the screen out.
    ...{ width: width || frame.left + frame.width, height: height || frame.top + frame.height },
    frame: { ...frame, interlaced },
    palette: own > 0 ? view.slice(at + 10, own) : view.slice(13, shared),
    data: at + 10 + own,
  }
}

/** In bytes. */
function paletteLength(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

/** The offset after a row of blocks, each with its length before it; the last has none. */
function afterBlocks(view: BoundedView, from: number): number {
  let at = from
  for (let length = view.u8(at); length > 0; length = view.u8(at)) at += 1 + length
  return at + 1
}
