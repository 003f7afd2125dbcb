import { ClasError } from '@clas/core'
import { readAddedHeader } from './added-decoders.ts'
import { Damage, damage } from './bounded-view.ts'
import { isAvif, readAvifHeader } from './headers/avif-header.ts'
import { isBmp, readBmpHeader } from './headers/bmp-header.ts'
import { isGif, readGifHeader } from './headers/gif-header.ts'
import { isJpeg, readJpegHeader } from './headers/jpeg-header.ts'
import { isPng, readPngHeader } from './headers/png-header.ts'
import { isTiff, readTiffHeader } from './headers/tiff-header.ts'
import { isWebp, readWebpHeader } from './headers/webp-header.ts'
import type { ImageFileInfo } from './image-file-info.ts'

/** How bytes of each format begin, and what reads their header. */
const HEADERS: readonly (readonly [(bytes: Uint8Array) => boolean, (bytes: Uint8Array) => ImageFileInfo])[] = [
  [isJpeg, readJpegHeader],
  [isPng, readPngHeader],
  [isWebp, readWebpHeader],
  [isAvif, readAvifHeader],
  [isGif, readGifHeader],
  [isTiff, readTiffHeader],
  [isBmp, readBmpHeader],
]

/**
 * Reads a picture file's format, size and orientation from its header, without decoding and in microseconds: JPEG, PNG,
 * WebP, AVIF, GIF, BMP, TIFF, and what `addImageDecoder` added. The beginning of a file is enough when it holds the whole header; of PNG and WebP, an
 * orientation that stands at the end of the file is then not seen.
 *
 * @param bytes - the file, or its beginning
 * @param name - what errors call the picture
 * @returns the size as stored, before it is turned by the orientation
 * @throws `corrupt-image` when the bytes are no such picture or the header is damaged
 * @example
 * ```ts
 * import { readImageInfo } from '@clas/data'
 * const gif = Uint8Array.from(atob('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=='), (c) => c.charCodeAt(0))
 * const { format, width, height } = readImageInfo(gif, 'dot.gif')
 * console.log(format, width, height) // gif 1 1
 * ```
 */
export function readImageInfo(bytes: Uint8Array, name = 'the picture'): ImageFileInfo {
  try {
    return readHeader(bytes) ?? damage('JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF', describeStart(bytes))
  } catch (error) {
    throw error instanceof Damage ? corruptImage(name, bytes, error.message, undefined, error) : error
  }
}

/** Reads the header, or gives undefined when the format is not known. Throws {@link Damage}. */
export function readHeader(bytes: Uint8Array): ImageFileInfo | undefined {
  const info = readAddedHeader(bytes) ?? HEADERS.find(([matches]) => matches(bytes))?.[1](bytes)
  if (info && (info.width === 0 || info.height === 0))
    damage('a width and a height of at least 1', `${info.width}×${info.height}`)
  return info
}

/** `corrupt-image` with the file's name, what is wrong, and what the file is as far as known. */
export function corruptImage(
  file: string,
  bytes: Pick<Uint8Array, 'length'>,
  reason: string,
  info?: ImageFileInfo,
  cause?: unknown,
): ClasError {
  const size = info && { format: info.format, width: info.width, height: info.height }
  const what = info ? ` of ${info.format.toUpperCase()}, ${info.width}×${info.height}` : ''
  return new ClasError(
    'corrupt-image',
    `${file} can't be decoded: ${reason}; the file has ${bytes.length} bytes${what}`,
    { file, reason, bytes: bytes.length, ...size },
    { cause },
  )
}

/** The first characters of a file that is no picture, for messages. */
export function describeStart(bytes: Uint8Array): string {
  if (bytes.length === 0) return '0 bytes'
  const text = [...bytes.subarray(0, 8)]
    .map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.'))
    .join('')
  return `${bytes.length} bytes that start with '${text}'`
}
