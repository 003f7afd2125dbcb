import type { Image, TransformSpec } from '@clas/augment'
import type { SourceItem } from './source.ts'

/** What a thread does for one sample. Plain data: it crosses threads. */
export interface SampleJob {
  /** Where the picture is, or the picture itself when only the main thread can read it. */
  readonly item: SourceItem | { readonly kind: 'image'; readonly image: Image }
  /** What messages call the picture. */
  readonly name: string
  /** The transforms that follow, from first to last. */
  readonly transforms: readonly TransformSpec[]
  /** `rng.key` of the sample's random stream. */
  readonly key: readonly [number, number]
}

/**
 * Threads that decode and transform pictures while the main thread trains. In Node, `createWorkerPool` of
 * `@clas/data/node` makes one. A pool serves any number of loaders; whoever made it disposes of it.
 */
export interface SamplePool extends AsyncDisposable {
  readonly threads: number
  /** Whether the threads can rebuild these transforms; an app's own they may not know. */
  accepts(transforms: readonly TransformSpec[]): Promise<boolean>
  /** Runs a job. One that is aborted before it started is dropped and rejected with the signal's reason. */
  load(job: SampleJob, signal?: AbortSignal): Promise<Image>
}
