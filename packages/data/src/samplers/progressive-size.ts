import type { Size } from '@clas/augment'
import { ClasError } from '@clas/core'
import { type BatchSampler, inBatches } from './batch-sampler.ts'
import { checkCount, type Sampler } from './sampler.ts'

/** Options of {@link progressiveSize}. */
export interface ProgressiveSizeOptions {
  /** In which order the pictures come. */
  readonly sampler: Sampler
  /** Pictures per batch, at least 1. */
  readonly batchSize: number
  /** Of one stage of the training after the other: sides of squares, or [width, height], in pixels. */
  readonly sizes: readonly Size[]
  /** Of the whole training, at least 1. */
  readonly epochs: number
  /** Whether a last batch of fewer pictures is left out. Default: false. */
  readonly dropLast?: boolean
}

/**
 * Batches whose pictures grow while the training goes on, in stages of as many epochs: fast at first, exact at last
 * (EfficientNetV2, Tan and Le 2021, arXiv 2104.00298). The stages are PaddleClas's: stage i ends after
 * ⌊epochs · (i + 1) / stages⌋ epochs.
 *
 * The loader's `transform` is a function then, which is given the size and the epoch, by which `stageOf` says how strong
 * the augmentation should be.
 *
 * @throws `bad-option` when there are no sizes or a number is out of range
 * @example
 * ```ts
 * import { compose, normalizeImage, randCropImage } from '@clas/augment'
 * import { progressiveSize, sequential, type TransformFor } from '@clas/data'
 * const batches = progressiveSize({ sampler: sequential(100), batchSize: 10, sizes: [171, 214, 257, 300], epochs: 350 })
 * const transform: TransformFor = ({ size = 300 }) => compose([randCropImage({ size }), normalizeImage()])
 * console.log(batches.batches(0)[0]?.size, transform({ epoch: 0, size: 171 }).name) // 171
 * ```
 */
export function progressiveSize({ sampler, batchSize, sizes, epochs, dropLast }: ProgressiveSizeOptions): BatchSampler {
  checkCount('batchSize', batchSize)
  checkCount('epochs', epochs)
  if (sizes.length === 0) throw new ClasError('bad-option', 'a sampler of growing sizes needs at least one, found none')
  const batches = inBatches(sampler, batchSize, dropLast ?? false)
  return {
    ...batches,
    batches(epoch) {
      const size = sizes[stageOf(epoch, { epochs, stages: sizes.length })] as Size
      return batches.batches(epoch).map((batch) => ({ ...batch, size }))
    },
  }
}

/**
 * Which stage of a training an epoch is in, for what changes with the size of the pictures: dropout, the strength of the
 * augmentation.
 *
 * @param epoch - counted from 0; those after the last are in the last stage
 * @returns counted from 0
 * @example
 * ```ts
 * import { stageOf } from '@clas/data'
 * console.log([0, 87, 349].map((epoch) => stageOf(epoch, { epochs: 350, stages: 4 }))) // [ 0, 1, 3 ]
 * ```
 */
export function stageOf(
  epoch: number,
  { epochs, stages }: { readonly epochs: number; readonly stages: number },
): number {
  const ends = Array.from({ length: stages - 1 }, (_, i) => Math.floor((epochs * (i + 1)) / stages))
  return ends.filter((end) => epoch >= end).length
}
