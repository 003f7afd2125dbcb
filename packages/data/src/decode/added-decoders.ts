import type { ImageDecoder } from './image-decoder.ts'
import type { ImageFileInfo } from './image-file-info.ts'

const added: ImageDecoder[] = []

/**
 * Adds a decoder: for a format that clas doesn't know, or in place of the one that it would use. It is used on the thread
 * that adds it; the latest comes first.
 *
 * @example
 * ```ts
 * import { addImageDecoder } from '@clas/data'
 * import { decodeImage } from '@clas/data/node'
 * addImageDecoder({
 *   format: 'dot',
 *   library: 'my-app',
 *   readInfo: (bytes) =>
 *     bytes.length === 3
 *       ? { format: 'dot', width: 1, height: 1, channels: 3, bits: 8, colour: 'rgb', orientation: 1 }
 *       : undefined,
 *   decode: (bytes) => ({ data: bytes, width: 1, height: 1, channels: 3 }),
 * })
 * console.log(await decodeImage(Uint8Array.of(1, 2, 3), { name: 'red.dot' }))
 * ```
 */
export function addImageDecoder(decoder: ImageDecoder): void {
  added.unshift(decoder)
}

/** All that were added, the latest first. */
export const addedDecoders = (): readonly ImageDecoder[] => added

/** The header as an added decoder reads it. */
export function readAddedHeader(bytes: Uint8Array): ImageFileInfo | undefined {
  for (const { readInfo } of added) {
    const info = readInfo?.(bytes)
    if (info) return info
  }
  return undefined
}
