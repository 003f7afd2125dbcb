import type { Image, Pipeline } from '@clas/augment'
import { ClasError, createRng } from '@clas/core'
import { factsOf } from './facts-of.ts'
import type { Source } from './source.ts'

/** Options of {@link cached}. */
export interface CachedOptions {
  /** How many bytes of pixels are kept, at most. Default: 1 GB (10⁹). */
  readonly bytes?: number
  /** What is done to a picture before it is kept, a `resizeImage` for example; it must draw nothing at random. */
  readonly transform?: Pipeline
}

/**
 * A source that keeps decoded pictures in memory: the first that are read, until the limit is reached, and then no more.
 * (Every epoch reads all pictures once, and keeping the latest would then find none.) Reading and transforming happen
 * on the main thread, worker threads are given what is kept; `cachedOnDisk` leaves both to the threads.
 *
 * @throws `bad-option` when `bytes` is negative
 * @example
 * ```ts
 * import { compose, resizeImage } from '@clas/augment'
 * import { arraySource, cached } from '@clas/data'
 * const images = { data: new Uint8Array(2 * 8 * 8 * 3), shape: [2, 8, 8, 3] as const }
 * const source = arraySource({ images, labels: [0, 1] })
 * const small = cached(source, { bytes: 1e6, transform: compose([resizeImage({ shortSide: 4 })]) })
 * console.log((await small.read(0)).width) // 4
 * ```
 */
export function cached(source: Source, options: CachedOptions = {}): Source {
  const { bytes: limit = 1e9, transform } = options
  if (!(limit >= 0)) throw new ClasError('bad-option', `bytes must be at least 0, found ${limit}`, { bytes: limit })
  const kept = new Map<number, Image>()
  let used = 0

  async function read(index: number): Promise<Image> {
    const known = kept.get(index)
    if (known) return known
    const original = await source.read(index)
    const image = owned(transform ? transform.run(original, createRng(0)).image : original)
    const size = image.data.byteLength
    if (used + size <= limit && !kept.has(index)) {
      kept.set(index, image)
      used += size
    }
    return image
  }

  return {
    ...factsOf(source),
    read,
  }
}

/** With a buffer of its own: a view would keep the whole of it in memory. */
function owned(image: Image): Image {
  const { data } = image
  return data.byteLength === data.buffer.byteLength ? image : { ...image, data: data.slice() }
}
