import { ClasError, type Rng } from '@clas/core'
import type { Source } from '../sources/source.ts'
import { type BatchSampler, inBatches } from './batch-sampler.ts'
import { picturesByClass } from './class-balanced.ts'
import { checkCount } from './sampler.ts'
import { checkWeights, drawWithout } from './weighted.ts'

/** Options of {@link pkSampler}. */
export interface PKSamplerOptions {
  readonly rng: Rng
  /** P: classes per batch, at least 1. */
  readonly classesPerBatch: number
  /** K: pictures of each of them, at least 1. */
  readonly picturesPerClass: number
  /**
   * How probable a class is: by the number of its pictures, the default (PaddleClas's `sample_avg_prob`), or all the same
   * (`id_avg_prob`).
   */
  readonly classProbability?: 'by-pictures' | 'uniform'
  /** Multiplies the probability of a class, at least 0 (PaddleClas's `id_list` and `ratio`). Default: 1 for each. */
  readonly ratio?: (label: number) => number
}

/**
 * Batches of P classes with K pictures each, as losses need that compare pictures of a batch (triplets, centres): PaddleClas's
 * PKSampler. The classes of a batch are all different, and so are the pictures of a class that has K of them or more. An
 * epoch has as many batches as the pictures fill.
 *
 * @param source - only its labels are looked at
 * @throws `bad-option` when there are fewer classes than P, or fewer pictures than a batch has
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { arraySource, pkSampler } from '@clas/data'
 * const images = { data: new Uint8Array(6), shape: [6, 1, 1, 1] as const }
 * const source = arraySource({ images, labels: [0, 0, 1, 1, 2, 2] })
 * const batches = pkSampler(source, { classesPerBatch: 2, picturesPerClass: 2, rng: createRng(42) })
 * console.log(batches.batches(0)) // give it to createLoader as `batches`
 * ```
 */
export function pkSampler(source: Pick<Source, 'length' | 'label'>, options: PKSamplerOptions): BatchSampler {
  const { rng, classesPerBatch, picturesPerClass, classProbability = 'by-pictures', ratio = () => 1 } = options
  checkCount('classesPerBatch', classesPerBatch)
  checkCount('picturesPerClass', picturesPerClass)
  const classes = [...picturesByClass(source)]
  const batchSize = classesPerBatch * picturesPerClass
  if (source.length < batchSize) {
    throw new ClasError('bad-option', `${source.length} pictures don't fill a batch of ${batchSize}`, {
      length: source.length,
      batchSize,
    })
  }
  const weights = Float64Array.from(classes, ([label, pictures]) => {
    return (classProbability === 'uniform' ? 1 : pictures.length) * ratio(label)
  })
  checkWeights(weights, classesPerBatch)
  const steps = Math.floor(source.length / batchSize)
  const length = steps * batchSize
  const order = (epoch: number): Uint32Array => {
    const indices = new Uint32Array(length)
    for (let batch = 0; batch < steps; batch++) {
      const stream = rng.fork('epoch', epoch, batch)
      drawWithout(weights, classesPerBatch, stream).forEach((which, i) => {
        const pictures = classes[which]?.[1] ?? []
        const drawn = drawPictures(pictures, picturesPerClass, stream.fork(i))
        indices.set(drawn, batch * batchSize + i * picturesPerClass)
      })
    }
    return indices
  }
  return inBatches({ length, order }, batchSize, true)
}

/** All different where there are enough. */
function drawPictures(pictures: readonly number[], count: number, rng: Rng): number[] {
  const { length } = pictures
  const places =
    length >= count
      ? rng.permutation(length).subarray(0, count)
      : Uint32Array.from({ length: count }, () => rng.integer(0, length))
  return Array.from(places, (place) => pictures[place] as number)
}
