import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClasError } from '@clas/core'

/** The names of the folders in a folder, sorted, without hidden ones. Links are followed. */
export async function foldersIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ClasError('io', `${folder} can't be read: ${reason}`, { folder, reason }, { cause })
  })
  const visible = names.filter((name) => !name.startsWith('.')).sort()
  const are = await Promise.all(visible.map(async (name) => (await stat(join(folder, name))).isDirectory()))
  return visible.filter((_, i) => are[i])
}
