import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { ClasError } from '@clas/core'
import { ioError } from '../files/file-reader.ts'
import { idx } from './idx.ts'
import type { Source } from './source.ts'

/** Options of {@link idxFiles}. */
export interface IdxFilesOptions {
  /** The classes' names. Default: the numbers 0 … largest label. */
  readonly classes?: readonly string[]
}

/**
 * A source of two IDX files, as MNIST and Fashion-MNIST come: unsigned bytes, packed by gzip or not.
 *
 * @param imagesPath - the pictures, `train-images-idx3-ubyte.gz`
 * @param labelsPath - the labels, `train-labels-idx1-ubyte.gz`
 * @throws `io` when a file can't be read, `corrupt-file` when it isn't a whole IDX file
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { idxFiles } from '@clas/data/node'
 * const root = await mkdtemp(join(tmpdir(), 'idx-'))
 * await writeFile(join(root, 'images'), new Uint8Array([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9]))
 * await writeFile(join(root, 'labels'), new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 0]))
 * console.log((await idxFiles(join(root, 'images'), join(root, 'labels'))).length) // 1
 * ```
 */
export async function idxFiles(imagesPath: string, labelsPath: string, options: IdxFilesOptions = {}): Promise<Source> {
  const [images, labels] = await Promise.all([unpacked(imagesPath), unpacked(labelsPath)])
  return idx(images, labels, { ...options, names: [imagesPath, labelsPath] })
}

async function unpacked(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw ioError(path, cause)
  })
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  // 4 GB: more than any data set of this format, and a limit for a file made to fill the memory.
  return promisify(gunzip)(bytes, { maxOutputLength: 2 ** 32 - 1 }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ClasError('corrupt-file', `${path} can't be unpacked: ${reason}`, { file: path, reason }, { cause })
  })
}
