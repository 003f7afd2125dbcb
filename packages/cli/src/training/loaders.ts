import { mixup } from '@clas/augment'
import type { Rng } from '@clas/core'
import { createLoader, type Loader, type SamplePool, type Source } from '@clas/data'
import { createWorkerPool } from '@clas/data/node'
import type { SkippedPictures } from '../skipped-pictures.ts'
import { evaluationPipeline, trainingPipeline } from './pipelines.ts'
import type { Settings } from './settings.ts'

/** What both kinds of loaders are made with. */
export interface LoaderParts {
  readonly settings: Settings
  readonly rng: Rng
  /** Left out where the main thread decodes. */
  readonly pool: SamplePool | undefined
  readonly skipped: SkippedPictures
}

/** Starts the threads that decode; none for 0. */
export async function startPool(threads: number): Promise<SamplePool | undefined> {
  return threads > 0 ? createWorkerPool({ threads }) : undefined
}

/** Hands out pictures to learn from: shuffled, augmented, mixed where the settings say so. */
export function trainingLoader(source: Source, parts: LoaderParts): Loader {
  const { batchSize, size, preprocessing, mixup: alpha } = parts.settings
  const rest = source.length % batchSize
  return createLoader(source, {
    ...common(parts),
    rng: parts.rng.fork('data'),
    transform: trainingPipeline(size, preprocessing),
    ...(alpha > 0 && { batchTransform: mixup({ alpha }) }),
    // The statistics of a few pictures alone would upset batch norm. Which are left out changes with each epoch.
    dropLast: source.length > batchSize && rest < batchSize / 2,
  })
}

/** Hands out pictures to measure with, all of them, in their order. */
export function evaluationLoader(source: Source, parts: LoaderParts): Loader {
  const { size, preprocessing } = parts.settings
  return createLoader(source, {
    ...common(parts),
    rng: parts.rng.fork('evaluation'),
    transform: evaluationPipeline(size, preprocessing),
    shuffle: false,
  })
}

function common({ settings: { batchSize, onCorrupt }, pool, skipped }: LoaderParts) {
  return { batchSize, onCorrupt, onSkip: skipped.add, ...(pool && { pool }) }
}
