import { basename, extname } from 'node:path'
import type { Image } from '@clas/augment'
import { readPicture } from '../read-picture.ts'

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
    yield { file, name: names[i] as string, image: await readPicture(file) }
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
