import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClasError } from '@clas/core'
import { ioError } from '../files/file-reader.ts'
import { cifar } from './cifar.ts'
import { byCodeUnits } from './labels.ts'
import type { Source } from './source.ts'

/** Options of {@link cifarFolder}. */
export interface CifarFolderOptions {
  /** The pictures to learn from, or those to measure with. Default: `train`. */
  readonly part?: 'train' | 'test'
  /** Which label of CIFAR-100 counts, one of 100 or one of 20. Default: `fine`. */
  readonly labels?: 'fine' | 'coarse'
}

/**
 * A source of the folder that the binary version of CIFAR-10 or CIFAR-100 unpacks to: `data_batch_1.bin` to
 * `data_batch_5.bin` and `test_batch.bin`, or `train.bin` and `test.bin`. Names of classes are read from
 * `batches.meta.txt`, `fine_label_names.txt` or `coarse_label_names.txt` where these are.
 *
 * @param folder - `cifar-10-batches-bin` or `cifar-100-binary`
 * @throws `io` when the folder has no such files, `corrupt-file` with file and offset when one isn't whole
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { cifarFolder } from '@clas/data/node'
 * const folder = await mkdtemp(join(tmpdir(), 'cifar-'))
 * await writeFile(join(folder, 'data_batch_1.bin'), new Uint8Array(2 * 3073))
 * console.log((await cifarFolder(folder)).length) // 2
 * ```
 */
export async function cifarFolder(folder: string, options: CifarFolderOptions = {}): Promise<Source> {
  const { part = 'train', labels = 'fine' } = options
  const entries = await readdir(folder).catch((cause: unknown) => {
    throw ioError(folder, cause)
  })
  const ten = entries.filter((name) => (part === 'train' ? /^data_batch_\d+\.bin$/ : /^test_batch\.bin$/).test(name))
  const names = ten.length > 0 ? ten.sort(byCodeUnits) : entries.filter((name) => name === `${part}.bin`)
  if (names.length === 0) {
    const expected = part === 'train' ? 'data_batch_*.bin or train.bin' : 'test_batch.bin or test.bin'
    throw new ClasError('io', `${folder} has no ${expected}; found ${entries.join(', ') || 'nothing'}`, { folder })
  }
  const paths = names.map((name) => join(folder, name))
  const meta = ten.length > 0 ? 'batches.meta.txt' : `${labels}_label_names.txt`
  const classes = entries.includes(meta) ? await readNames(join(folder, meta)) : undefined
  const files = await Promise.all(paths.map((path) => readFile(path)))
  return cifar(files, {
    labels: ten.length > 0 ? 'cifar10' : labels,
    names: paths,
    ...(classes && { classes }),
  })
}

async function readNames(path: string): Promise<string[]> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/)
  return lines.map((line) => line.trim()).filter((line) => line !== '')
}
