import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ClasError } from '@clas/core'

/** The functions of `node:fs/promises` that writing needs, so that a test can let them fail. */
export interface FileFunctions {
  open(path: string, flags: string): Promise<Pick<FileHandle, 'writeFile' | 'sync' | 'close'>>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
}

/** Options of {@link writeFileAtomic}. */
export interface WriteOptions {
  /** Default: those of `node:fs/promises`. */
  readonly files?: FileFunctions
}

/**
 * Writes a file so that there is always the old or the new one, whole, whatever happens: a temporary file in the same
 * folder is written, synced and renamed, and the folder synced.
 *
 * @throws `disk-full` with `file` and `bytes`, or `io`; the temporary file is removed then and the old file is as before
 * @example
 * ```ts
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { writeFileAtomic } from '@clas/engine/node'
 * await writeFileAtomic(join(tmpdir(), 'note.txt'), 'whole or not at all')
 * ```
 */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | string,
  { files = { open, rename, unlink } }: WriteOptions = {},
): Promise<void> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  try {
    await writeSynced(files, temporary, bytes)
    await files.rename(temporary, path)
  } catch (error) {
    await files.unlink(temporary).catch(() => undefined) // it may not have been made
    throw fileError(error, path, bytes.length)
  }
  await syncFolder(files, dirname(path))
}

/** The error of a write that failed. */
export function fileError(error: unknown, file: string, bytes: number): ClasError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `there is no room for ${file}: it needs ${bytes} bytes. The file from before, if any, is as it was; free some space and resume`
    return new ClasError('disk-full', message, { file, bytes }, { cause: error })
  }
  return new ClasError('io', `${file} can't be written: ${code}`, { file, code }, { cause: error })
}

async function writeSynced(files: FileFunctions, path: string, bytes: Uint8Array): Promise<void> {
  const handle = await files.open(path, 'w')
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the rename last through a power cut. Some systems can't open a folder; the rename is whole there as well. */
async function syncFolder(files: FileFunctions, folder: string): Promise<void> {
  try {
    const handle = await files.open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'EINVAL' && code !== 'EACCES')
      throw fileError(error, folder, 0)
  }
}
