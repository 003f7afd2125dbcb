import type { Image } from '@clas/augment'
import { ClasError } from '@clas/core'
import type { DecodeOptions } from './decode-options.ts'
import { type DecodingEnvironment, decodePicture, MAX_BYTES } from './decode-picture.ts'
import { decodeBmp } from './formats/bmp.ts'
import { decodeGif } from './formats/gif.ts'
import { decodePng } from './formats/png.ts'
import { decodeTiff } from './formats/tiff.ts'
import type { ImageDecoder } from './image-decoder.ts'
import { bitmapDecoder } from './libraries/bitmap.ts'
import { streamInflate } from './libraries/stream-inflate.ts'
import { corruptImage } from './read-image-info.ts'

/** Options of {@link decodeBlob}. */
export type DecodeBlobOptions = Omit<DecodeOptions, 'name'> & {
  /** What errors call the picture. Default: the name of a `File`. */
  readonly name?: string
}

/** These have the same pixels in the browser as in Node.js, the colours under transparent ones too. */
const OURS: Readonly<Record<string, ImageDecoder['decode']>> = {
  png: (bytes) => decodePng(bytes, streamInflate),
  gif: (bytes) => decodeGif(bytes),
  bmp: (bytes) => decodeBmp(bytes),
  tiff: (bytes) => decodeTiff(bytes, streamInflate),
}

const BROWSER: DecodingEnvironment = {
  inflate: streamInflate,
  async chooseDecoder(format, { profiles }) {
    const decode = OURS[format]
    // The browser knows every profile, but not TIFF.
    if (decode && (profiles !== 'every' || format === 'tiff')) return { format, library: '@clas/data', decode }
    if (typeof createImageBitmap === 'function') return bitmapDecoder(format)
    const message = `${format} is decoded by createImageBitmap, which is not here; in Node.js use decodeImage of @clas/data/node`
    throw new ClasError('backend-unavailable', message, { format })
  },
}

/**
 * Decodes a picture file in the browser, on the page or in a worker, to 8-bit RGB: what `decodeImage` of `@clas/data/node`
 * does, with the same options and limits. PNG, GIF, BMP and TIFF give the same pixels; JPEG, WebP and AVIF are decoded by
 * the browser, whose JPEG pixels may differ by a few, and which converts CMYK whatever `colour` says.
 *
 * @param file - the whole file: what `<input type="file">` gives, the `blob()` of a response, or bytes
 * @returns [height, width, 3], uint8
 * @throws as `decodeImage`
 * @example
 * ```ts
 * import { decodeBlob } from '@clas/data'
 * const gif = await fetch('data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==')
 * const { width, height, data } = await decodeBlob(await gif.blob())
 * console.log(width, height, data) // 1 1 Uint8Array(3) [ 255, 255, 255 ]
 * ```
 */
export async function decodeBlob(
  file: Blob | ArrayBuffer | Uint8Array,
  options: DecodeBlobOptions = {},
): Promise<Image> {
  const name = options.name ?? (file instanceof File ? file.name : 'the picture')
  return decodePicture(await bytesOf(file, name, options), { ...options, name }, BROWSER)
}

async function bytesOf(
  file: Blob | ArrayBuffer | Uint8Array,
  name: string,
  { maxBytes = MAX_BYTES }: DecodeBlobOptions,
): Promise<Uint8Array> {
  if (file instanceof Uint8Array) return file
  if (file instanceof ArrayBuffer) return new Uint8Array(file)
  if (file.size > maxBytes)
    throw corruptImage(name, { length: file.size }, `expected a file of at most ${maxBytes} bytes, found ${file.size}`)
  return new Uint8Array(await file.arrayBuffer())
}
