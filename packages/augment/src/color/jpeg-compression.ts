import { badOption, type Range, rangeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { bytesOf } from './bytes.ts'
import { compressImage } from './jpeg/compress-image.ts'

/** The options of {@link jpegCompression}. */
export interface JpegCompressionOptions {
  /** Of libjpeg, whole numbers from 1 to 100: one, or a range with both ends. [40, 90] unless told. */
  readonly quality?: number | Range
}

/** What {@link jpegCompression} draws. */
export interface JpegCompressionParameters {
  readonly quality: number
}

const NAME = 'JpegCompression'

/**
 * Gives a picture the traces of JPEG compression of a random quality: what is left after libjpeg's compression at this
 * quality, with colours at half the size, and decompression, as when Pillow saves and opens it; torchvision's JPEG. For
 * 8-bit pictures; alpha stays. All pictures are compressed: put `withProbability` around it for a part of them.
 *
 * @throws `bad-option` when the quality isn't a whole number from 1 to 100, or a range of such; `shape-mismatch` when a
 *   picture is float32
 * @example
 * ```ts
 * import { jpegCompression } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * console.log(jpegCompression({ quality: [40, 90] }).sample(createRng(1), { width: 8, height: 8, channels: 3 }))
 * ```
 */
export function jpegCompression(options: JpegCompressionOptions = {}): Transform<JpegCompressionParameters> {
  const given = options.quality ?? [40, 90]
  const [low, high] = rangeOption(NAME, 'quality', typeof given === 'number' ? [given, given] : given, 1)
  if (high > 100 || !Number.isInteger(low) || !Number.isInteger(high)) {
    badOption(NAME, 'quality', 'whole numbers from 1 to 100', given)
  }
  return defineTransform({
    name: NAME,
    options,
    sample: (rng) => ({ quality: rng.integer(low, high + 1) }),
    apply: (image, { quality }) => compressImage(image, bytesOf(NAME, image), quality),
  })
}
