import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ClasError } from '@clas/core'
import { ioError } from '../files/file-reader.ts'
import { itemSource, pixelLimit } from './item-source.ts'
import { readLabels } from './labels.ts'
import { type ListLine, parseList } from './list-lines.ts'
import { checkFiles, missingFiles } from './missing-files.ts'
import type { Source } from './source.ts'

/** Options of {@link imageList}. */
export interface ImageListOptions {
  /** The folder that the paths start from. Default: the list's own. */
  readonly root?: string
  /** What stands between path, label and weight. Default: one blank, with `multiLabel` a tab. */
  readonly delimiter?: string
  /**
   * Whether the label is a row of 0 and 1, one per class, with commas between them, as PaddleClas's `MultiLabelDataset`
   * has it. Default: false, it is the number of the class.
   */
  readonly multiLabel?: boolean
  /** Whether each line ends in a weight of at least 0, after one more delimiter. Default: false. */
  readonly weights?: boolean
  /**
   * Whether labels are numbered anew in ascending order, as `relabel` does in PaddleClas: for lists whose labels don't
   * start from 0 or leave numbers out. Default: false.
   */
  readonly relabel?: boolean
  /** The classes' names. Default: the numbers 0 … largest label; with `relabel`, the labels that there are. */
  readonly classes?: readonly string[]
  /** The largest number of pixels that is decoded. Default: that of `decodeImage`. */
  readonly maxPixels?: number
  /** Told of a line that can't be read or whose picture is missing, and that is left out. Default: an error is thrown. */
  readonly onBadLine?: (error: ClasError) => void
}

/**
 * A source of a list as PaddleClas has it: one `path<delimiter>label` per line, the label a whole number from 0. The
 * last delimiters split, so a path may contain them. Empty lines are left out.
 *
 * @param file - the list, UTF-8
 * @throws `corrupt-file` with file and line when a line can't be read, `io` when the list or pictures are missing (all of
 *   them in one error), `no-images` when it is empty, `class-mismatch` when a label isn't one of the classes
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { imageList } from '@clas/data/node'
 * const root = await mkdtemp(join(tmpdir(), 'list-'))
 * await writeFile(join(root, 'red car.jpg'), '')
 * await writeFile(join(root, 'list.txt'), 'red car.jpg 0\n')
 * await writeFile(join(root, 'colours.txt'), 'red car.jpg\t1,0,1\n')
 * console.log((await imageList(join(root, 'list.txt'))).length) // 1
 * const colours = await imageList(join(root, 'colours.txt'), { multiLabel: true, classes: ['red', 'blue', 'shiny'] })
 * console.log(colours.targets?.(0)) // [ 1, 0, 1 ]
 * ```
 */
export async function imageList(file: string, options: ImageListOptions = {}): Promise<Source> {
  const { root = dirname(file), multiLabel = false, delimiter = multiLabel ? '\t' : ' ', weights = false } = options
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw ioError(file, cause)
  })
  const { onBadLine } = options
  const all = parseList(text, { file, delimiter, multiLabel, weights }, onBadLine)
  const lines = onBadLine ? await present(all, root, file, onBadLine) : all
  if (lines.length === 0)
    throw new ClasError('no-images', `${file} is empty: expected lines of path${delimiter}label`, { file })
  const place = (index: number): string => `${file}:${lines[index]?.line}`
  const labels = options.relabel ? numberAnew(lines, options.classes, place) : labelsOf(lines, options.classes, place)
  const paths = lines.map(({ path }) => resolve(root, path))
  if (!onBadLine) await checkFiles(paths, place)
  return itemSource({
    length: lines.length,
    labels,
    weights: weights ? lines.map(({ weight }) => weight) : undefined,
    name: (index) => paths[index] as string,
    item: (index) => ({ kind: 'file', path: paths[index] as string, ...pixelLimit(options.maxPixels) }),
  })
}

/** The lines whose pictures are there. */
async function present(
  lines: readonly ListLine[],
  root: string,
  file: string,
  onBadLine: (error: ClasError) => void,
): Promise<ListLine[]> {
  const missing = new Set(await missingFiles(lines.map(({ path }) => resolve(root, path))))
  return lines.filter(({ line, path }, i) => {
    if (missing.has(i)) onBadLine(new ClasError('io', `${file}:${line}: ${path} is missing`, { file, line, path }))
    return !missing.has(i)
  })
}

type Place = (index: number) => string

function labelsOf(lines: readonly ListLine[], classes: readonly string[] | undefined, place: Place) {
  return readLabels(
    lines.map(({ label }) => label),
    classes,
    place,
  )
}

function numberAnew(lines: readonly ListLine[], classes: readonly string[] | undefined, place: Place) {
  if (lines.some(({ label }) => typeof label !== 'number')) {
    throw new ClasError('bad-option', 'relabel is for one label per picture; leave it out with multiLabel')
  }
  const known = [...new Set(lines.map(({ label }) => Number(label)))].sort((a, b) => a - b)
  const anew = new Map(known.map((label, i) => [label, i]))
  return readLabels(
    lines.map(({ label }) => anew.get(Number(label)) as number),
    classes ?? known.map(String),
    place,
  )
}
