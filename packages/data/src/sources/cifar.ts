import { ClasError } from '@clas/core'
import { arraySource } from './array-source.ts'
import type { Source } from './source.ts'

/** Options of {@link cifar}. */
export interface CifarOptions {
  /**
   * Which of the labels counts: CIFAR-10 has one per picture; CIFAR-100 has a `fine` one of 100 and a `coarse` one of 20.
   * Default: `cifar10`.
   */
  readonly labels?: 'cifar10' | 'fine' | 'coarse'
  /** The classes' names. Default: for CIFAR-10 its ten, else the numbers 0 … largest label. */
  readonly classes?: readonly string[]
  /** What messages call the files. Default: `file 1`, `file 2`, … */
  readonly names?: readonly string[]
}

/** The classes of CIFAR-10, in the order of its labels. */
export const CIFAR10_CLASSES: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
]

const SIDE = 32
const PLANE = SIDE * SIDE

/**
 * A source of the binary version of CIFAR-10 or CIFAR-100: per picture its label, or its coarse and its fine one, a byte
 * each, then 1024 bytes of red, of green and of blue (Krizhevsky 2009).
 *
 * @param files - the files, `data_batch_1.bin` for example, unpacked
 * @throws `corrupt-file` with file and offset when one isn't whole, `class-mismatch` when a label isn't one of the classes
 * @example
 * ```ts
 * import { cifar } from '@clas/data'
 * const file = new Uint8Array(3073) // one black picture
 * file[0] = 5
 * const pictures = cifar([file])
 * console.log(pictures.length, pictures.classes[pictures.label(0)]) // 1 dog
 * ```
 */
export function cifar(files: readonly Uint8Array[], options: CifarOptions = {}): Source {
  const { labels: wanted = 'cifar10', names = files.map((_, i) => `file ${i + 1}`) } = options
  const classes = options.classes ?? (wanted === 'cifar10' ? CIFAR10_CLASSES : undefined)
  const header = wanted === 'cifar10' ? 1 : 2
  const record = header + 3 * PLANE
  files.forEach((bytes, i) => {
    const surplus = bytes.length % record
    if (bytes.length > 0 && surplus === 0) return
    throw new ClasError(
      'corrupt-file',
      `${names[i]} isn't a whole file of ${wanted === 'cifar10' ? 'CIFAR-10' : 'CIFAR-100'}: ` +
        `expected records of ${record} bytes, found ${surplus} bytes at byte ${bytes.length - surplus}`,
      { file: names[i], offset: bytes.length - surplus, record },
    )
  })
  const places = files.flatMap((bytes, file) =>
    Array.from({ length: bytes.length / record }, (_, i) => ({ bytes, offset: i * record, file, number: i })),
  )
  const labels = places.map(({ bytes, offset }) => bytes[wanted === 'fine' ? offset + 1 : offset] as number)
  const pixels = new Uint8Array(places.length * 3 * PLANE) // [N, 32, 32, 3]
  places.forEach(({ bytes, offset }, i) => {
    for (let channel = 0; channel < 3; channel++) {
      const from = offset + header + channel * PLANE
      const to = 3 * PLANE * i + channel
      for (let p = 0; p < PLANE; p++) pixels[to + 3 * p] = bytes[from + p] as number
    }
  })
  return arraySource({
    images: { data: pixels, shape: [places.length, SIDE, SIDE, 3] },
    labels,
    ...(classes && { classes }),
    name: (index) => `picture ${places[index]?.number} of ${names[places[index]?.file ?? 0]}`,
  })
}
