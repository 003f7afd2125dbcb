import { join } from 'node:path'
import { ClasError } from '@clas/core'
import { itemSource, pixelLimit } from './item-source.ts'
import { childrenOf, picturesBelow } from './picture-files.ts'
import { PICTURE_KINDS } from './picture-names.ts'
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

/**
 * A source of a folder per class: `root/CLASS/…/picture.jpg`. Reads the names of picture files (by their endings), in
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
  const folders = (await childrenOf(root)).filter(({ folder }) => folder).map(({ name }) => name)
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
  const found = await Promise.all(names.map((name) => (folders.includes(name) ? picturesBelow(join(root, name)) : [])))
  if (found.every((paths) => paths.length === 0)) throw noImages(root, names)
  const empty = names.filter((_, i) => found[i]?.length === 0)
  if (empty.length > 0 && emptyClasses === 'error') {
    throw new ClasError(
      'empty-class',
      `${empty.map((name) => `'${name}'`).join(', ')} in ${root}: no ${PICTURE_KINDS} file; ` +
        "add pictures, remove the folder, or set emptyClasses to 'skip'",
      { root, classes: empty },
    )
  }
  const classes = options.classes ?? names.filter((name) => !empty.includes(name))
  const filled = names.map((name, i) => ({ label: classes.indexOf(name), paths: found[i] ?? [] }))
  const paths = filled.flatMap((folder) => folder.paths)
  const labels = filled.flatMap((folder) => folder.paths.map(() => folder.label))
  return itemSource({
    length: paths.length,
    labels: { classes, label: (index) => labels[index] as number },
    name: (index) => paths[index] as string,
    item: (index) => ({ kind: 'file', path: paths[index] as string, ...pixelLimit(maxPixels) }),
  })
}

function noImages(root: string, names: readonly string[]): ClasError {
  return new ClasError(
    'no-images',
    `${root} has no pictures: expected a folder per class with ${PICTURE_KINDS} files in it, ` +
      `found ${names.length === 0 ? 'no folders' : `the folders ${names.join(', ')}`}`,
    { root, folders: names },
  )
}
