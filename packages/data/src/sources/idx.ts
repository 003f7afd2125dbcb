import { ClasError } from '@clas/core'
import { arraySource } from './array-source.ts'
import type { Source } from './source.ts'

/** Names and classes for {@link idx}. */
export interface IdxOptions {
  /** The classes' names. Default: the numbers 0 … largest label. */
  readonly classes?: readonly string[]
  /** What messages call the two files. Default: `the images` and `the labels`. */
  readonly names?: readonly [images: string, labels: string]
}

/**
 * A source of the IDX format, as MNIST and Fashion-MNIST have it: unsigned bytes, pictures of 1 channel
 * [count, rows, columns] or of several [count, rows, columns, channels], and labels [count]. Nothing is copied.
 *
 * @param images - the file of pictures, uncompressed
 * @param labels - the file of labels, uncompressed
 * @throws `corrupt-file` when the magic number or a length is wrong, `class-mismatch` when a label isn't one of the classes
 * @example
 * ```ts
 * import { idx } from '@clas/data'
 * const images = new Uint8Array([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9]) // one picture of 1×2
 * const labels = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 0])
 * console.log(idx(images, labels).read(0))
 * ```
 */
export function idx(images: Uint8Array, labels: Uint8Array, options: IdxOptions = {}): Source {
  const [imagesName, labelsName] = options.names ?? ['the images', 'the labels']
  const pictures = parse(images, imagesName, [3, 4])
  const numbers = parse(labels, labelsName, [1])
  const [count, height, width, channels = 1] = pictures.sizes as [number, number, number, number?]
  if (numbers.sizes[0] !== count) {
    throw new ClasError(
      'corrupt-file',
      `${imagesName} has ${count} pictures, ${labelsName} ${numbers.sizes[0]} labels`,
      {
        images: count,
        labels: numbers.sizes[0],
      },
    )
  }
  return arraySource({
    images: { data: pictures.data, shape: [count, height, width, channels] },
    labels: numbers.data,
    ...(options.classes && { classes: options.classes }),
    name: (index) => `picture ${index} of ${imagesName}`,
  })
}

/** The header: two zero bytes, 8 for unsigned bytes, the number of dimensions; then each size as 4 bytes, high byte first. */
function parse(bytes: Uint8Array, file: string, dimensions: readonly number[]): { sizes: number[]; data: Uint8Array } {
  const fail = (offset: number, problem: string): never => {
    throw new ClasError(
      'corrupt-file',
      `${file} isn't a whole IDX file of unsigned bytes: at byte ${offset}, ${problem}`,
      {
        file,
        offset,
        problem,
      },
    )
  }
  const magic = [...bytes.subarray(0, 4)]
  const rank = magic[3] ?? 0
  if (magic[0] !== 0 || magic[1] !== 0 || magic[2] !== 8 || !dimensions.includes(rank)) {
    const hint = magic[0] === 0x1f && magic[1] === 0x8b ? '; unpack it with gunzip, or use idxFiles' : ''
    fail(0, `expected the magic number 0 0 8 ${dimensions.join(' or ')}, found ${magic.join(' ') || 'nothing'}${hint}`)
  }
  const start = 4 + 4 * rank
  if (bytes.length < start) fail(4, `expected ${rank} sizes of 4 bytes, found ${bytes.length - 4} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sizes = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i))
  const expected = sizes.reduce((product, size) => product * size, 1)
  if (bytes.length - start !== expected) {
    fail(start, `the sizes [${sizes}] need ${expected} bytes, found ${bytes.length - start}`)
  }
  return { sizes, data: bytes.subarray(start) }
}
