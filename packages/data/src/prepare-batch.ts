import type { ImageBatch } from '@clas/augment'
import { ClasError, isClasError } from '@clas/core'
import { collate, type Sample, transformBatch } from './collate.ts'
import type { LoaderOptions } from './loader-types.ts'
import type { SampleReader } from './sample-reader.ts'
import type { Source } from './source.ts'

/** Which pictures a batch has. */
export interface BatchPlan {
  readonly epoch: number
  readonly batch: number
  /** The order of the whole epoch, and the batch's part of it. */
  readonly order: Uint32Array
  readonly start: number
  readonly end: number
}

/** A batch before it becomes tensors. */
export interface PreparedBatch {
  readonly plan: BatchPlan
  readonly data: ImageBatch
  readonly indices: readonly number[]
  /** The pictures that others stand in for. */
  readonly skipped: readonly Skipped[]
}

/** A picture that can't be decoded. */
interface Skipped {
  readonly index: number
  readonly error: ClasError
}

/** Makes the function that reads, transforms and puts together one batch. */
export function batchPreparer(
  source: Source,
  read: SampleReader,
  options: LoaderOptions,
): (plan: BatchPlan, signal: AbortSignal) => Promise<PreparedBatch> {
  const { rng, batchTransform, onCorrupt = 'error' } = options
  const corrupt = new Map<number, ClasError>() // so that a bad picture is read once

  /** The picture at a place of the order, or the first after it that can be decoded. */
  async function readPlace(
    plan: BatchPlan,
    place: number,
    signal: AbortSignal,
  ): Promise<Sample & { skipped: Skipped[] }> {
    const { order, epoch } = plan
    const skipped: Skipped[] = []
    for (let i = 0; i < order.length; i++) {
      const index = order[(place + i) % order.length] as number
      const known = corrupt.get(index)
      if (known) {
        skipped.push({ index, error: known })
        continue
      }
      try {
        return { index, image: await read(index, rng.fork('epoch', epoch, 'sample', index), signal), skipped }
      } catch (error) {
        if (onCorrupt === 'error' || !isClasError(error) || error.code !== 'corrupt-image') throw error
        corrupt.set(index, error)
        skipped.push({ index, error })
      }
    }
    throw new ClasError(
      'corrupt-image',
      `none of the ${order.length} pictures can be decoded; the first: ${skipped[0]?.error.message}`,
      { pictures: order.length },
    )
  }

  return async (plan, signal) => {
    const places = Array.from({ length: plan.end - plan.start }, (_, i) => plan.start + i)
    // All are waited for, also after an error: nothing runs on behind the caller's back.
    const results = await Promise.allSettled(places.map((place) => readPlace(plan, place, signal)))
    const samples = results.map((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
    const plain = collate(samples, source)
    const data = batchTransform
      ? transformBatch(plain, batchTransform, rng.fork('epoch', plan.epoch, 'batch', plan.batch))
      : plain
    return {
      plan,
      data,
      indices: samples.map(({ index }) => index),
      skipped: samples.flatMap(({ skipped }) => skipped),
    }
  }
}
