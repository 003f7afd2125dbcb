import { ClasError } from '@clas/core'
import { badOption } from '../options.ts'
import type { BatchTransform, ImageBatch } from './batch-transform.ts'
import { sampleBeta } from './beta.ts'

/** The options of {@link mixup}. */
export interface MixupOptions {
  /** Of the Beta distribution, above 0. 1 unless told. Smaller values mix less. */
  readonly alpha?: number
}

/** What {@link mixup} draws. */
export interface MixupParameters {
  /** The part of a picture that stays, 0 to 1. */
  readonly lambda: number
  /** For each picture the index of the one that is mixed in. */
  readonly order: readonly number[]
}

const NAME = 'Mixup'

/**
 * Mixes each picture of a batch, and its label, with another of the batch: λ · own + (1 - λ) · other. One λ ~ Beta(alpha,
 * alpha) and one permutation per batch, as PaddleClas's MixupOperator does it (Zhang et al. 2018, arXiv 1710.09412).
 * Labels become soft; those of a picture keep their sum.
 *
 * @throws `bad-option` when alpha isn't a finite number above 0; `shape-mismatch` when parameters of another batch size
 *   are applied
 * @example
 * ```ts
 * import { mixup } from '@clas/augment'
 * const batch = { images: new Float32Array([0, 8]), labels: new Float32Array([1, 0, 0, 1]), shape: [2, 1, 1, 1] as const }
 * console.log(mixup().apply(batch, { lambda: 0.75, order: [1, 0] }).images) // 2 6
 * ```
 */
export function mixup(options: MixupOptions = {}): BatchTransform<MixupParameters> {
  const { alpha = 1 } = options
  if (!Number.isFinite(alpha) || alpha <= 0) badOption(NAME, 'alpha', 'a finite number above 0', alpha)
  return {
    name: NAME,
    sample: (rng, { batch }) => ({ lambda: sampleBeta(rng, alpha), order: [...rng.permutation(batch)] }),
    apply(batch, { lambda, order }) {
      checkOrder(batch, order)
      return {
        images: mixRows(batch.images, lambda, order),
        labels: mixRows(batch.labels, lambda, order),
        shape: batch.shape,
      }
    },
    describe: () => ({ name: NAME, options }),
  }
}

function mixRows(values: Float32Array, lambda: number, order: readonly number[]): Float32Array {
  const length = values.length / order.length
  const out = new Float32Array(values.length)
  order.forEach((other, index) => {
    const own = index * length
    const mixed = other * length
    for (let i = 0; i < length; i++) {
      out[own + i] = lambda * (values[own + i] as number) + (1 - lambda) * (values[mixed + i] as number)
    }
  })
  return out
}

function checkOrder({ shape }: ImageBatch, order: readonly number[]): void {
  if (order.length === shape[0] && order.every((index) => index >= 0 && index < shape[0])) return
  throw new ClasError(
    'shape-mismatch',
    `${NAME}: the parameters are for a batch of ${order.length}, the batch has ${shape[0]} pictures`,
    { expected: order.length, found: shape[0] },
  )
}
