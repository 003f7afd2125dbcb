import { crc32 } from 'node:zlib'
import { ClasError, isClasError } from '@clas/core'
import { fileReader } from '../files/file-reader.ts'
import type { PixelsItem } from './source.ts'

// The file: MAGIC, the pixels of the pictures after each other, the list of pictures as JSON, its length in bytes and
// its CRC-32 as 4 bytes each (low byte first), MAGIC.

/** Where a picture is in the file. */
export type CachedPicture = Omit<PixelsItem, 'kind' | 'path'>

/** At both ends of the file. */
export const MAGIC: Uint8Array = new TextEncoder().encode('clasPix1')

const TAIL = 8 + MAGIC.length

/** What follows the pixels. */
export function encodeFooter(pictures: readonly (CachedPicture | null)[]): Uint8Array {
  const rows = pictures.map((p) => p && [p.offset, p.width, p.height, p.channels, p.type, p.checksum])
  const list = new TextEncoder().encode(JSON.stringify(rows))
  const footer = new Uint8Array(list.length + TAIL)
  const view = new DataView(footer.buffer)
  footer.set(list)
  view.setUint32(list.length, list.length, true)
  view.setUint32(list.length + 4, crc32(list), true)
  footer.set(MAGIC, list.length + 8)
  return footer
}

/**
 * Reads where the pictures are, and checks all of them; null stands for one that couldn't be decoded.
 *
 * @param count - how many pictures there must be
 * @returns undefined where there is no such file or any byte of it isn't as it was written
 */
export async function readPixelsFile(path: string, count: number): Promise<(CachedPicture | null)[] | undefined> {
  try {
    await using reader = await fileReader(path)
    const tail = await reader.read(reader.size - TAIL, TAIL)
    const view = new DataView(tail.buffer, tail.byteOffset)
    const length = view.getUint32(0, true)
    const list = await reader.read(reader.size - TAIL - length, length)
    if (crc32(list) !== view.getUint32(4, true) || !isMagic(tail.subarray(8))) return undefined
    if (!isMagic(await reader.read(0, MAGIC.length))) return undefined
    const pictures = (JSON.parse(new TextDecoder().decode(list)) as (readonly [...never[]] | null)[]).map(toPicture)
    if (pictures.length !== count) return undefined
    for (const picture of pictures) {
      if (!picture) continue
      const size = picture.width * picture.height * picture.channels * (picture.type === 'uint8' ? 1 : 4)
      if (crc32(await reader.read(picture.offset, size)) !== picture.checksum) return undefined
    }
    return pictures
  } catch (error) {
    // Missing, cut off or not JSON. Nothing else is thrown here, and nothing of it may stop a training.
    if (isClasError(error) || error instanceof SyntaxError) return undefined
    throw error
  }
}

function toPicture(row: readonly unknown[] | null): CachedPicture | null {
  if (row === null) return null
  const [offset, width, height, channels, type, checksum] = row
  const numbers = [offset, width, height, channels, checksum]
  if (!numbers.every(Number.isSafeInteger) || (type !== 'uint8' && type !== 'float32')) {
    throw new ClasError('corrupt-file', 'a row of the list of pictures is damaged')
  }
  return { offset, width, height, channels, type, checksum } as CachedPicture
}

function isMagic(bytes: Uint8Array): boolean {
  return MAGIC.every((value, i) => bytes[i] === value)
}
