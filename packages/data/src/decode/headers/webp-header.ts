import { BoundedView, damage, startsWith } from '../bounded-view.ts'
import type { ImageFileInfo } from '../image-file-info.ts'
import { exifOrientation } from './exif.ts'

/** A chunk of a WebP file. */
export interface WebpChunk {
  readonly type: string
  readonly data: Uint8Array
}

/** The size of a WebP frame as its own coded data give it. */
export interface WebpFrame {
  readonly width: number
  readonly height: number
  readonly alpha: boolean
}

/** Whether bytes begin as a WebP file does. */
export const isWebp = (bytes: Uint8Array): boolean => startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)

/** Goes through the chunks that begin at an offset: 12 in a file. One that is cut off comes as far as it goes. */
export function* webpChunks(bytes: Uint8Array, from = 12): Generator<WebpChunk> {
  const view = new BoundedView(bytes, true)
  for (let at = from; at + 8 <= bytes.length; ) {
    const length = view.u32(at + 4)
    yield { type: view.ascii(at, 4), data: bytes.subarray(at + 8, at + 8 + length) }
    at += 8 + length + (length % 2)
  }
}

/** Reads what a WebP file says of its picture; of an animation, of its canvas. */
export function readWebpHeader(bytes: Uint8Array): ImageFileInfo {
  let canvas: WebpFrame | undefined
  let frame: WebpFrame | undefined
  let orientation: number | undefined
  let profile: Uint8Array | undefined
  for (const { type, data } of webpChunks(bytes)) {
    if (type === 'VP8X') canvas ??= readCanvas(data)
    else if (type === 'VP8 ' || type === 'VP8L') frame ??= readFrame(type, data)
    else if (type === 'EXIF') orientation ??= exifOrientation(startsWith(data, 'Exif\0\0') ? data.subarray(6) : data)
    else if (type === 'ICCP') profile ??= data
    if (!canvas && frame) break // the simple form: what follows is not part of it
  }
  const size = canvas ?? frame ?? damage('the chunk VP8, VP8L or VP8X', 'none')
  if (canvas && frame && (canvas.width !== frame.width || canvas.height !== frame.height))
    damage(`a picture of the canvas's ${canvas.width}×${canvas.height}`, `one of ${frame.width}×${frame.height}`)
  return {
    ...{ format: 'webp', width: size.width, height: size.height, channels: size.alpha ? 4 : 3, bits: 8, colour: 'rgb' },
    orientation: orientation ?? 1,
    ...(profile && { profile: { bytes: profile, deflated: false } }),
  }
}

/** Reads the size out of the first bytes of a chunk `VP8 ` or `VP8L`. */
export function readFrame(type: string, data: Uint8Array): WebpFrame {
  const view = new BoundedView(data, true)
  if (type === 'VP8L') {
    if (view.u8(0) !== 0x2f) damage('the signature of VP8L', `0x${view.u8(0).toString(16)}`)
    const bits = view.u32(1)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, alpha: ((bits >>> 28) & 1) === 1 }
  }
  if (view.u24(3) !== 0x2a019d) damage('the start code of VP8', `0x${view.u24(3).toString(16)}`)
  return { width: view.u16(6) & 0x3fff, height: view.u16(8) & 0x3fff, alpha: false }
}

function readCanvas(data: Uint8Array): WebpFrame {
  const view = new BoundedView(data, true)
  return { width: view.u24(4) + 1, height: view.u24(7) + 1, alpha: (view.u8(0) & 0x10) !== 0 }
}
