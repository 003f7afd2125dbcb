import { mkdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { ClasError } from '@clas/core'
import { ioError } from '../files/file-reader.ts'
import { refuseExisting, writeFileWhole } from '../files/write-file.ts'
import type { Source } from '../sources/source.ts'

/** Options of {@link writeLists}. */
export interface WriteListsOptions {
  /** Where the lists go; made where it isn't there. */
  readonly folder: string
  /** The folder that the paths in the lists start from, which the pictures are below. */
  readonly root: string
  /** What stands between path and label. Default: one blank; a tab where pictures have several labels. */
  readonly delimiter?: string
}

/**
 * Writes sources as lists that `imageList` and PaddleClas read, `NAME_list.txt` with one `path<delimiter>label` per line,
 * or with `0,1,1` for the label where pictures have several, and the classes as `label_list.txt`, one `number name` per
 * line. The pictures stay where they are. Weights aren't kept.
 *
 * @param parts - sources by name, as `{ train, val }`, all with the same classes
 * @returns the lists' paths by name
 * @throws `bad-option` when a file of that name is there already (nothing is replaced), a picture isn't a file of its own
 *   below the root, or its path can't be on one line; `io` or `disk-full` when a list can't be written
 * @example
 * ```ts
 * import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { imageFolder, writeLists } from '@clas/data/node'
 * const root = await mkdtemp(join(tmpdir(), 'photos-'))
 * await mkdir(join(root, 'cat'))
 * await writeFile(join(root, 'cat', 'tom.jpg'), '')
 * const lists = await writeLists({ train: await imageFolder(root) }, { folder: join(root, 'lists'), root })
 * console.log(await readFile(lists.train, 'utf8')) // cat/tom.jpg 0
 * ```
 */
export async function writeLists<Name extends string>(
  parts: Readonly<Record<Name, Source>>,
  { folder, root, delimiter }: WriteListsOptions,
): Promise<Readonly<Record<Name, string>>> {
  const entries = Object.entries(parts) as [Name, Source][]
  const lists = entries.map(([name, source]) => ({
    name,
    path: join(folder, `${name}_list.txt`),
    text: listOf(source, root, delimiter ?? (source.targets ? '\t' : ' ')),
  }))
  const classes = { path: join(folder, 'label_list.txt'), text: classLines(entries[0]?.[1].classes ?? []) }
  const files = [...lists, classes]
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw ioError(folder, cause)
  })
  for (const { path } of files) await refuseExisting(path) // before anything is written
  for (const { path, text } of files) await writeFileWhole(path, text)
  return Object.fromEntries(lists.map(({ name, path }) => [name, path])) as Record<Name, string>
}

function listOf(source: Source, root: string, delimiter: string): string {
  const lines = Array.from({ length: source.length }, (_, index) => {
    const item = source.item?.(index)
    const path = item?.kind === 'file' && item.offset === undefined ? relative(root, item.path) : undefined
    if (path === undefined || path.startsWith('..') || /[\r\n]/.test(path)) {
      throw new ClasError(
        'bad-option',
        `${source.name(index)} can't be in a list: expected a file of its own below ${root}, without a line break in its path`,
        { name: source.name(index), root },
      )
    }
    return `${path.split(sep).join('/')}${delimiter}${source.targets?.(index).join(',') ?? source.label(index)}\n`
  })
  return lines.join('')
}

function classLines(classes: readonly string[]): string {
  return classes.map((name, label) => `${label} ${name}\n`).join('')
}
