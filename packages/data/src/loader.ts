import { ClasError } from '@clas/core'
import { tensor2d, tensor4d } from '@tensorflow/tfjs-core'
import type { BatchesOptions, LoadedBatch, Loader, LoaderOptions, LoaderState } from './loader-types.ts'
import { type BatchPlan, batchPreparer, type PreparedBatch } from './prepare-batch.ts'
import { ReadAhead } from './read-ahead.ts'
import { inlineReader, pooledReader } from './sample-reader.ts'
import { type Sampler, sequential, shuffled } from './sampler.ts'
import type { Source } from './source.ts'

/**
 * Makes batches of a source: reads, transforms and puts together, some batches ahead. What a batch holds depends on the
 * stream, the epoch and the batch's number alone, never on threads or timing: the order on `rng.fork('epoch', e)`, a
 * picture on `rng.fork('epoch', e, 'sample', index)`, a batch transform on `rng.fork('epoch', e, 'batch', b)`.
 *
 * @param source - the pictures
 * @param options - see {@link LoaderOptions}
 * @throws `bad-option` for options out of range and `no-images` for an empty source, at once; while reading,
 *   `corrupt-image` or `io` with the picture's name, `shape-mismatch` when pictures of a batch differ in size
 * @example
 * ```ts
 * import { normalizeImage, compose } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * import { arraySource, createLoader } from '@clas/data'
 * import { useBackend } from '@clas/kernels'
 * await useBackend('cpu')
 * const images = { data: new Uint8Array(6 * 8 * 8 * 3), shape: [6, 8, 8, 3] as const }
 * const source = arraySource({ images, labels: [0, 1, 0, 1, 0, 1] })
 * const loader = createLoader(source, { batchSize: 4, transform: compose([normalizeImage()]), rng: createRng(42) })
 * for await (using batch of loader.batches({ epochs: 2 })) console.log(batch.step, batch.images.shape, batch.labels.shape)
 * ```
 */
export function createLoader(source: Source, options: LoaderOptions): Loader {
  const { batchSize, transform, pool, prefetch = 2, dropLast = false } = options
  const sampler = checkedSampler(source, options)
  const { length } = sampler
  const stepsPerEpoch = dropLast ? Math.floor(length / batchSize) : Math.ceil(length / batchSize)
  if (stepsPerEpoch === 0) {
    throw new ClasError(
      'bad-option',
      `${length} pictures don't fill a batch of ${batchSize}, and dropLast leaves it out`,
      {
        length,
        batchSize,
      },
    )
  }
  const read = pool ? pooledReader(source, transform, pool) : inlineReader(source, transform)
  const prepare = batchPreparer(source, read, options)
  const reported = new Set<number>()
  const active = new Set<ReadAhead<BatchPlan, PreparedBatch>>()
  let closed = false
  let state: LoaderState = { epoch: 0, batch: 0 }

  function* plans(from: LoaderState, epochs: number): Generator<BatchPlan, undefined, undefined> {
    for (let { epoch, batch } = from; epoch < epochs; epoch++, batch = 0) {
      if (batch >= stepsPerEpoch) continue
      const order = sampler.order(epoch)
      for (; batch < stepsPerEpoch; batch++) {
        const start = batch * batchSize
        yield { epoch, batch, order, start, end: Math.min(start + batchSize, length) }
      }
    }
  }

  /** The tensors of a batch, now that it is wanted. */
  function handOut({ plan: { epoch, batch }, data, indices, skipped }: PreparedBatch): LoadedBatch {
    for (const { index, error } of skipped) {
      if (!reported.has(index)) options.onSkip?.(error)
      reported.add(index)
    }
    state = batch + 1 < stepsPerEpoch ? { epoch, batch: batch + 1 } : { epoch: epoch + 1, batch: 0 }
    const images = tensor4d(data.images, [...data.shape], 'float32')
    const labels = tensor2d(data.labels, [indices.length, source.classes.length], 'float32')
    const dispose = (): void => {
      images.dispose()
      labels.dispose()
    }
    return { images, labels, indices, epoch, batch, step: epoch * stepsPerEpoch + batch, [Symbol.dispose]: dispose }
  }

  async function* batches({ epochs, from, signal }: BatchesOptions = {}): AsyncGenerator<LoadedBatch, void, undefined> {
    const start = checkedPosition(from, stepsPerEpoch)
    if (closed) throw new ClasError('usage', 'the loader is closed; create another')
    const run = new ReadAhead(plans(start, epochs ?? start.epoch + 1), prepare, prefetch)
    const abort = (): void => run.stop(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    active.add(run)
    try {
      for (;;) {
        signal?.throwIfAborted()
        const prepared = await run.next()
        signal?.throwIfAborted()
        if (!prepared || closed) return
        yield handOut(prepared)
      }
    } catch (error) {
      if (!closed || signal?.aborted) throw error
    } finally {
      signal?.removeEventListener('abort', abort)
      await run.end()
      active.delete(run)
    }
  }

  async function close(): Promise<void> {
    closed = true
    await Promise.all([...active].map((run) => run.end()))
  }

  return {
    stepsPerEpoch,
    length,
    classes: source.classes,
    get state() {
      return state
    },
    batches,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The order of the pictures, after a look at the options. */
function checkedSampler(source: Source, options: LoaderOptions): Sampler {
  const { batchSize, prefetch = 2, shuffle, sampler, rng } = options
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new ClasError('bad-option', `batchSize must be a whole number of at least 1, found ${batchSize}`, {
      batchSize,
    })
  }
  if (!Number.isSafeInteger(prefetch) || prefetch < 0) {
    throw new ClasError('bad-option', `prefetch must be a whole number of at least 0, found ${prefetch}`, { prefetch })
  }
  if (source.length === 0) throw new ClasError('no-images', 'the source has no pictures')
  if (sampler && shuffle !== undefined) {
    throw new ClasError('bad-option', 'sampler and shuffle both say the order of the pictures; give one of them')
  }
  if (sampler) return sampler
  return (shuffle ?? true) ? shuffled(source.length, rng) : sequential(source.length)
}

function checkedPosition(from: LoaderState = { epoch: 0, batch: 0 }, stepsPerEpoch: number): LoaderState {
  const { epoch, batch } = from
  const whole = Number.isSafeInteger(epoch) && Number.isSafeInteger(batch)
  if (whole && epoch >= 0 && batch >= 0 && batch <= stepsPerEpoch) return from
  throw new ClasError(
    'bad-option',
    `from must be an epoch of at least 0 and a batch of 0 to ${stepsPerEpoch}, found epoch ${epoch}, batch ${batch}; ` +
      'the source or the batch size may have changed',
    { epoch, batch, stepsPerEpoch },
  )
}
