import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { Image } from '@clas/augment'
import { ClasError } from '@clas/core'
import { decodeImage } from '@clas/data/node'

/** A decoded picture. */
export interface Picture {
  readonly file: string
  /** For the files that are made of it: that of its file, without its ending, and different from all others. */
  readonly name: string
  readonly image: Image
}

/**
 * Decodes pictures one after another.
 *
 * @throws `io` and `corrupt-image` with the file
 */
export async function* readPictures(files: readonly string[]): AsyncGenerator<Picture, void, undefined> {
  const names = uniqueNames(files)
  for (const [i, file] of files.entries()) {
    yield { file, name: names[i] as string, image: await decodeImage(await readBytes(file), { name: file }) }
  }
}

/** Names without folder and ending; a number tells apart those that are the same. */
function uniqueNames(files: readonly string[]): string[] {
  const taken = new Set<string>()
  return files.map((file) => {
    const stem = basename(file, extname(file))
    let name = stem
    for (let i = 2; taken.has(name); i++) name = `${stem}-${i}`
    taken.add(name)
    return name
  })
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    const reason = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code
    throw new ClasError('io', `${file} can't be read: ${reason}`, { file, code }, { cause })
  }
}
