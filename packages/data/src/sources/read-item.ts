import { readFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { Image } from '@clas/augment'
import { ClasError } from '@clas/core'
import { decodeImage } from '../decode/decode-image.ts'
import { fileReader, ioError } from '../files/file-reader.ts'
import { readUrl } from '../files/url-reader.ts'
import { readParquetCell } from './parquet/parquet-cells.ts'
import type { FileItem, ParquetItem, PixelsItem, SourceItem, UrlItem } from './source.ts'

/**
 * Reads the bytes of a picture's file, undecoded, on whichever thread.
 *
 * @throws `io` when the file can't be read, `corrupt-file` when it is shorter than the item says
 */
export async function readItemBytes(item: FileItem | UrlItem | ParquetItem): Promise<Uint8Array> {
  if (item.kind === 'url') return readUrl(item.url, item.offset, item.length)
  if (item.kind === 'parquet') return readParquetCell(item)
  const { path, offset = 0, length } = item
  if (offset === 0 && length === undefined) {
    return readFile(path).catch((cause: unknown) => {
      throw ioError(path, cause)
    })
  }
  await using reader = await fileReader(path)
  return reader.read(offset, length ?? reader.size - offset)
}

/**
 * Reads and decodes what an item names, on whichever thread.
 *
 * @param name - what errors call the picture
 */
export async function readItem(item: SourceItem, name: string): Promise<Image> {
  if (item.kind === 'pixels') return readPixels(item)
  const bytes = await readItemBytes(item)
  return decodeImage(bytes, { name, ...(item.maxPixels !== undefined && { maxPixels: item.maxPixels }) })
}

async function readPixels({ path, offset, width, height, channels, type, checksum }: PixelsItem): Promise<Image> {
  await using reader = await fileReader(path)
  const count = width * height * channels
  const bytes = await reader.read(offset, type === 'uint8' ? count : 4 * count)
  const found = crc32(bytes)
  if (found !== checksum) {
    throw new ClasError(
      'corrupt-file',
      `${path}: the pixels at byte ${offset} aren't those that were written; open the cache again, and it is made anew`,
      { file: path, offset, expected: checksum, found },
    )
  }
  const data = type === 'uint8' ? bytes : new Float32Array(bytes.buffer, bytes.byteOffset, count)
  return { data, width, height, channels }
}
