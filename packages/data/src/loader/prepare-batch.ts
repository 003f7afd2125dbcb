import type { Image, ImageBatch } from '@clas/augment'
import { ClasError, isClasError } from '@clas/core'
import type { Source } from '../sources/source.ts'
import type { PictureTimes } from '../threads/pool.ts'
import { type BatchPlan, picturesFrom } from './batch-plan.ts'
import { absoluteTime, type OpenBatch } from './batch-reader.ts'
import { collate, transformBatch, writeLabels } from './collate.ts'
import type { LoaderOptions } from './loader-types.ts'
import type { Slot } from './slots.ts'
import { batchStream } from './streams.ts'

/** A batch before it becomes tensors. */
export interface PreparedBatch {
  readonly plan: BatchPlan
  readonly data: ImageBatch
  /** Where the data lies, when it isn't the batch's own memory. */
  readonly slot?: Slot
  readonly indices: readonly number[]
  /** The pictures that others stand in for. */
  readonly skipped: readonly Skipped[]
  readonly times: readonly PictureTimes[]
  /** Since when it has been, by {@link absoluteTime}. */
  readonly ready: number
}

/** A picture that can't be decoded. */
interface Skipped {
  readonly index: number
  readonly error: ClasError
}

/** Makes the function that reads, transforms and puts together one batch. */
export function batchPreparer(
  source: Source,
  open: OpenBatch,
  { rng, batchTransform, onCorrupt = 'error' }: LoaderOptions,
): (plan: BatchPlan, signal: AbortSignal) => Promise<PreparedBatch> {
  const corrupt = new Map<number, ClasError>() // so that a bad picture is read once

  /** The picture at a place, or the first after it that isn't known to be bad. */
  function choose(plan: BatchPlan, place: number, skipped: Map<number, Skipped>): number {
    for (const index of picturesFrom(plan, place)) {
      const error = corrupt.get(index)
      if (!error) return index
      skipped.set(index, { index, error })
    }
    const [first] = skipped.values()
    const pictures = plan.batches.reduce((sum, { indices }) => sum + indices.length, 0)
    throw new ClasError(
      'corrupt-image',
      `none of the ${pictures} pictures can be decoded; the first: ${first?.error.message}`,
      { pictures },
    )
  }

  return async (plan, signal) => {
    const { epoch, batch, repeats } = plan
    const reader = await open(plan)
    const { slot } = reader
    const indices: number[] = [...plan.indices]
    const images = new Map<number, Image>()
    const skipped = new Map<number, Skipped>()
    const times: PictureTimes[] = []
    let transformed = false
    let places = indices.map((_, place) => place)
    while (places.length > 0) {
      for (const place of places) indices[place] = choose(plan, place, skipped)
      if (slot) writeLabels(slot.labels, indices, source)
      const wanted = places.map((place) => ({ place, index: indices[place] as number, repeat: repeats?.[place] ?? 0 }))
      const result = await reader.read(wanted, signal)
      for (const [place, image] of result.images) images.set(place, image)
      times.push(result.times)
      transformed = result.transformed
      places = [...result.failures.keys()].sort((a, b) => a - b)
      for (const place of places) {
        const error = result.failures.get(place)
        if (onCorrupt === 'error' || !isClasError(error) || error.code !== 'corrupt-image') throw error
        corrupt.set(indices[place] as number, error)
      }
    }
    const inPlace = slot && images.size === 0
    const plain = inPlace ? slot : collate(gather(indices, images, slot), source)
    const data =
      batchTransform && !transformed
        ? transformBatch(plain, batchTransform, batchStream(rng, epoch, batch), { epoch })
        : plain
    const shared = slot && (data.images === slot.images || data.labels === slot.labels)
    if (!shared) slot?.release()
    const ready = data === slot ? Math.max(...times.map(({ finished }) => finished)) : absoluteTime()
    return { plan, data, ...(shared && { slot }), indices, skipped: [...skipped.values()], times, ready }
  }
}

/** The pictures of a batch, of which some may be in their places. */
function gather(
  indices: readonly number[],
  images: ReadonlyMap<number, Image>,
  slot: Slot | undefined,
): { readonly index: number; readonly image: Image }[] {
  return indices.map((index, place) => ({ index, image: images.get(place) ?? imageOf(slot as Slot, place) }))
}

function imageOf({ images, shape: [, height, width, channels] }: Slot, place: number): Image {
  const size = height * width * channels
  return { data: images.subarray(place * size, (place + 1) * size), width, height, channels }
}
