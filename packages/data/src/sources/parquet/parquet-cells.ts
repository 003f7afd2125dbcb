import { ClasError } from '@clas/core'
import type { ParquetItem } from '../source.ts'
import { corruptParquet, openParquet, type ParquetFile, readParquetColumn } from './parquet-file.ts'

// Per thread. A group that is larger alone is kept until the next.
const KEPT_BYTES = 64e6
const KEPT_FILES = 64

const opened = new Map<string, Promise<ParquetFile>>()
const kept = new Map<string, { readonly cells: Promise<readonly Uint8Array[]>; bytes: number }>()

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

/**
 * The leaf that has the bytes of the pictures: the column itself, or `bytes` in it.
 *
 * @throws `bad-option` when there is none
 */
export function pictureLeaf({ file, leaves }: ParquetFile, column: string): number {
  const leaf = leaves.findIndex(({ path }) => path.join('.') === column || path.join('.') === `${column}.bytes`)
  if (leaf >= 0 && leaves[leaf]?.type === 6 && leaves[leaf].repetitions === 0) return leaf
  const names = leaves.filter(({ type }) => type === 6).map(({ path }) => path.join('.'))
  throw new ClasError(
    'bad-option',
    `${file} has no column '${column}' of pictures; columns of bytes are ${names.join(', ') || 'none'}`,
    { file, column, columns: names },
  )
}

async function readPictures(parquet: ParquetFile, column: string, group: number): Promise<readonly Uint8Array[]> {
  const values = await readParquetColumn(parquet, pictureLeaf(parquet, column), group)
  return values.map((value, i) => {
    // A copy, as a view would keep a whole page alive.
    if (value instanceof Uint8Array) return value.slice()
    const row = (parquet.starts[group] as number) + i
    throw corruptParquet(parquet.file, `row ${row} has no bytes of a picture in the column '${column}'`)
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
