import type { Size } from '@clas/augment'
import { ClasError, type Rng } from '@clas/core'
import { type BatchSampler, cut } from './batch-sampler.ts'
import { padOrder } from './pad-order.ts'
import { checkCount, type Sampler } from './sampler.ts'

/** Options of {@link multiScale}. */
export interface MultiScaleOptions {
  /** In which order the pictures come. */
  readonly sampler: Sampler
  /** Sides of squares, or [width, height], in pixels; at least one. */
  readonly sizes: readonly Size[]
  /** Pictures in a batch of the first size, at least 1. */
  readonly batchSize: number
  /** Sides are rounded down to multiples of this, as networks halve them so often. Default: 32. */
  readonly dividedBy?: number
  /** Draws the sizes. */
  readonly rng: Rng
}

/**
 * Batches of changing sizes: each is drawn from `sizes`, and has as many pictures as there are pixels in `batchSize` pictures
 * of the first size, so that all take about the same time and memory. This is PaddleClas's MultiScaleSampler. The last batch is
 * filled up with the first pictures of the epoch. How often each size comes is drawn once, so that epochs are of one length;
 * their order is drawn anew by `rng.fork('epoch', epoch)`.
 *
 * The loader's `transform` is a function then, which is given the size.
 *
 * @throws `bad-option` when there are no sizes, or one is smaller than `dividedBy`
 * @example
 * ```ts
 * import { compose, normalizeImage, randCropImage } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * import { multiScale, shuffled, type TransformFor } from '@clas/data'
 * const rng = createRng(42)
 * const batches = multiScale({ sampler: shuffled(1000, rng), sizes: [224, 160, 288], batchSize: 64, rng })
 * const transform: TransformFor = ({ size = 224 }) => compose([randCropImage({ size }), normalizeImage()])
 * console.log(batches.stepsPerEpoch, transform({ epoch: 0, size: 160 }).name) // createLoader(source, { batches, transform, rng })
 * ```
 */
export function multiScale({ sampler, sizes, batchSize, dividedBy = 32, rng }: MultiScaleOptions): BatchSampler {
  checkCount('batchSize', batchSize)
  checkCount('dividedBy', dividedBy)
  const kinds = kindsOf(sizes, batchSize, dividedBy)
  const stream = rng.fork('sizes')
  const drawn: Kind[] = []
  let length = 0
  while (length < sampler.length) {
    const kind = kinds[stream.integer(0, kinds.length)] as Kind
    drawn.push(kind)
    length += kind.count
  }
  const filled = padOrder(sampler, length)
  return {
    length,
    stepsPerEpoch: drawn.length,
    batches(epoch) {
      const kindsInOrder = Array.from(rng.fork('epoch', epoch).permutation(drawn.length), (i) => drawn[i] as Kind)
      let end = 0
      const bounds = kindsInOrder.map(({ count }) => {
        end += count
        return [end - count, end] as const
      })
      return cut(filled, epoch, bounds).map((batch, i) => ({ ...batch, size: (kindsInOrder[i] as Kind).size }))
    },
  }
}

interface Kind {
  readonly size: Size
  readonly count: number
}

function kindsOf(sizes: readonly Size[], batchSize: number, dividedBy: number): Kind[] {
  const pairs = sizes.map((size) => (typeof size === 'number' ? ([size, size] as const) : size))
  const [first] = pairs
  if (!first) throw new ClasError('bad-option', 'a sampler of several sizes needs at least one, found none')
  const pixels = first[0] * first[1] * batchSize
  return pairs.map((pair) => {
    const [width, height] = pair.map((side) => Math.floor(side / dividedBy) * dividedBy) as [number, number]
    if (!(width >= 1 && height >= 1)) {
      throw new ClasError('bad-option', `sizes must be at least ${dividedBy} (dividedBy), found ${pair.join(' × ')}`, {
        size: pair,
        dividedBy,
      })
    }
    return { size: [width, height], count: Math.max(1, Math.floor(pixels / (width * height))) }
  })
}
