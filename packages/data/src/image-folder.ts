import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClasError } from '@clas/core'
import { fileSource, ioError } from './file-source.ts'
import type { Source } from './source.ts'

/** Options of {@link imageFolder}. */
export interface ImageFolderOptions {
  /** What a class without pictures is: an error, or left out of the classes. Default: `error`. */
  readonly emptyClasses?: 'error' | 'skip'
  /**
   * The classes and their order, as of the training pictures. A class that is skipped keeps its label then. Default: the
   * folders that there are, sorted.
   */
  readonly classes?: readonly string[]
  /** The largest number of pixels that is decoded. Default: that of `decodeImage`. */
  readonly maxPixels?: number
}

const PICTURE = /\.(jpe?g|png|webp)$/i

/**
 * A source of a folder per class: `root/CLASS/…/picture.jpg`. Reads the names of jpg, jpeg, png and webp files, in
 * folders of any depth; the pictures themselves only when they are needed. Classes and pictures are in the order of
 * their names' code units, so the same on every machine. Hidden files and folders are left out.
 *
 * @param root - the folder that has the classes' folders
 * @throws `io` when the folder can't be read, `empty-class` with the class's name, `no-images` when there are none at all,
 *   `class-mismatch` when there is a folder that isn't one of `classes`
 * @example
 * ```ts
 * import { mkdir, mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { imageFolder } from '@clas/data/node'
 * import sharp from 'sharp'
 * const root = await mkdtemp(join(tmpdir(), 'photos-'))
 * await mkdir(join(root, 'cat'))
 * await sharp({ create: { width: 8, height: 8, channels: 3, background: 'grey' } }).toFile(join(root, 'cat', 'tom.jpg'))
 * const photos = await imageFolder(root)
 * console.log(photos.length, photos.classes) // 1 [ 'cat' ]
 * ```
 */
export async function imageFolder(root: string, options: ImageFolderOptions = {}): Promise<Source> {
  const { emptyClasses = 'error', maxPixels } = options
  const folders = (await children(root)).filter(({ folder }) => folder).map(({ name }) => name)
  const names = options.classes ?? folders
  const unknown = folders.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new ClasError(
      'class-mismatch',
      `${join(root, unknown)} isn't one of the ${names.length} classes: ${names.join(', ')}`,
      {
        folder: join(root, unknown),
        classes: names,
      },
    )
  }
  const found = await Promise.all(names.map((name) => (folders.includes(name) ? pictures(join(root, name)) : [])))
  if (found.every((paths) => paths.length === 0)) throw noImages(root, names)
  const empty = names.filter((_, i) => found[i]?.length === 0)
  if (empty.length > 0 && emptyClasses === 'error') {
    throw new ClasError(
      'empty-class',
      `${empty.map((name) => `'${name}'`).join(', ')} in ${root}: no jpg, jpeg, png or webp file; ` +
        "add pictures, remove the folder, or set emptyClasses to 'skip'",
      { root, classes: empty },
    )
  }
  const classes = options.classes ?? names.filter((name) => !empty.includes(name))
  const filled = names.map((name, i) => ({ label: classes.indexOf(name), paths: found[i] ?? [] }))
  return fileSource({
    paths: filled.flatMap(({ paths }) => paths),
    labels: filled.flatMap(({ label, paths }) => paths.map(() => label)),
    classes,
    maxPixels,
  })
}

function noImages(root: string, names: readonly string[]): ClasError {
  return new ClasError(
    'no-images',
    `${root} has no pictures: expected a folder per class with jpg, jpeg, png or webp files in it, ` +
      `found ${names.length === 0 ? 'no folders' : `the folders ${names.join(', ')}`}`,
    { root, folders: names },
  )
}

/** All pictures below a folder, sorted by their paths. `above` has the folders on the way, against links in a circle. */
async function pictures(folder: string, above: readonly string[] = []): Promise<string[]> {
  const real = await realpath(folder)
  if (above.includes(real)) return []
  const entries = await children(folder)
  const lists = await Promise.all(
    entries.map(async (entry): Promise<string[]> => {
      const path = join(folder, entry.name)
      if (entry.folder) return pictures(path, [...above, real])
      return PICTURE.test(entry.name) ? [path] : []
    }),
  )
  return lists.flat().sort(byCodeUnits)
}

/** What a folder has, sorted by name, without hidden entries. Links are followed. */
async function children(folder: string): Promise<{ name: string; folder: boolean }[]> {
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

/** The order of `<`, which no locale changes. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
