import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ClasError } from '@clas/core'
import { fileSource, ioError } from './file-source.ts'
import { checkLabels, numberedClasses } from './labels.ts'
import type { Source } from './source.ts'

/** Options of {@link imageList}. */
export interface ImageListOptions {
  /** The folder that the paths start from. Default: the list's own. */
  readonly root?: string
  /** What stands between path and label. Default: one blank. */
  readonly delimiter?: string
  /** The classes' names. Default: the numbers 0 … largest label. */
  readonly classes?: readonly string[]
  /** The largest number of pixels that is decoded. Default: that of `decodeImage`. */
  readonly maxPixels?: number
}

/**
 * A source of a list as PaddleClas has it: one `path<delimiter>label` per line, the label a whole number from 0. The
 * last delimiter splits, so a path may contain it. Empty lines are left out.
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
 * console.log((await imageList(join(root, 'list.txt'))).length) // 1
 * ```
 */
export async function imageList(file: string, options: ImageListOptions = {}): Promise<Source> {
  const { root = dirname(file), delimiter = ' ', maxPixels } = options
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw ioError(file, cause)
  })
  const lines = parse(text, file, delimiter)
  if (lines.length === 0)
    throw new ClasError('no-images', `${file} is empty: expected lines of path${delimiter}label`, { file })
  const labels = lines.map(({ label }) => label)
  const classes = options.classes ?? numberedClasses(labels)
  checkLabels(labels, classes, (i) => `${file}:${lines[i]?.line}`)
  const paths = lines.map(({ path }) => resolve(root, path))
  await checkFiles(paths, (i) => `${file}:${lines[i]?.line}`)
  return fileSource({ paths, labels, classes, maxPixels })
}

interface ListLine {
  /** Counted from 1. */
  readonly line: number
  readonly path: string
  readonly label: number
}

function parse(text: string, file: string, delimiter: string): ListLine[] {
  const lines: ListLine[] = []
  text.split(/\r?\n/).forEach((content, i) => {
    if (content.trim() === '') return
    const at = content.lastIndexOf(delimiter)
    const path = content.slice(0, at)
    const label = content.slice(at + delimiter.length)
    if (at < 1 || !/^\d{1,9}$/.test(label)) {
      throw new ClasError(
        'corrupt-file',
        `${file}:${i + 1}: expected path${delimiter}label with a whole number as the label, found '${content}'`,
        { file, line: i + 1, found: content },
      )
    }
    lines.push({ line: i + 1, path, label: Number(label) })
  })
  return lines
}

/** Throws one error for all files that aren't there; its message has the first five. */
async function checkFiles(paths: readonly string[], place: (index: number) => string): Promise<void> {
  const missing: number[] = []
  for (let from = 0; from < paths.length; from += 256) {
    const chunk = paths.slice(from, from + 256)
    const present = await Promise.all(
      chunk.map((path) =>
        stat(path).then(
          (entry) => entry.isFile(),
          () => false,
        ),
      ),
    )
    present.forEach((there, i) => {
      if (!there) missing.push(from + i)
    })
  }
  if (missing.length === 0) return
  const shown = missing.slice(0, 5).map((index) => `${paths[index]} (${place(index)})`)
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : ''
  throw new ClasError(
    'io',
    `${missing.length} of ${paths.length} pictures are missing: ${shown.join(', ')}${more}; check the list's paths and the root`,
    { missing: missing.map((index) => paths[index]) },
  )
}
