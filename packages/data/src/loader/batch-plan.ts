import type { BatchSampler, SampledBatch } from '../samplers/batch-sampler.ts'
import type { LoaderState } from './loader-types.ts'

/** Which pictures a batch has, and where it stands. */
export interface BatchPlan extends SampledBatch {
  readonly epoch: number
  /** Within the epoch. */
  readonly batch: number
  /** All of the epoch. */
  readonly batches: readonly SampledBatch[]
}

/** The batches from a position up to an epoch, that not included. */
export function* plansFrom(
  { epoch, batch }: LoaderState,
  epochs: number,
  sampler: BatchSampler,
): Generator<BatchPlan, undefined, undefined> {
  for (let e = epoch; e < epochs; e++) {
    const first = e === epoch ? batch : 0
    if (first >= sampler.stepsPerEpoch) continue
    const batches = sampler.batches(e)
    for (let b = first; b < batches.length; b++) yield { ...(batches[b] as SampledBatch), epoch: e, batch: b, batches }
  }
}

/** The picture at a place of a batch, then those that follow in the epoch, then those before it. */
export function* picturesFrom({ batches, batch, indices }: BatchPlan, place: number): Generator<number> {
  yield* indices.subarray(place)
  for (let i = 1; i < batches.length; i++) yield* (batches[(batch + i) % batches.length] as SampledBatch).indices
  yield* indices.subarray(0, place)
}
