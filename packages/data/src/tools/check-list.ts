import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ioError } from '../files/file-reader.ts'
import type { ImageListOptions } from '../sources/image-list.ts'
import { type ListLine, parseList } from '../sources/list-lines.ts'
import { missingFiles } from '../sources/missing-files.ts'
import { picturesBelow } from '../sources/picture-files.ts'

/** Options of {@link checkList}. */
export type CheckListOptions = Pick<
  ImageListOptions,
  'root' | 'delimiter' | 'multiLabel' | 'weights' | 'relabel' | 'classes'
>

/** What {@link checkList} finds. Plain JSON. */
export interface ListReport {
  readonly file: string
  readonly lines: number
  /** Lines that can't be read. */
  readonly bad: readonly { readonly line: number; readonly problem: string }[]
  /** Lines whose picture isn't there. */
  readonly missing: readonly { readonly line: number; readonly path: string }[]
  /** Lines whose label isn't one of the classes. */
  readonly beyond: readonly { readonly line: number; readonly label: string }[]
  /** Pictures of several lines. */
  readonly repeated: readonly RepeatedPicture[]
  /** Pictures below the root that no line names; they may be in another list. */
  readonly unlisted: readonly string[]
}

/** A picture that a list has more than once. */
export interface RepeatedPicture {
  readonly path: string
  readonly lines: readonly number[]
  /** Whether the lines have different labels. */
  readonly differ: boolean
}

/**
 * Compares a list of pictures, as PaddleClas has it, with the files that there are: lines that can't be read, pictures
 * that are missing, listed more than once or not at all, and labels beyond the classes. Opens no picture.
 *
 * @param file - the list, UTF-8
 * @throws `io` when the list or the root can't be read
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { checkList } from '@clas/data/node'
 * const root = await mkdtemp(join(tmpdir(), 'list-'))
 * await writeFile(join(root, 'a.jpg'), '')
 * await writeFile(join(root, 'list.txt'), 'b.jpg 0\nc.jpg\n')
 * const { bad, missing, unlisted } = await checkList(join(root, 'list.txt'))
 * console.log(bad.length, missing.length, unlisted.length) // 1 1 1
 * ```
 */
export async function checkList(file: string, options: CheckListOptions = {}): Promise<ListReport> {
  const { root = dirname(file), multiLabel = false, delimiter = multiLabel ? '\t' : ' ', weights = false } = options
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw ioError(file, cause)
  })
  const bad: { line: number; problem: string }[] = []
  const lines = parseList(text, { file, delimiter, multiLabel, weights }, ({ fields, message }) => {
    bad.push({ line: Number(fields.line), problem: message })
  })
  const paths = lines.map(({ path }) => resolve(root, path))
  const missing = await missingFiles(paths)
  const listed = new Map<string, ListLine[]>()
  lines.forEach((line, i) => {
    const same = listed.get(paths[i] as string) ?? []
    listed.set(paths[i] as string, same)
    same.push(line)
  })
  return {
    file,
    lines: lines.length + bad.length,
    bad,
    missing: missing.map((i) => ({ line: lines[i]?.line ?? 0, path: paths[i] as string })),
    beyond: lines
      .filter(({ label }) => !fits(label, options))
      .map(({ line, label }) => ({ line, label: String(label) })),
    repeated: [...listed]
      .filter(([, same]) => same.length > 1)
      .map(([path, same]) => ({
        path,
        lines: same.map(({ line }) => line),
        differ: new Set(same.map(({ label }) => String(label))).size > 1,
      })),
    unlisted: (await picturesBelow(root)).filter((path) => !listed.has(resolve(path))),
  }
}

function fits(label: ListLine['label'], { classes, relabel }: CheckListOptions): boolean {
  if (!classes || relabel) return true
  return typeof label === 'number' ? label < classes.length : label.length === classes.length
}
