import type { Pipeline } from '@clas/augment'
import type { BatchResult, PictureJob } from '../threads/pool.ts'
import type { BatchPlan } from './batch-plan.ts'
import type { LoaderOptions } from './loader-types.ts'
import type { Slot } from './slots.ts'

/** A picture that is wanted for a place of a batch. */
export type WantedPicture = Pick<PictureJob, 'place' | 'index' | 'repeat'>

/** Reads and transforms the pictures of one batch. */
interface BatchReader {
  /** Where the pictures are put, where their size is known. Its labels must be written before all pictures are read at once. */
  readonly slot?: Slot
  /** Reads some pictures of the batch. All have ended when it comes back, also after an error. */
  read(pictures: readonly WantedPicture[], signal: AbortSignal): Promise<BatchResult>
}

/** Begins a batch. */
export type OpenBatch = (plan: BatchPlan) => Promise<BatchReader>

/** On the main thread: enough for reading that goes on beside it, few enough pictures in memory. */
export const READS_AT_ONCE = 4

/** The loader's transform for a batch. */
export function pipelineFor({ transform }: LoaderOptions, { epoch, size }: BatchPlan): Pipeline | undefined {
  return typeof transform === 'function' ? transform({ epoch, ...(size !== undefined && { size }) }) : transform
}

/** In milliseconds, the same in all threads. */
export function absoluteTime(): number {
  return performance.timeOrigin + performance.now()
}
