import type { Image, TransformSpec } from '@clas/augment'
import type { SourceItem } from '../sources/source.ts'

/** A picture that a thread makes ready. Plain data: it crosses threads. */
export interface PictureJob {
  /** Its place in the batch. */
  readonly place: number
  /** Its index in the source; what is random about it depends on this. */
  readonly index: number
  /** How often it came before in the epoch. */
  readonly repeat: number
  /** Where it is, or the picture itself when only the main thread can read it. */
  readonly item: SourceItem | { readonly kind: 'image'; readonly image: Image }
  /** What messages call it. */
  readonly name: string
}

/** The pictures of a batch, or some of them, and what is done with them. */
export interface BatchJob {
  readonly pictures: readonly PictureJob[]
  /** From first to last. */
  readonly transforms: readonly TransformSpec[]
  /** `rng.key` of the loader's stream, which the pictures' streams fork from. */
  readonly stream: readonly [number, number]
  readonly epoch: number
  /** Where pictures of this shape are put. Those of another shape, and all where it is left out, come back as images. */
  readonly target?: BatchTarget
  /** Done by the thread that is last, when all the pictures of the batch are in their places. */
  readonly batchTransform?: { readonly spec: TransformSpec; readonly key: readonly [number, number] }
}

/** A batch in memory that all threads share. */
export interface BatchTarget {
  /** [batch, height, width, channels] */
  readonly shape: readonly [number, number, number, number]
  /** Pictures after each other. */
  readonly images: Float32Array
  /** [batch, classes] */
  readonly labels: Float32Array
}

/** What became of a job. */
export interface BatchResult {
  /** The pictures that are not in their places, by place. */
  readonly images: ReadonlyMap<number, Image>
  /** Why pictures can't be read, by place. */
  readonly failures: ReadonlyMap<number, unknown>
  /** Whether the batch transform was done. */
  readonly transformed: boolean
  readonly times: PictureTimes
}

/** Where the time went, in seconds, added up over pictures and threads. */
export interface PictureTimes {
  readonly read: number
  /** 0 where the source reads and decodes in one. */
  readonly decode: number
  /** Batch transforms too. */
  readonly transform: number
  /** When the last picture was ready: `performance.timeOrigin + performance.now()`, in milliseconds. */
  readonly finished: number
}

/**
 * Threads that decode and transform pictures while the main thread trains. In Node, `createWorkerPool` of
 * `@clas/data/node` makes one. A pool serves any number of loaders; whoever made it disposes of it.
 */
export interface SamplePool extends AsyncDisposable {
  readonly threads: number
  /** Whether the threads can rebuild these transforms; an app's own they may not know. */
  accepts(transforms: readonly TransformSpec[], batchTransform?: TransformSpec): Promise<boolean>
  /** Runs a job. One that is aborted is ended after the pictures at work, and rejected with the signal's reason. */
  run(job: BatchJob, signal?: AbortSignal): Promise<BatchResult>
}
