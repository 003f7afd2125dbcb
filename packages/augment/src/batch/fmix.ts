import { rngFromKey } from '@clas/core'
import { drawKey, type StreamKey } from '../erase/noise.ts'
import { badOption, numberOption } from '../options.ts'
import type { BatchTransform, ImageBatch } from './batch-transform.ts'
import { sampleBeta } from './beta.ts'
import { lowFrequencyImage, maskOf } from './fmix-mask.ts'
import { alphaOption, defineMixing, type MixingOptions, type MixingParameters, mixRow } from './mixing.ts'

/** The options of {@link fmix}. */
export interface FmixOptions extends MixingOptions {
  /** Of the Beta distribution, above 0. 1 unless told. */
  readonly alpha?: number
  /** How fast the mask's waves get weaker with their frequency, at least 0: f^-decayPower. 3 unless told. */
  readonly decayPower?: number
  /** The part of the picture that each side of the mask's edge is soft in, 0 to 0.5. 0 unless told: a hard edge. */
  readonly maxSoft?: number
  /** Whether λ ~ Beta(alpha + 1, alpha), so that a picture keeps more than half of itself. No unless told. */
  readonly reformulate?: boolean
}

/** What {@link fmix} draws; null when the batch isn't mixed. */
export type FmixParameters =
  | (MixingParameters & {
      /** What the stream of the waves' strengths is made of. */
      readonly key: StreamKey
      /** How many pixels the picture keeps: λ of all, rounded up or down. */
      readonly kept: number
    })
  | null

const NAME = 'Fmix'

/**
 * Mixes each picture of a batch with another by a mask of random shape: the highest λ of an image of low frequency are
 * the own picture, the rest is the other one (Harris et al. 2020, arXiv 2002.12047). One mask, one λ ~ Beta(alpha, alpha)
 * and one permutation per batch, as in PaddleClas's FmixOperator. Labels are mixed by λ.
 *
 * @throws `bad-option` when `decayPower` is below 0 or `maxSoft` isn't from 0 to 0.5; else as {@link mixup}
 * @example
 * ```ts
 * import { fmix } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const batch = { images: new Float32Array([1, 1, 2, 2]), labels: new Float32Array([1, 0, 0, 1]), shape: [2, 1, 2, 1] as const }
 * const mix = fmix({ alpha: 1 })
 * const parameters = mix.sample(createRng(1), { batch: 2, classes: 2, height: 1, width: 2 })
 * console.log(parameters?.lambda, mix.apply(batch, parameters).images)
 * ```
 */
export function fmix(options: FmixOptions = {}): BatchTransform<FmixParameters> {
  const { decayPower = 3, reformulate = false } = options
  const alpha = alphaOption(NAME, options.alpha ?? 1)
  if (!Number.isFinite(decayPower) || decayPower < 0) {
    badOption(NAME, 'decayPower', 'a finite number of at least 0', decayPower)
  }
  const maxSoft = numberOption(NAME, 'maxSoft', options.maxSoft ?? 0, [0, 0.5])
  return defineMixing({
    name: NAME,
    options,
    sample(rng, { batch, width, height }) {
      const order = [...rng.permutation(batch)]
      const lambda = sampleBeta(rng, reformulate ? alpha + 1 : alpha, alpha)
      const kept = rng.next() > 0.5 ? Math.ceil(lambda * width * height) : Math.floor(lambda * width * height)
      return { order, lambda, kept, key: drawKey(rng) }
    },
    mix(batch, { order, lambda, kept, key }, out) {
      const [, height, width] = batch.shape
      const { normal } = rngFromKey(key)
      const image = lowFrequencyImage({ width, height, decayPower, normal: () => normal() })
      const soft = Math.floor(width * height * Math.min(maxSoft, lambda, 1 - lambda))
      mixByMask(out, batch, order, maskOf(image, kept, soft))
    },
  })
}

/** Pixels after each other with the same part of the own picture. */
interface Span {
  readonly start: number
  readonly length: number
  readonly part: number
}

function mixByMask(
  out: Float32Array,
  { images, shape }: ImageBatch,
  order: readonly number[],
  mask: Float32Array,
): void {
  const channels = shape[3]
  const length = mask.length * channels
  const spans = spansOf(mask)
  out.set(images)
  for (const [index, other] of order.entries()) {
    for (const span of spans) {
      const own = index * length + span.start * channels
      const mixed = other * length + span.start * channels
      const count = span.length * channels
      if (span.part === 0) out.set(images.subarray(mixed, mixed + count), own)
      else mixRow(out, images, own, mixed, count, span.part)
    }
  }
}

/** The spans of a mask where the own picture doesn't stay whole. */
function spansOf(mask: Float32Array): Span[] {
  const spans: Span[] = []
  for (let start = 0, end = 0; start < mask.length; start = end) {
    const part = mask[start] as number
    while (end < mask.length && mask[end] === part) end++
    if (part < 1) spans.push({ start, length: end - start, part })
  }
  return spans
}
