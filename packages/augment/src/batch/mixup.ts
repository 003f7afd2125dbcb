import type { BatchTransform } from './batch-transform.ts'
import { sampleBeta } from './beta.ts'
import { alphaOption, defineMixing, type MixingOptions, type MixingParameters, mixRows } from './mixing.ts'

/** The options of {@link mixup}. */
export interface MixupOptions extends MixingOptions {
  /** Of the Beta distribution, above 0. 1 unless told. Smaller values mix less. */
  readonly alpha?: number
}

/** What {@link mixup} draws; null when the batch isn't mixed. */
export type MixupParameters = MixingParameters | null

const NAME = 'Mixup'

/**
 * Mixes each picture of a batch, and its label, with another of the batch: λ · own + (1 - λ) · other. One λ ~ Beta(alpha,
 * alpha) and one permutation per batch, as PaddleClas's MixupOperator does it (Zhang et al. 2018, arXiv 1710.09412).
 * Labels become soft; those of a picture keep their sum.
 *
 * @throws `bad-option` when alpha isn't a finite number above 0, `p` isn't from 0 to 1 or `offEpoch` is below 0;
 *   `shape-mismatch` when parameters of another batch size are applied
 * @example
 * ```ts
 * import { mixup } from '@clas/augment'
 * const batch = { images: new Float32Array([0, 8]), labels: new Float32Array([1, 0, 0, 1]), shape: [2, 1, 1, 1] as const }
 * console.log(mixup().apply(batch, { lambda: 0.75, order: [1, 0] }).images) // 2 6
 * ```
 */
export function mixup(options: MixupOptions = {}): BatchTransform<MixupParameters> {
  const alpha = alphaOption(NAME, options.alpha ?? 1)
  return defineMixing({
    name: NAME,
    options,
    sample: (rng, { batch }) => ({ lambda: sampleBeta(rng, alpha), order: [...rng.permutation(batch)] }),
    mix: ({ images }, { order, lambda }, out) => mixRows(out, images, order, lambda),
  })
}
