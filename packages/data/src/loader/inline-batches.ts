import type { Image } from '@clas/augment'
import type { Source } from '../sources/source.ts'
import { absoluteTime, type OpenBatch, pipelineFor, READS_AT_ONCE, type WantedPicture } from './batch-reader.ts'
import { limiter } from './limiter.ts'
import type { LoaderOptions } from './loader-types.ts'
import { sampleStream } from './streams.ts'
import { transformImage } from './transform-image.ts'

/** Reads and transforms on the main thread. */
export function inlineBatches(source: Source, options: LoaderOptions): OpenBatch {
  const limited = limiter(READS_AT_ONCE)
  return async (plan) => {
    const { epoch } = plan
    const pipeline = pipelineFor(options, plan)
    return {
      async read(pictures, signal) {
        const images = new Map<number, Image>()
        const failures = new Map<number, unknown>()
        const times = { read: 0, decode: 0, transform: 0 }
        const readOne = async (picture: WantedPicture): Promise<void> => {
          signal.throwIfAborted()
          const { place, index } = picture
          try {
            const begun = performance.now()
            const image = await source.read(index)
            const read = performance.now()
            const stream = sampleStream(options.rng, epoch, picture)
            images.set(
              place,
              pipeline ? transformImage(image, pipeline, stream, { name: source.name(index), epoch }) : image,
            )
            times.read += (read - begun) / 1000
            times.transform += (performance.now() - read) / 1000
          } catch (error) {
            failures.set(place, error)
          }
        }
        const results = await Promise.allSettled(pictures.map((picture) => limited(() => readOne(picture))))
        for (const result of results) if (result.status === 'rejected') throw result.reason
        return { images, failures, transformed: false, times: { ...times, finished: absoluteTime() } }
      },
    }
  }
}
