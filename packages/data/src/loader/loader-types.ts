import type { BatchTransform, Pipeline, Size } from '@clas/augment'
import type { Batch, ClasError, Rng } from '@clas/core'
import type { BatchSampler } from '../samplers/batch-sampler.ts'
import type { Sampler } from '../samplers/sampler.ts'
import type { SamplePool } from '../threads/pool.ts'

/** Options of `createLoader`: which pictures a batch has, and {@link LoaderSettings}. */
export type LoaderOptions = LoaderSettings & (EvenBatches | SampledBatches)

/** Batches of one number of pictures. */
export interface EvenBatches {
  /** Pictures per batch, at least 1. */
  readonly batchSize: number
  /** Whether each epoch has an order of its own. Default: true. */
  readonly shuffle?: boolean
  /** The order of the pictures, instead of `shuffle`. */
  readonly sampler?: Sampler
  /** Whether a last batch of fewer pictures is left out. Default: false. */
  readonly dropLast?: boolean
  readonly batches?: undefined
}

/** Batches as a sampler makes them. */
export interface SampledBatches {
  /** Says which pictures a batch has, and of what size. */
  readonly batches: BatchSampler
  readonly batchSize?: undefined
  readonly shuffle?: undefined
  readonly sampler?: undefined
  readonly dropLast?: undefined
}

/** What a loader does with the pictures. */
export interface LoaderSettings {
  /**
   * Applied to each picture. Without it all pictures must have one size. A function is called for each batch: with a
   * sampler that changes the size, or where the transform changes with the epoch.
   */
  readonly transform?: Pipeline | TransformFor
  /** Applied to each batch, in the threads of the pool where they know it: mixup, CutMix. */
  readonly batchTransform?: BatchTransform
  /** The stream that the order, the transforms and the batch transform fork from. */
  readonly rng: Rng
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

/** Makes the transform of a batch. The same arguments must give the same transform. */
export type TransformFor = (batch: {
  /** Counted from 0. */
  readonly epoch: number
  /** In pixels; left out where the sampler doesn't say. */
  readonly size?: Size
}) => Pipeline

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

/** Where a loader's time went since it was made. All times in seconds. */
export interface LoaderStats {
  /** Handed out. */
  readonly pictures: number
  /** While batches were asked for and worked with. */
  readonly seconds: number
  readonly picturesPerSecond: number
  /** How long batches were waited for: the network starves. */
  readonly networkWaited: number
  /** How long all batches that may be made ahead were ready: the pictures wait for the network. */
  readonly loaderWaited: number
  /** Of all pictures and threads. Without a pool this has the decoding, too. */
  readonly reading: number
  /** Of all pictures and threads. */
  readonly decoding: number
  /** Of all pictures and threads, with the batch transforms that threads do. */
  readonly transforming: number
  /** How long the main thread took to make tensors. */
  readonly tensors: number
  /** Which of them holds up the other. */
  readonly bottleneck: 'loader' | 'network'
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
  /** Says where the time went, and whether the loader or the network holds up the other. */
  stats(): LoaderStats
  /** Ends all generators and waits until nothing runs. The pool stays open. */
  close(): Promise<void>
}
