import type { Size } from '@clas/augment'
import type { Sampler } from './sampler.ts'

/** Which pictures a batch has. */
export interface SampledBatch {
  /** At least one. */
  readonly indices: Uint32Array
  /** As of {@link Sampler}: how often each picture came before in the epoch. */
  readonly repeats?: Uint32Array
  /** Of the pictures, in pixels; a loader's `transform` is given it. Left out where the batches have one size. */
  readonly size?: Size
}

/**
 * Which batches an epoch has, where they differ in number or in size of their pictures. As a `Sampler`'s, they depend on
 * the epoch alone, and each epoch has as many.
 */
export interface BatchSampler {
  /** How many pictures an epoch has. */
  readonly length: number
  /** How many batches an epoch has. */
  readonly stepsPerEpoch: number
  /** The batches of an epoch, counted from 0. */
  batches(epoch: number): readonly SampledBatch[]
}

/**
 * Cuts the order of a sampler into batches of one number of pictures.
 *
 * @param dropLast - whether a last batch of fewer pictures is left out
 */
export function inBatches(sampler: Sampler, batchSize: number, dropLast: boolean): BatchSampler {
  const { length } = sampler
  const stepsPerEpoch = dropLast ? Math.floor(length / batchSize) : Math.ceil(length / batchSize)
  return {
    length,
    stepsPerEpoch,
    batches(epoch) {
      const bounds = Array.from({ length: stepsPerEpoch }, (_, batch) => {
        return [batch * batchSize, Math.min((batch + 1) * batchSize, length)] as const
      })
      return cut(sampler, epoch, bounds)
    },
  }
}

/** The batches between bounds of an epoch's order. */
export function cut(
  sampler: Sampler,
  epoch: number,
  bounds: readonly (readonly [start: number, end: number])[],
): readonly SampledBatch[] {
  const order = sampler.order(epoch)
  const repeats = sampler.repeats?.(epoch) ?? countRepeats(order)
  return bounds.map(([start, end]) => ({
    indices: order.subarray(start, end),
    ...(repeats && { repeats: repeats.subarray(start, end) }),
  }))
}

/** How often each index came before; undefined where none comes twice. */
export function countRepeats(order: Uint32Array): Uint32Array | undefined {
  const largest = order.reduce((most, index) => Math.max(most, index), 0)
  const seen = new Uint32Array(largest + 1)
  let twice = false
  const repeats = order.map((index) => {
    const count = seen[index] as number
    seen[index] = count + 1
    twice ||= count > 0
    return count
  })
  return twice ? repeats : undefined
}
