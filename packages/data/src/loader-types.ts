import type { BatchTransform, Pipeline } from '@clas/augment'
import type { Batch, ClasError, Rng } from '@clas/core'
import type { SamplePool } from './pool.ts'
import type { Sampler } from './sampler.ts'

/** Options of `createLoader`. */
export interface LoaderOptions {
  /** Pictures per batch, at least 1. */
  readonly batchSize: number
  /** Applied to each picture. Without it all pictures must have one size. */
  readonly transform?: Pipeline
  /** Applied to each batch on the main thread: mixup, CutMix. */
  readonly batchTransform?: BatchTransform
  /** The stream that the order, the transforms and the batch transform fork from. */
  readonly rng: Rng
  /** Whether each epoch has an order of its own. Default: true. */
  readonly shuffle?: boolean
  /** The order of the pictures, instead of `shuffle`. */
  readonly sampler?: Sampler
  /** Whether a last batch of fewer pictures is left out. Default: false. */
  readonly dropLast?: boolean
  /** Threads that decode and transform. Default: none, the main thread does it. */
  readonly pool?: SamplePool
  /** How many batches are made ready ahead of the one that is handed out, at least 0. Default: 2. */
  readonly prefetch?: number
  /**
   * What becomes of a picture that can't be decoded. `error`, the default, throws; `skip` puts the next picture of the
   * epoch's order in its place, so that batches keep their sizes.
   */
  readonly onCorrupt?: 'error' | 'skip'
  /** Told of each skipped picture, once. */
  readonly onSkip?: (error: ClasError) => void
}

/** Where a loader stands: the batch that comes next. JSON, for checkpoints. */
export interface LoaderState {
  /** Counted from 0. */
  readonly epoch: number
  /** Within the epoch, counted from 0. */
  readonly batch: number
}

/** A batch and where it stands. */
export interface LoadedBatch extends Batch {
  /** Counted from 0. */
  readonly epoch: number
  /** Within the epoch, counted from 0. */
  readonly batch: number
  /** Over all epochs, counted from 0: epoch · stepsPerEpoch + batch. */
  readonly step: number
}

/** Which batches to hand out. */
export interface BatchesOptions {
  /** The epoch to stop before, so a run of 10 epochs says 10 wherever it starts. Default: one more than `from.epoch`. */
  readonly epochs?: number
  /** The first batch to hand out. Default: epoch 0, batch 0. */
  readonly from?: LoaderState
  /** Stops the loader; the generator then throws the signal's reason. */
  readonly signal?: AbortSignal
}

/** Hands out batches. Made by `createLoader`. */
export interface Loader extends AsyncDisposable {
  /** Batches per epoch. */
  readonly stepsPerEpoch: number
  /** Pictures per epoch, those of a batch that `dropLast` leaves out included. */
  readonly length: number
  /** The classes' names. */
  readonly classes: readonly string[]
  /** The batch that comes after the last one handed out; give it to `batches` as `from` to go on there. */
  readonly state: LoaderState
  /** The batches of one or more epochs. Each is the caller's: `for await (using batch of …)` frees it. */
  batches(options?: BatchesOptions): AsyncGenerator<LoadedBatch, void, undefined>
  /** Ends all generators and waits until nothing runs. The pool stays open. */
  close(): Promise<void>
}
