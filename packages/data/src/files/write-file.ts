import { randomUUID } from 'node:crypto'
import { open, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ClasError } from '@clas/core'

/** A file that is being written under another name. Unless it is kept, nothing of it remains. */
export interface NewFile extends AsyncDisposable {
  /** How many bytes it has. */
  readonly size: number
  write(bytes: Uint8Array | string): Promise<void>
  /** Puts it in its place, whole. */
  keep(): Promise<void>
}

/** Options of {@link createFile} and {@link writeFileWhole}. */
export interface NewFileOptions {
  /** Whether a file that is there may be replaced. Default: false. */
  readonly replace?: boolean
}

/**
 * Begins a file under a temporary name in the same folder, so that under its own name it is there whole or not at all.
 *
 * @throws `bad-option` when there is such a file that may not be replaced, `io` or `disk-full` when it can't be written
 */
export async function createFile(path: string, { replace = false }: NewFileOptions = {}): Promise<NewFile> {
  if (!replace) await refuseExisting(path)
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (cause) {
      throw writeError(path, cause)
    }
  }
  const handle = await guarded(open(temporary, 'wx'))
  let size = 0
  let kept = false
  return {
    get size() {
      return size
    },
    async write(content) {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
      await guarded(handle.writeFile(bytes))
      size += bytes.length
    },
    async keep() {
      await guarded(handle.sync())
      if (!replace) await refuseExisting(path)
      await guarded(rename(temporary, path))
      kept = true
    },
    async [Symbol.asyncDispose]() {
      await handle.close()
      if (!kept) await unlink(temporary).catch(() => undefined) // it is gone already
    },
  }
}

/** Writes a whole file by way of {@link createFile}. */
export async function writeFileWhole(path: string, content: string, options?: NewFileOptions): Promise<void> {
  await using file = await createFile(path, options)
  await file.write(content)
  await file.keep()
}

/** Throws `bad-option` when there is something of that name already. */
export async function refuseExisting(path: string): Promise<void> {
  const there = await stat(path).then(
    () => true,
    () => false,
  )
  if (there) {
    throw new ClasError('bad-option', `${path} is there already and isn't replaced; choose another name or remove it`, {
      file: path,
    })
  }
}

function writeError(file: string, cause: unknown): ClasError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new ClasError(
        'disk-full',
        `there is no room for ${file}; what was there before is as it was`,
        { file },
        { cause },
      )
    : new ClasError('io', `${file} can't be written: ${code}`, { file, code }, { cause })
}
