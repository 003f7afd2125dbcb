import { badOption, numberOption, type Range, rangeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { bytesOf } from './bytes.ts'
import { adjustGamma } from './gamma.ts'

/** The options of {@link randomGamma}. */
export interface RandomGammaOptions {
  /** The exponent, above 0: below 1 lightens shadows, above 1 darkens them. [0.8, 1.2] unless told. */
  readonly gamma?: Range
  /** The part of pictures that is changed, 0 to 1. 0.5 unless told. */
  readonly p?: number
}

/** What {@link randomGamma} draws. */
export interface RandomGammaParameters {
  /** 1 for a picture that isn't changed. */
  readonly gamma: number
}

const NAME = 'RandomGamma'

/**
 * Raises the values of a part of the pictures to a power that is uniform in a range, as albumentations' RandomGamma. For
 * 8-bit pictures; alpha stays.
 *
 * @throws `bad-option` when the range isn't one above 0 or `p` isn't from 0 to 1; `shape-mismatch` when a picture is
 *   float32
 * @example
 * ```ts
 * import { randomGamma } from '@clas/augment'
 * const grey = { data: new Uint8Array([128]), width: 1, height: 1, channels: 1 }
 * console.log(randomGamma().apply(grey, { gamma: 2 }).data) // 64
 * ```
 */
export function randomGamma(options: RandomGammaOptions = {}): Transform<RandomGammaParameters> {
  const gamma = rangeOption(NAME, 'gamma', options.gamma ?? [0.8, 1.2], 0)
  if (gamma[0] === 0) badOption(NAME, 'gamma', 'above 0', gamma)
  const p = numberOption(NAME, 'p', options.p ?? 0.5, [0, 1])
  return defineTransform({
    name: NAME,
    options,
    sample: (rng) => ({ gamma: rng.next() < p ? rng.uniform(gamma[0], gamma[1]) : 1 }),
    apply(image, parameters) {
      bytesOf(NAME, image)
      return parameters.gamma === 1 ? image : adjustGamma(image, parameters.gamma)
    },
  })
}
