import type { Image } from '@clas/augment'
import { ClasError } from '@clas/core'
import { decodeBlob } from '../decode/decode-blob.ts'
import { byCodeUnits } from './labels.ts'
import { isPictureName, PICTURE_KINDS } from './picture-names.ts'
import type { Source } from './source.ts'

/** Options of {@link imageFiles}. */
export interface ImageFilesOptions {
  /**
   * Says which class a file is of, undefined for one to leave out. Default: by the folder that it was chosen with:
   * `photos/CLASS/…/picture.jpg`.
   */
  readonly classOf?: (file: File) => string | undefined
  /** The classes and their order, as of a model. Default: those that there are, sorted. */
  readonly classes?: readonly string[]
  /** The largest number of pixels that is decoded. Default: that of `decodeBlob`. */
  readonly maxPixels?: number
}

/**
 * A source of files in the browser: those of `<input type="file" webkitdirectory>`, with a folder per class, or of any
 * other list of `File` with a function that tells their classes. Files that are no pictures by their names, and hidden
 * ones, are left out. Nothing is read before it is needed, and nothing leaves the page.
 *
 * @throws `no-images` when there are no pictures, `class-mismatch` when one is of none of `classes`
 * @example
 * ```ts
 * import { imageFiles } from '@clas/data'
 * const chosen = [new File([], 'tom.jpg'), new File([], 'rex.jpg'), new File([], 'notes.txt')]
 * const pets = imageFiles(chosen, { classOf: ({ name }) => (name.startsWith('tom') ? 'cat' : 'dog') })
 * console.log(pets.length, pets.classes) // 2 [ 'cat', 'dog' ]
 * ```
 */
export function imageFiles(files: Iterable<File>, options: ImageFilesOptions = {}): Source {
  const { classOf = folderOf, maxPixels } = options
  const pictures = [...files]
    .filter(({ name }) => isPictureName(name) && !name.startsWith('.'))
    .flatMap((file) => {
      const name = classOf(file)
      return name === undefined ? [] : [{ file, path: pathOf(file), class: name }]
    })
    .sort((a, b) => byCodeUnits(a.path, b.path))
  if (pictures.length === 0) {
    throw new ClasError(
      'no-images',
      `expected a folder per class with ${PICTURE_KINDS} files in it, or files and classOf; found no such file`,
    )
  }
  const classes = options.classes ?? [...new Set(pictures.map((picture) => picture.class))].sort(byCodeUnits)
  const labels = pictures.map(({ path, class: name }) => {
    const label = classes.indexOf(name)
    if (label >= 0) return label
    throw new ClasError(
      'class-mismatch',
      `${path} is of the class '${name}', which isn't one of ${classes.join(', ')}`,
      {
        file: path,
        class: name,
        classes,
      },
    )
  })
  const name = (index: number): string => pictures[index]?.path as string
  return {
    length: pictures.length,
    classes,
    label: (index) => labels[index] as number,
    name,
    read: (index): Promise<Image> => {
      const file = pictures[index]?.file as File
      return decodeBlob(file, { name: name(index), ...(maxPixels !== undefined && { maxPixels }) })
    },
  }
}

/** A file that was chosen by itself has no path. */
function pathOf(file: File): string {
  return file.webkitRelativePath || file.name
}

/** The folder below the one that was chosen. */
function folderOf(file: File): string | undefined {
  const [, name, ...rest] = pathOf(file).split('/')
  return rest.length > 0 ? name : undefined
}
