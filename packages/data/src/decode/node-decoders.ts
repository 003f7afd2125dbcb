import { decodeBmp } from './formats/bmp.ts'
import { decodeGif } from './formats/gif.ts'
import { decodePng } from './formats/png.ts'
import { decodeTiff } from './formats/tiff.ts'
import type { ImageDecoder } from './image-decoder.ts'
import { avifDecoder } from './libraries/avif.ts'
import { sharpDecoder } from './libraries/sharp.ts'
import { turboJpegDecoder } from './libraries/turbo-jpeg.ts'
import { turboJpegWasmDecoder } from './libraries/turbo-jpeg-wasm.ts'
import { webpDecoder } from './libraries/webp.ts'
import { zlibInflate } from './libraries/zlib-inflate.ts'

/** A decoder that is loaded when the first picture needs it. */
export interface DecoderEntry {
  readonly format: string
  readonly library: string
  /** What `npm install` needs where it can't be loaded; undefined for what is always there. */
  readonly packages?: string
  readonly load: () => Promise<ImageDecoder>
}

const ours = (decoder: Omit<ImageDecoder, 'library'>, library = '@clas/data'): DecoderEntry => ({
  format: decoder.format,
  library,
  load: async () => ({ ...decoder, library }),
})
const bySharp = (format: string): DecoderEntry => ({
  ...{ format, library: 'sharp', packages: 'sharp', load: () => sharpDecoder(format) },
})

/**
 * By format, the first that loads is used. GIF and BMP are small formats, and PNG is rows packed by zlib, which Node has:
 * for these there is one decoder, so that results don't depend on what is installed.
 */
export const ENTRIES: readonly DecoderEntry[] = [
  {
    ...{ format: 'jpeg', library: '@julusian/jpeg-turbo', packages: '@julusian/jpeg-turbo koffi' },
    load: turboJpegDecoder,
  },
  bySharp('jpeg'),
  { format: 'jpeg', library: '@cwasm/jpeg-turbo', packages: '@cwasm/jpeg-turbo', load: turboJpegWasmDecoder },
  ours({ format: 'png', decode: (bytes) => decodePng(bytes, zlibInflate) }, 'node:zlib'),
  bySharp('png'),
  { format: 'webp', library: '@jsquash/webp', packages: '@jsquash/webp', load: webpDecoder },
  bySharp('webp'),
  bySharp('avif'),
  { format: 'avif', library: '@jsquash/avif', packages: '@jsquash/avif', load: avifDecoder },
  ours({ format: 'gif', decode: decodeGif }),
  ours({ format: 'bmp', decode: decodeBmp }),
  bySharp('tiff'),
  ours({ format: 'tiff', decode: (bytes) => decodeTiff(bytes, zlibInflate) }),
]
