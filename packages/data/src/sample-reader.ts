import { type Image, type Pipeline, serialize } from '@clas/augment'
import type { Rng } from '@clas/core'
import { limiter } from './limiter.ts'
import type { SamplePool } from './pool.ts'
import type { Source } from './source.ts'
import { transformImage } from './transform-image.ts'

/** Reads and transforms the picture at an index, with a stream of its own. */
export type SampleReader = (index: number, rng: Rng, signal: AbortSignal) => Promise<Image>

// On the main thread: enough for reading that goes on beside it, few enough pictures in memory.
const READS_AT_ONCE = 4

/** Reads on the main thread. */
export function inlineReader(source: Source, transform: Pipeline | undefined): SampleReader {
  const limited = limiter(READS_AT_ONCE)
  return (index, rng, signal) =>
    limited(async () => {
      signal.throwIfAborted()
      const image = await source.read(index)
      return transform ? transformImage(image, transform, rng, source.name(index)) : image
    })
}

/** Reads in threads. What the threads don't know, a pipeline or a source of an app's own, runs on the main thread. */
export function pooledReader(source: Source, transform: Pipeline | undefined, pool: SamplePool): SampleReader {
  const inline = inlineReader(source, transform)
  const limited = limiter(READS_AT_ONCE)
  const specs = transform ? serialize(transform) : []
  let accepted: Promise<boolean> | undefined
  return async (index, rng, signal) => {
    accepted ??= specs ? pool.accepts(specs) : Promise.resolve(false)
    const whole = await accepted
    signal.throwIfAborted()
    const item = source.item?.(index)
    if (!item && (!whole || !transform)) return inline(index, rng, signal)
    const image = await pool.load(
      {
        item: item ?? { kind: 'image', image: await limited(async () => source.read(index)) },
        name: source.name(index),
        transforms: whole && specs ? specs : [],
        key: rng.key,
      },
      signal,
    )
    return whole || !transform ? image : transformImage(image, transform, rng, source.name(index))
  }
}
