import { ClasError, isClasError } from '@clas/core'
import type { ByteReader } from '../../files/byte-reader.ts'
import { fileReader } from '../../files/file-reader.ts'
import { isUrl, urlReader } from '../../files/url-reader.ts'
import { type ParquetMetadata, readMetadata } from './metadata.ts'
import { type ParquetValue, readChunk } from './read-chunk.ts'
import { Malformed } from './thrift.ts'

/** A Parquet file whose end has been read: what it has, and where. */
export interface ParquetFile extends ParquetMetadata {
  readonly file: string
  readonly rows: number
  /** The first row of each group, and after the last group the number of rows. */
  readonly starts: readonly number[]
}

const MAGIC = 0x31524150 // PAR1

/**
 * Opens a Parquet file, on a disk or on a server.
 *
 * @throws `io` when it can't be read, `corrupt-file` when its description is damaged
 */
export async function openParquet(file: string): Promise<ParquetFile> {
  await using reader = await openAny(file)
  const { size } = reader
  if (size < 12) throw corruptParquet(file, `it has ${size} bytes`)
  const tail = await reader.read(size - 8, 8)
  const view = new DataView(tail.buffer, tail.byteOffset)
  const length = view.getUint32(0, true)
  if (view.getUint32(4, true) !== MAGIC) throw corruptParquet(file, 'it does not end in PAR1')
  if (length > size - 12) throw corruptParquet(file, `its description of ${length} bytes is longer than the file`)
  const bytes = await reader.read(size - 8 - length, length)
  const metadata = guarded(file, size - 8 - length, () => readMetadata(bytes, size))
  const starts = [0]
  for (const { rows } of metadata.groups) starts.push((starts.at(-1) as number) + rows)
  return { ...metadata, file, starts, rows: starts.at(-1) as number }
}

/**
 * Reads the values of a leaf in a group of rows.
 *
 * @param leaf - its place in `leaves`
 */
export async function readParquetColumn(
  { file, groups }: ParquetFile,
  leaf: number,
  group: number,
): Promise<(ParquetValue | number[])[]> {
  const { chunks, rows } = groups[group] as ParquetFile['groups'][number]
  const chunk = chunks[leaf] as (typeof chunks)[number]
  await using reader = await openAny(file)
  const bytes = await reader.read(chunk.start, chunk.length)
  return guarded(file, chunk.start, () => readChunk(bytes, chunk, rows))
}

/** The error of a Parquet file that isn't what it claims. */
export function corruptParquet(file: string, problem: string): ClasError {
  return new ClasError('corrupt-file', `${file} isn't a whole Parquet file of pictures: ${problem}`, { file, problem })
}

/** Gives errors the name of the file, and the place in it. */
function guarded<T>(file: string, start: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof Malformed) {
      throw corruptParquet(file, `in what is at byte ${start + error.offset}, ${error.message}`)
    }
    throw isClasError(error) ? new ClasError(error.code, `${file}: ${error.message}`, { ...error.fields, file }) : error
  }
}

function openAny(file: string): Promise<ByteReader> {
  return isUrl(file) ? urlReader(file) : fileReader(file)
}
