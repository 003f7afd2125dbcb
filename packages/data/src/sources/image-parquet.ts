import { resolve } from 'node:path'
import { ClasError } from '@clas/core'
import { isUrl } from '../files/url-reader.ts'
import { itemSource, pixelLimit } from './item-source.ts'
import { type LabelValue, readLabels } from './labels.ts'
import { pictureLeaf } from './parquet/parquet-cells.ts'
import { openParquet, type ParquetFile, readParquetColumn } from './parquet/parquet-file.ts'
import type { ParquetValue } from './parquet/read-chunk.ts'
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
 * A source of Parquet files as Hugging Face exports sets of pictures: plain or dictionary pages, packed by Snappy, gzip,
 * Brotli or (from Node 22.15 on) Zstandard. A group of rows is read whole to get at one
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
  for (const parquet of opened) pictureLeaf(parquet, image)
  const places = opened.flatMap(({ file, rows }) => Array.from({ length: rows }, (_, row) => ({ file, row })))
  if (places.length === 0) throw new ClasError('no-images', `there are no rows in ${paths.join(', ') || 'no files'}`)
  const name = (index: number): string => `${places[index]?.file}/row ${places[index]?.row}`
  const values: LabelValue[] = []
  for (const parquet of opened) {
    const leaf = labelLeaf(parquet, label)
    for (const group of parquet.groups.keys()) {
      const found = await readParquetColumn(parquet, leaf, group)
      for (const value of found) values.push(labelValue(value, name(values.length), label))
    }
  }
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

/** The leaf that has the labels: the column itself, or what it is a list of. */
function labelLeaf({ file, leaves }: ParquetFile, column: string): number {
  const places = leaves.flatMap(({ path }, i) => (path[0] === column ? [i] : []))
  const [leaf] = places
  if (leaf !== undefined && places.length === 1) return leaf
  const columns = [...new Set(leaves.map(({ path }) => path[0]))]
  throw new ClasError('bad-option', `${file} has no column '${column}' of labels; there are ${columns.join(', ')}`, {
    file,
    column,
    columns,
  })
}

function labelValue(value: ParquetValue | number[], place: string, column: string): LabelValue {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  if (value !== undefined) return value
  throw new ClasError('corrupt-file', `${place}: the column '${column}' has no label`, { place, column })
}

/** The names that `datasets` writes beside the schema: `{"info": {"features": {"label": {"names": […]}}}}`. */
function namesIn(parquet: ParquetFile | undefined, column: string): string[] | undefined {
  const text = parquet?.notes.get('huggingface')
  try {
    const feature = Object(Object(JSON.parse(text ?? '{}').info).features)[column]
    const names: unknown = Object(feature).names ?? Object(Object(feature).feature).names
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined
  } catch {
    return undefined
  }
}
