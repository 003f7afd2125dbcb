import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ClasError } from '@clas/core'
import { ioError } from '../files/file-reader.ts'
import { type CsvRecord, parseCsv } from './csv.ts'
import { itemSource, pixelLimit } from './item-source.ts'
import { type LabelValue, readLabels } from './labels.ts'
import { checkFiles } from './missing-files.ts'
import type { Source } from './source.ts'

/** Options of {@link imageCsv}. */
export interface ImageCsvOptions {
  /** The column of the pictures' paths. Default: `path`. */
  readonly path?: string
  /**
   * The column of the labels: numbers from 0, or names of classes. Or a list of columns, one per class, with 0, 1 or a
   * share in each, for pictures of several classes or of none. Default: `label`.
   */
  readonly label?: string | readonly string[]
  /** The column of the weights, numbers of at least 0. Default: none, all count the same. */
  readonly weight?: string
  /** The folder that the paths start from. Default: the file's own. */
  readonly root?: string
  /** What stands between fields. Default: a comma. */
  readonly delimiter?: string
  /** The classes' names. Default: the numbers 0 … largest label, the names sorted, or the names of the columns. */
  readonly classes?: readonly string[]
  /** The largest number of pixels that is decoded. Default: that of `decodeImage`. */
  readonly maxPixels?: number
}

/**
 * A source of a CSV file (RFC 4180) whose first line names the columns. Columns that aren't asked for are left alone.
 *
 * @param file - UTF-8
 * @throws `corrupt-file` with file and line when a record can't be read, `bad-option` when there is no column of a name,
 *   `io` when the file or pictures are missing (all of them in one error), `no-images` when it has no records,
 *   `class-mismatch` when a label isn't one of the classes
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { imageCsv } from '@clas/data/node'
 * const root = await mkdtemp(join(tmpdir(), 'csv-'))
 * await writeFile(join(root, 'a.jpg'), '')
 * await writeFile(join(root, 'photos.csv'), 'file,kind,note\na.jpg,cat,"small, grey"\n')
 * const photos = await imageCsv(join(root, 'photos.csv'), { path: 'file', label: 'kind' })
 * console.log(photos.length, photos.classes) // 1 [ 'cat' ]
 * ```
 */
export async function imageCsv(file: string, options: ImageCsvOptions = {}): Promise<Source> {
  const { path = 'path', label = 'label', weight, root = dirname(file), delimiter = ',', maxPixels } = options
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw ioError(file, cause)
  })
  const [header, ...records] = parseCsv(text, file, delimiter)
  if (!header || records.length === 0) {
    throw new ClasError(
      'no-images',
      `${file} has no records: expected a line with the columns' names, and lines below`,
      {
        file,
      },
    )
  }
  const place = (index: number): string => `${file}:${records[index]?.line}`
  records.forEach(({ fields }, i) => {
    if (fields.length === header.fields.length) return
    throw new ClasError(
      'corrupt-file',
      `${place(i)}: expected ${header.fields.length} fields as in the first line, found ${fields.length}`,
      { file, line: records[i]?.line, expected: header.fields.length, found: fields.length },
    )
  })
  const column = columnReader(file, header, records)
  const number = numberReader(file, records)
  const paths = column(path).map((name) => resolve(root, name))
  const values: readonly LabelValue[] =
    typeof label === 'string' ? column(label) : transposed(label.map((name) => number(name, column(name), 1)))
  const labels = readLabels(values, options.classes ?? (typeof label === 'string' ? undefined : label), place)
  await checkFiles(paths, place)
  return itemSource({
    length: records.length,
    labels,
    weights: weight === undefined ? undefined : number(weight, column(weight), Number.MAX_VALUE),
    name: (index) => paths[index] as string,
    item: (index) => ({ kind: 'file', path: paths[index] as string, ...pixelLimit(maxPixels) }),
  })
}

function columnReader(
  file: string,
  header: CsvRecord,
  records: readonly CsvRecord[],
): (name: string) => readonly string[] {
  return (name) => {
    const at = header.fields.indexOf(name)
    if (at >= 0) return records.map(({ fields }) => fields[at] as string)
    throw new ClasError('bad-option', `${file} has no column '${name}'; there are ${header.fields.join(', ')}`, {
      file,
      column: name,
      columns: header.fields,
    })
  }
}

function numberReader(
  file: string,
  records: readonly CsvRecord[],
): (name: string, fields: readonly string[], most: number) => number[] {
  return (name, fields, most) =>
    fields.map((text, i) => {
      const value = text.trim() === '' ? Number.NaN : Number(text)
      if (value >= 0 && value <= most) return value
      throw new ClasError(
        'corrupt-file',
        `${file}:${records[i]?.line}: expected a number of at least 0${most === 1 ? ' and at most 1' : ''} in the column '${name}', found '${text}'`,
        { file, line: records[i]?.line, column: name, found: text },
      )
    })
}

/** Rows out of columns of the same length. */
function transposed(columns: readonly (readonly number[])[]): number[][] {
  return (columns[0] ?? []).map((_, row) => columns.map((values) => values[row] as number))
}
