import type { Image } from '../image.ts'
import { badOption, numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { bytesOf } from './bytes.ts'
import { adjustSharpness } from './enhance.ts'
import { autocontrast, equalize, grayscale, invert, posterize, solarize } from './pixel-ops.ts'

/** The options of a change that is made to a part of the pictures, or not at all. */
export interface RandomChangeOptions {
  /** The part of pictures that is changed, 0 to 1. 0.5 unless told; of {@link randomGrayscale} 0.1. */
  readonly p?: number
}

/** What a change that is made or not draws. */
export interface RandomChangeParameters {
  readonly changed: boolean
}

/** The options of {@link randomPosterize}. */
export interface RandomPosterizeOptions extends RandomChangeOptions {
  /** How many bits of each value stay, 0 to 8. */
  readonly bits: number
}

/** The options of {@link randomSolarize}. */
export interface RandomSolarizeOptions extends RandomChangeOptions {
  /** The least value that is inverted, 0 to 256. */
  readonly threshold: number
}

/** The options of {@link randomAdjustSharpness}. */
export interface RandomAdjustSharpnessOptions extends RandomChangeOptions {
  /** 0 blurs, 1 changes nothing, 2 sharpens as much as 0 blurs. At least 0. */
  readonly sharpnessFactor: number
}

/**
 * Makes a part of the pictures grey; they keep their channels. PaddleClas's and torchvision's RandomGrayscale, for 8-bit
 * pictures.
 *
 * @throws `bad-option` when `p` isn't from 0 to 1; `shape-mismatch` when a picture is float32
 * @example
 * ```ts
 * import { randomGrayscale } from '@clas/augment'
 * const orange = { data: new Uint8Array([255, 128, 0]), width: 1, height: 1, channels: 3 }
 * console.log(randomGrayscale({ p: 0.2 }).apply(orange, { changed: true }).data) // 151 151 151
 * ```
 */
export function randomGrayscale(options: RandomChangeOptions = {}): Transform<RandomChangeParameters> {
  return randomChange('RandomGrayscale', { p: 0.1, ...options }, options, grayscale)
}

/**
 * Inverts a part of the pictures. torchvision's RandomInvert, for 8-bit pictures.
 *
 * @throws as {@link randomGrayscale}
 * @example
 * ```ts
 * import { randomInvert } from '@clas/augment'
 * const row = { data: new Uint8Array([0, 200]), width: 2, height: 1, channels: 1 }
 * console.log(randomInvert().apply(row, { changed: true }).data) // 255 55
 * ```
 */
export function randomInvert(options: RandomChangeOptions = {}): Transform<RandomChangeParameters> {
  return randomChange('RandomInvert', options, options, invert)
}

/**
 * Stretches the contrast of a part of the pictures to the whole range. torchvision's RandomAutocontrast, for 8-bit
 * pictures.
 *
 * @throws as {@link randomGrayscale}
 * @example
 * ```ts
 * import { randomAutocontrast } from '@clas/augment'
 * const row = { data: new Uint8Array([50, 150]), width: 2, height: 1, channels: 1 }
 * console.log(randomAutocontrast().apply(row, { changed: true }).data) // 0 255
 * ```
 */
export function randomAutocontrast(options: RandomChangeOptions = {}): Transform<RandomChangeParameters> {
  return randomChange('RandomAutocontrast', options, options, autocontrast)
}

/**
 * Equalises the histogram of a part of the pictures. torchvision's RandomEqualize, for 8-bit pictures.
 *
 * @throws as {@link randomGrayscale}
 * @example
 * ```ts
 * import { randomEqualize } from '@clas/augment'
 * const ramp = { data: Uint8Array.from({ length: 512 }, (_, i) => i / 4), width: 512, height: 1, channels: 1 }
 * console.log(randomEqualize().apply(ramp, { changed: true }).data.at(-1)) // 255
 * ```
 */
export function randomEqualize(options: RandomChangeOptions = {}): Transform<RandomChangeParameters> {
  return randomChange('RandomEqualize', options, options, equalize)
}

/**
 * Keeps only the highest bits of the values of a part of the pictures. torchvision's RandomPosterize, for 8-bit pictures.
 *
 * @throws as {@link randomGrayscale}; `bad-option` when `bits` isn't a whole number from 0 to 8
 * @example
 * ```ts
 * import { randomPosterize } from '@clas/augment'
 * const row = { data: new Uint8Array([50, 200]), width: 2, height: 1, channels: 1 }
 * console.log(randomPosterize({ bits: 1 }).apply(row, { changed: true }).data) // 0 128
 * ```
 */
export function randomPosterize(options: RandomPosterizeOptions): Transform<RandomChangeParameters> {
  const name = 'RandomPosterize'
  const bits = numberOption(name, 'bits', options.bits, [0, 8])
  if (!Number.isInteger(bits)) badOption(name, 'bits', 'a whole number from 0 to 8', bits)
  return randomChange(name, options, options, (image) => posterize(image, bits))
}

/**
 * Inverts the values from a threshold on, of a part of the pictures. torchvision's RandomSolarize, for 8-bit pictures.
 *
 * @throws as {@link randomGrayscale}; `bad-option` when the threshold isn't from 0 to 256
 * @example
 * ```ts
 * import { randomSolarize } from '@clas/augment'
 * const row = { data: new Uint8Array([50, 200]), width: 2, height: 1, channels: 1 }
 * console.log(randomSolarize({ threshold: 128 }).apply(row, { changed: true }).data) // 50 55
 * ```
 */
export function randomSolarize(options: RandomSolarizeOptions): Transform<RandomChangeParameters> {
  const name = 'RandomSolarize'
  const threshold = numberOption(name, 'threshold', options.threshold, [0, 256])
  return randomChange(name, options, options, (image) => solarize(image, threshold))
}

/**
 * Blurs or sharpens a part of the pictures. torchvision's RandomAdjustSharpness, for 8-bit pictures.
 *
 * @throws as {@link randomGrayscale}; `bad-option` when the factor is negative
 * @example
 * ```ts
 * import { randomAdjustSharpness } from '@clas/augment'
 * const dot = { data: new Uint8Array([0, 0, 0, 0, 130, 0, 0, 0, 0]), width: 3, height: 3, channels: 1 }
 * console.log(randomAdjustSharpness({ sharpnessFactor: 2 }).apply(dot, { changed: true }).data[4]) // 210
 * ```
 */
export function randomAdjustSharpness(options: RandomAdjustSharpnessOptions): Transform<RandomChangeParameters> {
  const name = 'RandomAdjustSharpness'
  const factor = numberOption(name, 'sharpnessFactor', options.sharpnessFactor, [0, Number.MAX_VALUE])
  return randomChange(name, options, options, (image) => adjustSharpness(image, factor))
}

function randomChange(
  name: string,
  { p = 0.5 }: RandomChangeOptions,
  options: object,
  change: (image: Image) => Image,
): Transform<RandomChangeParameters> {
  numberOption(name, 'p', p, [0, 1])
  return defineTransform({
    name,
    options,
    sample: (rng) => ({ changed: rng.next() < p }),
    apply(image, { changed }) {
      bytesOf(name, image)
      return changed ? change(image) : image
    },
  })
}
