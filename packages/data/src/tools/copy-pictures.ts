import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ClasError } from '@clas/core'
import { ioError } from '../files/file-reader.ts'
import { refuseExisting } from '../files/write-file.ts'
import { readItemBytes } from '../sources/read-item.ts'
import type { Source } from '../sources/source.ts'

/**
 * Copies the files of a source into a new folder, `000017-NAME`, as they are. The folder is there whole or not at all.
 *
 * @throws `bad-option` when there is such a folder already, or a picture is in no file; `io` when one can't be read or
 *   written
 * @example
 * ```ts
 * import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { copyPictures, imageFolder } from '@clas/data/node'
 * const root = await mkdtemp(join(tmpdir(), 'photos-'))
 * await mkdir(join(root, 'photos', 'cat'), { recursive: true })
 * await writeFile(join(root, 'photos', 'cat', 'tom.jpg'), '')
 * await copyPictures(await imageFolder(join(root, 'photos')), join(root, 'copies'))
 * console.log(await readdir(join(root, 'copies'))) // [ '000000-tom.jpg' ]
 * ```
 */
export async function copyPictures(source: Source, folder: string, signal?: AbortSignal): Promise<void> {
  await refuseExisting(folder)
  const temporary = join(dirname(folder), `.${basename(folder)}.${randomUUID()}.tmp`)
  try {
    await mkdir(temporary, { recursive: true })
    for (let i = 0; i < source.length; i++) {
      signal?.throwIfAborted()
      const item = source.item?.(i)
      if (!item || item.kind === 'pixels') throw new ClasError('bad-option', `${source.name(i)} is in no file to copy`)
      const name = `${String(i).padStart(6, '0')}-${basename(source.name(i))}`
      await writeFile(join(temporary, name), await readItemBytes(item), { flag: 'wx' })
    }
    await refuseExisting(folder)
    await rename(temporary, folder)
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true })
    throw cause instanceof Error && 'errno' in cause ? ioError(folder, cause) : cause
  }
}
