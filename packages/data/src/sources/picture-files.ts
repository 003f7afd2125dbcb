import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ioError } from '../files/file-reader.ts'
import { byCodeUnits } from './labels.ts'
import { isPictureName } from './picture-names.ts'

/**
 * All pictures below a folder, sorted by their paths, without hidden ones. Links are followed, but not in circles.
 *
 * @param above - the folders on the way
 */
export async function picturesBelow(folder: string, above: readonly string[] = []): Promise<string[]> {
  const real = await realpath(folder)
  if (above.includes(real)) return []
  const entries = await childrenOf(folder)
  const lists = await Promise.all(
    entries.map(async (entry): Promise<string[]> => {
      const path = join(folder, entry.name)
      if (entry.folder) return picturesBelow(path, [...above, real])
      return isPictureName(entry.name) ? [path] : []
    }),
  )
  return lists.flat().sort(byCodeUnits)
}

/** What a folder has, sorted by name, without hidden entries. Links are followed. */
export async function childrenOf(folder: string): Promise<{ name: string; folder: boolean }[]> {
  try {
    const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'))
    const kinds = await Promise.all(
      entries.map(async (entry) => ({
        name: entry.name,
        folder: entry.isSymbolicLink() ? (await stat(join(folder, entry.name))).isDirectory() : entry.isDirectory(),
      })),
    )
    return kinds.sort((a, b) => byCodeUnits(a.name, b.name))
  } catch (cause) {
    throw ioError(folder, cause)
  }
}
