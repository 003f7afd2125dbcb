import type { Image } from '@clas/augment'
import { ClasError } from '@clas/core'
import { checkLabels, numberedClasses } from './labels.ts'
import type { Source } from './source.ts'

/** Pictures of one size in one array. */
export interface PackedImages {
  /** The pictures after each other. */
  readonly data: Uint8Array | Float32Array
  /** [count, height, width, channels]. */
  readonly shape: readonly [number, number, number, number]
}

/** Options of {@link arraySource}. */
export interface ArraySourceOptions {
  /** Pictures of any sizes, or packed ones of one size. */
  readonly images: readonly Image[] | PackedImages
  /** One label per picture. */
  readonly labels: ArrayLike<number>
  /** The classes' names. Default: the numbers 0 … largest label. */
  readonly classes?: readonly string[]
  /** What messages call the picture at an index. Default: `picture 17`. */
  readonly name?: (index: number) => string
}

/**
 * A source of pictures that are in memory. Nothing is copied: a packed picture is a view.
 *
 * @throws `shape-mismatch` when counts or lengths disagree, `class-mismatch` when a label isn't one of the classes
 * @example
 * ```ts
 * import { arraySource } from '@clas/data'
 * const images = { data: new Uint8Array(2 * 4 * 4 * 3), shape: [2, 4, 4, 3] as const }
 * console.log(arraySource({ images, labels: [0, 1], classes: ['cat', 'dog'] }).length)
 * ```
 */
export function arraySource(options: ArraySourceOptions): Source {
  const { images, labels, name = (index) => `picture ${index}` } = options
  const classes = options.classes ?? numberedClasses(labels, name)
  const { length, read } = 'shape' in images ? readPacked(images) : readList(images)
  if (labels.length !== length) {
    throw new ClasError(
      'shape-mismatch',
      `expected one label per picture, found ${length} pictures and ${labels.length} labels`,
      {
        images: length,
        labels: labels.length,
      },
    )
  }
  checkLabels(labels, classes, name)
  return { length, classes, label: (index) => labels[index] as number, name, read }
}

interface Readable {
  readonly length: number
  readonly read: (index: number) => Image
}

function readPacked({ data, shape }: PackedImages): Readable {
  const [length, height, width, channels] = shape
  const size = height * width * channels
  if (data.length !== length * size) {
    throw new ClasError(
      'shape-mismatch',
      `pictures of shape [${shape}] have ${length * size} values, found ${data.length}`,
      {
        shape,
        found: data.length,
      },
    )
  }
  return {
    length,
    read: (index) => ({ data: data.subarray(index * size, (index + 1) * size), width, height, channels }),
  }
}

function readList(images: readonly Image[]): Readable {
  images.forEach(({ data, width, height, channels }, index) => {
    if (data.length === width * height * channels) return
    throw new ClasError(
      'shape-mismatch',
      `picture ${index} of ${width}×${height}×${channels} has ${width * height * channels} values, found ${data.length}`,
      { index, width, height, channels, found: data.length },
    )
  })
  return { length: images.length, read: (index) => images[index] as Image }
}
