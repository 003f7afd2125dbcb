import { readFile } from 'node:fs/promises'
import type { Image } from '@clas/augment'
import { ClasError } from '@clas/core'
import { decodeImage } from '@clas/data/node'

/**
 * Decodes a picture that the command line names.
 *
 * @throws `io` and `corrupt-image` with the file
 */
export async function readPicture(file: string): Promise<Image> {
  return decodeImage(await readBytes(file), { name: file })
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
