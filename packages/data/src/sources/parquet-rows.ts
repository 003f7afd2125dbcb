import { ClasError, isClasError } from '@clas/core'
import type { AsyncBuffer, ColumnMetaData, FileMetaData } from 'hyparquet'
import type { ByteReader } from '../files/byte-reader.ts'
import { fileReader } from '../files/file-reader.ts'
import { isUrl, urlReader } from '../files/url-reader.ts'
import type { ParquetItem } from './source.ts'

/** A Parquet file whose end has been read: what it has, and where. */
export interface ParquetFile {
  readonly file: string
  /** In bytes. */
  readonly size: number
  readonly rows: number
  /** The first row of each group, and after the last group the number of rows. */
  readonly starts: readonly number[]
  readonly metadata: FileMetaData
}

// Per thread. A group that is larger alone is kept until the next.
const KEPT_BYTES = 64e6
const KEPT_FILES = 64
// Of the columns of one group, unpacked: more is no set of pictures, or made to fill the memory.
const MOST_BYTES = 2 ** 31

const opened = new Map<string, Promise<ParquetFile>>()
const kept = new Map<string, { readonly cells: Promise<readonly Uint8Array[]>; bytes: number }>()

/** Opens a Parquet file, on a disk or on a server. */
export async function openParquet(file: string): Promise<ParquetFile> {
  await using reader = await openAny(file)
  const [{ parquetMetadataAsync }] = await libraries()
  const { size } = reader
  const slice = async (start: number, end = size): Promise<ArrayBuffer> =>
    bufferOf(await reader.read(start, end - start))
  const metadata = await guarded(file, () => parquetMetadataAsync({ byteLength: size, slice }))
  const starts = [0]
  for (const { num_rows, columns } of metadata.row_groups) {
    starts.push((starts.at(-1) as number) + Number(num_rows))
    for (const { meta_data } of columns) rangeOf(file, size, meta_data)
  }
  const rows = Number(metadata.num_rows)
  if (starts.at(-1) !== rows) throw corrupt(file, `it claims ${rows} rows, its groups have ${starts.at(-1)}`)
  return { file, size, rows, starts, metadata }
}

/** Reads the values of a column in a group of rows. */
export async function readParquetColumn(parquet: ParquetFile, column: string, group: number): Promise<unknown[]> {
  const { file, starts, metadata } = parquet
  const [rowStart, rowEnd] = [starts[group] as number, starts[group + 1] as number]
  const [{ parquetReadObjects }, { compressors }] = await libraries()
  const bytes = await columnBytes(parquet, column, group)
  const found = await guarded(file, () =>
    parquetReadObjects({ file: bytes, metadata, columns: [column], rowStart, rowEnd, utf8: false, compressors }),
  )
  if (found.length !== rowEnd - rowStart) {
    throw corrupt(file, `expected ${rowEnd - rowStart} values in the column '${column}', found ${found.length}`)
  }
  return found.map((row) => row[column])
}

/** Reads the bytes of one picture. The group of rows that it is in is read whole and kept for its neighbours. */
export async function readParquetCell({ file, column, row }: ParquetItem): Promise<Uint8Array> {
  const parquet = await reopened(file)
  const group = parquet.starts.findLastIndex((start) => start <= row)
  const key = `${file}\n${column}\n${group}`
  const known = kept.get(key) ?? { cells: readPictures(parquet, column, group), bytes: 0 }
  kept.delete(key)
  kept.set(key, known) // now the youngest
  const cells = await known.cells.catch((error: unknown) => {
    kept.delete(key)
    throw error
  })
  known.bytes = cells.reduce((sum, bytes) => sum + bytes.length, 0)
  forgetOldest()
  return cells[row - (parquet.starts[group] as number)] as Uint8Array
}

async function readPictures(parquet: ParquetFile, column: string, group: number): Promise<readonly Uint8Array[]> {
  const values = await readParquetColumn(parquet, column, group)
  return values.map((value, i) => {
    const bytes = value instanceof Uint8Array ? value : Object(value).bytes
    // A copy, as a view would keep a whole page alive.
    if (bytes instanceof Uint8Array) return bytes.slice()
    const row = (parquet.starts[group] as number) + i
    throw corrupt(parquet.file, `row ${row} has no bytes of a picture in the column '${column}'`)
  })
}

function forgetOldest(): void {
  let sum = 0
  for (const { bytes } of kept.values()) sum += bytes
  for (const [key, { bytes }] of kept) {
    if (sum <= KEPT_BYTES || kept.size === 1) return
    kept.delete(key)
    sum -= bytes
  }
}

/** The file, opened once per thread; the latest are kept. */
function reopened(file: string): Promise<ParquetFile> {
  const known = opened.get(file) ?? openParquet(file)
  opened.delete(file)
  opened.set(file, known) // now the youngest
  for (const oldest of opened.keys()) if (opened.size > KEPT_FILES) opened.delete(oldest)
  known.catch(() => opened.delete(file))
  return known
}

/**
 * The bytes of a column in a group, which may be of several columns of the file, as a file of which nothing else is there.
 * Read at once: the library doesn't wait for its other reads when one fails.
 */
async function columnBytes({ file, size, metadata }: ParquetFile, column: string, group: number): Promise<AsyncBuffer> {
  const parts = (metadata.row_groups[group]?.columns ?? [])
    .filter(({ meta_data }) => meta_data?.path_in_schema[0] === column)
    .map(({ meta_data }) => rangeOf(file, size, meta_data))
  const from = Math.min(size, ...parts.map(({ start }) => start))
  const to = Math.max(from, ...parts.map(({ end }) => end))
  await using reader = await openAny(file)
  const bytes = await reader.read(from, to - from)
  return { byteLength: size, slice: (start, end = size) => bufferOf(bytes.slice(start - from, end - from)) }
}

interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Where the bytes of a column are, after a look at what the file claims. */
function rangeOf(file: string, size: number, meta: ColumnMetaData | undefined): ByteRange {
  if (!meta) throw corrupt(file, 'a column has no description')
  const start = Number(meta.dictionary_page_offset ?? meta.data_page_offset)
  const end = start + Number(meta.total_compressed_size)
  const unpacked = Number(meta.total_uncompressed_size)
  const name = meta.path_in_schema.join('.')
  if (!(start >= 0 && end >= start && end <= size)) {
    throw corrupt(file, `the column '${name}' is said to be at bytes ${start} to ${end}, the file has ${size}`)
  }
  if (!(unpacked >= 0 && unpacked <= MOST_BYTES)) {
    throw corrupt(
      file,
      `the column '${name}' is said to have ${unpacked} bytes, unpacked; at most ${MOST_BYTES} are read`,
    )
  }
  return { start, end }
}

/** The memory of bytes that are all of it. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer as ArrayBuffer
}

function openAny(file: string): Promise<ByteReader> {
  return isUrl(file) ? urlReader(file) : fileReader(file)
}

function libraries() {
  return Promise.all([import('hyparquet'), import('hyparquet-compressors')])
}

/** What the library throws becomes an error with the file's name. */
async function guarded<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (isClasError(cause)) throw cause
    throw corrupt(file, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function corrupt(file: string, problem: string, cause?: unknown): ClasError {
  return new ClasError(
    'corrupt-file',
    `${file} isn't a whole Parquet file of pictures: ${problem}`,
    { file, problem },
    { cause },
  )
}
