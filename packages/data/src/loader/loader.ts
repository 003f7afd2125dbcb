import { ClasError } from '@clas/core'
import { type BatchSampler, inBatches } from '../samplers/batch-sampler.ts'
import { checkCount, sequential, shuffled } from '../samplers/sampler.ts'
import type { Source } from '../sources/source.ts'
import { type BatchPlan, plansFrom } from './batch-plan.ts'
import { absoluteTime } from './batch-reader.ts'
import { batchTensors } from './batch-tensors.ts'
import { inlineBatches } from './inline-batches.ts'
import type { BatchesOptions, LoadedBatch, Loader, LoaderOptions, LoaderState } from './loader-types.ts'
import { pooledBatches } from './pooled-batches.ts'
import { batchPreparer, type PreparedBatch } from './prepare-batch.ts'
import { ReadAhead } from './read-ahead.ts'
import { Slots } from './slots.ts'
import { Statistics } from './stats.ts'

/**
 * Makes batches of a source: reads, transforms and puts together, some batches ahead. What a batch holds depends on the
 * stream, the epoch and the batch's number alone, never on threads or timing: the order on `rng.fork('epoch', e)`, a
 * picture on `rng.fork('epoch', e, 'sample', index)`, a batch transform on `rng.fork('epoch', e, 'batch', b)`. The n-th
 * time that a picture comes again in an epoch, it depends on `rng.fork('epoch', e, 'sample', index, 'repeat', n)`.
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
  const { pool, prefetch = 2 } = options
  const sampler = checkedSampler(source, options)
  const { length, stepsPerEpoch } = sampler
  const slots = new Slots()
  const open = pool ? pooledBatches(source, options, pool, slots) : inlineBatches(source, options)
  const prepare = batchPreparer(source, open, options)
  const statistics = new Statistics()
  const reported = new Set<number>()
  /** And when they began. */
  const active = new Map<ReadAhead<BatchPlan, PreparedBatch>, number>()
  let closed = false
  let state: LoaderState = { epoch: 0, batch: 0 }

  async function make(plan: BatchPlan, signal: AbortSignal): Promise<PreparedBatch> {
    statistics.begin()
    try {
      const prepared = await prepare(plan, signal)
      statistics.end(prepared.ready, prepared.times)
      return prepared
    } catch (error) {
      statistics.end(absoluteTime())
      throw error
    }
  }

  /** The tensors of a batch, now that it is wanted. */
  function handOut({ plan: { epoch, batch }, data, slot, indices, skipped }: PreparedBatch): LoadedBatch {
    for (const { index, error } of skipped) {
      if (!reported.has(index)) options.onSkip?.(error)
      reported.add(index)
    }
    state = batch + 1 < stepsPerEpoch ? { epoch, batch: batch + 1 } : { epoch: epoch + 1, batch: 0 }
    const begun = performance.now()
    const { images, labels } = batchTensors(data, slot !== undefined)
    slot?.release()
    statistics.handedOut(indices.length, performance.now() - begun)
    const dispose = (): void => {
      images.dispose()
      labels.dispose()
    }
    return { images, labels, indices, epoch, batch, step: epoch * stepsPerEpoch + batch, [Symbol.dispose]: dispose }
  }

  async function* batches({ epochs, from, signal }: BatchesOptions = {}): AsyncGenerator<LoadedBatch, void, undefined> {
    const start = checkedPosition(from, stepsPerEpoch)
    if (closed) throw new ClasError('usage', 'the loader is closed; create another')
    const run = new ReadAhead(plansFrom(start, epochs ?? start.epoch + 1, sampler), make, prefetch)
    const abort = (): void => run.stop(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    const begun = performance.now()
    active.set(run, begun)
    try {
      for (;;) {
        signal?.throwIfAborted()
        const asked = performance.now()
        const prepared = await run.next()
        signal?.throwIfAborted()
        if (!prepared || closed) return
        statistics.waited(performance.now() - asked)
        yield handOut(prepared)
      }
    } catch (error) {
      if (!closed || signal?.aborted) throw error
    } finally {
      signal?.removeEventListener('abort', abort)
      await run.end()
      active.delete(run)
      statistics.ended(performance.now() - begun)
    }
  }

  async function close(): Promise<void> {
    closed = true
    await Promise.all([...active.keys()].map((run) => run.end()))
    slots.clear()
  }

  return {
    stepsPerEpoch,
    length,
    classes: source.classes,
    get state() {
      return state
    },
    batches,
    stats: () => statistics.read([...active.values()].reduce((sum, begun) => sum + performance.now() - begun, 0)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Which pictures each batch has, after a look at the options. */
function checkedSampler(source: Source, options: LoaderOptions): BatchSampler {
  const { prefetch = 2, rng } = options
  if (!Number.isSafeInteger(prefetch) || prefetch < 0) {
    throw new ClasError('bad-option', `prefetch must be a whole number of at least 0, found ${prefetch}`, { prefetch })
  }
  if (source.length === 0) throw new ClasError('no-images', 'the source has no pictures')
  if (options.batches) {
    checkCount('stepsPerEpoch', options.batches.stepsPerEpoch)
    return options.batches
  }
  const { batchSize, shuffle, sampler, dropLast = false } = options
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new ClasError('bad-option', `batchSize must be a whole number of at least 1, found ${batchSize}`, {
      batchSize,
    })
  }
  if (sampler && shuffle !== undefined) {
    throw new ClasError('bad-option', 'sampler and shuffle both say the order of the pictures; give one of them')
  }
  const order = sampler ?? ((shuffle ?? true) ? shuffled(source.length, rng) : sequential(source.length))
  const batches = inBatches(order, batchSize, dropLast)
  if (batches.stepsPerEpoch > 0) return batches
  throw new ClasError(
    'bad-option',
    `${order.length} pictures don't fill a batch of ${batchSize}, and dropLast leaves it out`,
    { length: order.length, batchSize },
  )
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
