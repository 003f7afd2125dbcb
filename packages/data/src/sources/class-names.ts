import { readFile } from 'node:fs/promises'
import { ClasError } from '@clas/core'
import { ioError } from '../files/file-reader.ts'

/**
 * Reads the classes' names from a file: one `number name` per line, as PaddleClas has them (`class_id_map_file`) and
 * `writeLists` writes them, or a name alone, whose number is that of its line.
 *
 * @param file - UTF-8; empty lines are left out
 * @throws `io` when the file can't be read, `corrupt-file` with file and line when the numbers aren't 0, 1, 2, …
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { readClassNames } from '@clas/data/node'
 * const file = join(await mkdtemp(join(tmpdir(), 'names-')), 'label_list.txt')
 * await writeFile(file, '0 great white shark\n1 hen\n')
 * console.log(await readClassNames(file)) // [ 'great white shark', 'hen' ]
 * ```
 */
export async function readClassNames(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw ioError(file, cause)
  })
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((content, i) => ({ line: i + 1, content: content.trim() }))
    .filter(({ content }) => content !== '')
  const numbered = lines.map(({ content }) => /^(\d+)\s+(.+)$/.exec(content))
  if (!numbered.every((match) => match !== null)) return lines.map(({ content }) => content)
  return numbered.map(([, number, name = ''], i) => {
    if (Number(number) === i) return name
    throw new ClasError('corrupt-file', `${file}:${lines[i]?.line}: expected the number ${i}, found ${number}`, {
      file,
      line: lines[i]?.line,
      found: number,
    })
  })
}
