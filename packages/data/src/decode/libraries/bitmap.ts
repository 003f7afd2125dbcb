import { startsWith } from '../bounded-view.ts'
import { webpChunks } from '../headers/webp-header.ts'
import type { ImageDecoder } from '../image-decoder.ts'

/** Decodes a format by the browser. Where a pixel is nearly transparent, its colour comes back less exact. */
export function bitmapDecoder(format: string): ImageDecoder {
  return {
    format,
    library: 'createImageBitmap',
    async decode(bytes, info, { colour }) {
      const file = info.orientation === 1 ? bytes.slice() : withoutExif(bytes, format)
      const bitmap = await createImageBitmap(new Blob([file]), {
        premultiplyAlpha: 'none',
        colorSpaceConversion: colour === 'srgb' ? 'default' : 'none',
      })
      try {
        const { width, height } = bitmap
        const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
        if (!context) throw new Error(`the browser has no canvas of ${width}×${height}`)
        context.drawImage(bitmap, 0, 0)
        const { data } = context.getImageData(0, 0, width, height)
        const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length)
        return { data: pixels, width, height, channels: 4, srgb: true, upright: format === 'avif' }
      } finally {
        bitmap.close()
      }
    },
  }
}

/** A copy whose EXIF data the browser doesn't find: browsers differ in whether they can be told not to turn a picture. */
function withoutExif(bytes: Uint8Array, format: string): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice()
  const hide = (at: number): void => void copy.fill(0x78, at, at + 4) // 'xxxx'
  if (format === 'webp') for (const { type, data } of webpChunks(copy)) if (type === 'EXIF') hide(data.byteOffset - 8)
  if (format !== 'jpeg') return copy
  for (let at = copy.indexOf(0x45); at >= 0; at = copy.indexOf(0x45, at + 1))
    if (startsWith(copy, 'Exif\0\0', at)) hide(at)
  return copy
}
