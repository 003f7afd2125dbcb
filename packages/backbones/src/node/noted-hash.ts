import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { ClasError } from '@clas/core'

/** The file that holds the hash which a download had the first time, in the format of `sha256sum`. */
const noteOf = (path: string): string => `${path}.sha256`

/**
 * Compares a download's hash with the published one, or else with the one of the first download, which it notes.
 *
 * @param path - where the download is kept
 * @param sha256 - of its bytes, in hexadecimal
 * @param expected - the published hash; default the noted one
 * @throws `corrupt-file` where they differ
 */
export async function checkHash(path: string, sha256: string, expected?: string): Promise<void> {
  const noted = expected?.toLowerCase() ?? (await noteFirst(path, sha256))
  if (noted === sha256) return
  const advice = expected
    ? 'Compare the hash that was given with the publisher, or fetch the file again.'
    : `It is not the file of the first download. Delete ${path} to fetch it again; if the publisher has replaced it, delete ${noteOf(path)} too.`
  throw new ClasError('corrupt-file', `${path} has the SHA-256 ${sha256}, expected ${noted}. ${advice}`, {
    file: path,
    expected: noted,
    found: sha256,
  })
}

/** The noted hash; the given one where none was noted, which is noted now, by one process alone. */
async function noteFirst(path: string, sha256: string): Promise<string> {
  try {
    await writeFile(noteOf(path), `${sha256}  ${basename(path)}\n`, { flag: 'wx' })
    return sha256
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const [noted = ''] = (await readFile(noteOf(path), 'utf8')).split(' ')
    return noted
  }
}
