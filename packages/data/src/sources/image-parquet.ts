import { resolve } from 'node:path'
import { ClasError } from '@clas/core'
import { isUrl } from '../files/url-reader.ts'
import { itemSource, pixelLimit } from './item-source.ts'
import { type LabelValue, readLabels } from './labels.ts'
import { openParquet, type ParquetFile, readParquetColumn } from './parquet-rows.ts'
import type { Source } from './source.ts'

/** Options of {@link imageParquet}. */
export interface ImageParquetOptions {
  /** The column of the pictures: their files' bytes, or a struct with these as `bytes`. Default: `image`. */
  readonly image?: string
  /** The column of the labels: numbers from 0, names, or lists with one value in [0, 1] per class. Default: `label`. */
  readonly label?: string
  /**
   * The classes' names. Default: those that Hugging Face's `datasets` keeps in the file; without, the numbers 0 … largest
   * label, or the names that there are, sorted.
   */
  readonly classes?: readonly string[]
  /** The largest number of pixels that is decoded. Default: that of `decodeImage`. */
  readonly maxPixels?: number
}

/**
 * A source of Parquet files as Hugging Face exports sets of pictures. A group of rows is read whole to get at one
 * picture, and up to 64 MB of them are kept per thread: sets that are larger and read in random order are better packed
 * into shards first, by `packShards`.
 *
 * @param files - paths, or addresses on servers that send parts of files
 * @throws `io` when a file can't be read, `corrupt-file` when one is damaged, `bad-option` when there is no column of a
 *   name, `no-images` when there are no rows, `class-mismatch` when a label isn't one of the classes
 * @example
 * ```ts
 * // sketch: it needs a file
 * import { imageParquet } from '@clas/data/node'
 * const beans = await imageParquet(['beans/train-00000-of-00001.parquet'], { label: 'labels' })
 * console.log(beans.length, beans.classes) // 1034 [ 'angular_leaf_spot', 'bean_rust', 'healthy' ]
 * ```
 */
export async function imageParquet(files: readonly string[], options: ImageParquetOptions = {}): Promise<Source> {
  const { image = 'image', label = 'label' } = options
  const paths = files.map((file) => (isUrl(file) ? file : resolve(file)))
  const opened = await Promise.all(paths.map(openParquet))
  for (const parquet of opened) for (const column of [image, label]) checkColumn(parquet, column)
  const places = opened.flatMap(({ file, rows }) => Array.from({ length: rows }, (_, row) => ({ file, row })))
  if (places.length === 0) throw new ClasError('no-images', `there are no rows in ${paths.join(', ') || 'no files'}`)
  const name = (index: number): string => `${places[index]?.file}/row ${places[index]?.row}`
  const found: unknown[] = []
  for (const parquet of opened) {
    for (const group of parquet.metadata.row_groups.keys()) {
      for (const value of await readParquetColumn(parquet, label, group)) found.push(value)
    }
  }
  const values = found.map((value, i) => labelValue(value, name(i), label))
  const labels = readLabels(values, options.classes ?? namesIn(opened[0], label), name)
  return itemSource({
    length: places.length,
    labels,
    name,
    item(index) {
      const { file, row } = places[index] as (typeof places)[number]
      return { kind: 'parquet', file, column: image, row, ...pixelLimit(options.maxPixels) }
    },
  })
}

function checkColumn({ file, metadata }: ParquetFile, column: string): void {
  const [root, ...rest] = metadata.schema
  const names: string[] = []
  for (let i = 0, end = rest.length; i < end && names.length < (root?.num_children ?? 0); i = behind(rest, i)) {
    names.push(rest[i]?.name ?? '')
  }
  if (names.includes(column)) return
  throw new ClasError('bad-option', `${file} has no column '${column}'; there are ${names.join(', ')}`, {
    file,
    column,
    columns: names,
  })
}

/** The place behind an element and all below it; the list is in depth-first order. */
function behind(schema: ParquetFile['metadata']['schema'], at: number): number {
  let next = at + 1
  for (let i = 0; i < (schema[at]?.num_children ?? 0) && next < schema.length; i++) next = behind(schema, next)
  return next
}

function labelValue(value: unknown, place: string, column: string): LabelValue {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value)
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(Number)
  throw new ClasError('corrupt-file', `${place}: expected a label in the column '${column}', found ${String(value)}`, {
    place,
    column,
  })
}

/** The names that `datasets` writes beside the schema: `{"info": {"features": {"label": {"names": […]}}}}`. */
function namesIn(parquet: ParquetFile | undefined, column: string): string[] | undefined {
  const text = parquet?.metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value
  try {
    const feature = Object(Object(JSON.parse(text ?? '{}').info).features)[column]
    const names: unknown = Object(feature).names ?? Object(Object(feature).feature).names
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined
  } catch {
    return undefined
  }
}
