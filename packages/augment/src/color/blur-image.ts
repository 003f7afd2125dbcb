import type { Rng } from '@clas/core'
import type { Image } from '../image.ts'
import { badOption, numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { blurSeparable } from './blur-separable.ts'
import { bytesOf, colorChannels, mapBytes } from './bytes.ts'
import { filterSquare } from './filter-square.ts'
import { gaussianKernel } from './gaussian-kernel.ts'
import { motionKernel } from './motion-kernel.ts'

/** The options of {@link blurImage}. */
export interface BlurImageOptions {
  /** The part of pictures that is blurred, 0 to 1. 0.5 unless told. */
  readonly p?: number
  /** The motion's length is an odd number from 5 to below this, a whole number of at least 6. 12 unless told. */
  readonly motionMaxKernel?: number
  /** The motion's angle is a whole number of degrees from minus this to below this, at least 1. 45 unless told. */
  readonly motionMaxAngle?: number
  /** The sides of the Gaussian filter are odd numbers from 5 to below this, at least 6. 12 unless told. */
  readonly gaussianMaxKernel?: number
}

/** What {@link blurImage} draws; null for a picture that isn't blurred. */
export type BlurImageParameters =
  | { readonly method: 'gaussian'; readonly kernelSize: readonly [width: number, height: number] }
  | { readonly method: 'motion'; readonly kernelSize: number; readonly angle: number }
  | null

const NAME = 'BlurImage'

/**
 * Blurs a part of the pictures, one half by a Gaussian filter, the other by a motion. This is PaddleClas's BlurImage
 * (`ppcls/data/preprocess/ops/operators.py`), with what its motion blur does besides: the values are stretched to the
 * whole range 0 to 255, so an even picture becomes black. For 8-bit pictures; alpha stays.
 *
 * @throws `bad-option` when `p` isn't from 0 to 1, or a largest size or angle isn't a whole number of at least 6 or 1;
 *   `shape-mismatch` when a picture is float32
 * @example
 * ```ts
 * import { blurImage } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * console.log(blurImage({ p: 1 }).sample(createRng(1), { width: 8, height: 8, channels: 3 }))
 * ```
 */
export function blurImage(options: BlurImageOptions = {}): Transform<BlurImageParameters> {
  const p = numberOption(NAME, 'p', options.p ?? 0.5, [0, 1])
  const motionMax = wholeOption('motionMaxKernel', options.motionMaxKernel ?? 12, 6)
  const angleMax = wholeOption('motionMaxAngle', options.motionMaxAngle ?? 45, 1)
  const gaussianMax = wholeOption('gaussianMaxKernel', options.gaussianMaxKernel ?? 12, 6)
  return defineTransform<BlurImageParameters>({
    name: NAME,
    options,
    sample(rng) {
      if (rng.next() >= p) return null
      if (rng.next() < 0.5) {
        return { method: 'gaussian', kernelSize: [oddSize(rng, gaussianMax), oddSize(rng, gaussianMax)] }
      }
      return { method: 'motion', kernelSize: oddSize(rng, motionMax), angle: rng.integer(-angleMax, angleMax) }
    },
    apply(image, parameters) {
      bytesOf(NAME, image)
      if (!parameters) return image
      if (parameters.method === 'motion') return blurByMotion(image, parameters.kernelSize, parameters.angle)
      const [width, height] = parameters.kernelSize
      return blurSeparable(image, gaussianKernel(width, 0), gaussianKernel(height, 0))
    },
  })
}

/** An odd number from 5 to below `max`. */
function oddSize(rng: Rng, max: number): number {
  return 5 + 2 * rng.integer(0, Math.ceil((max - 5) / 2))
}

function blurByMotion(image: Image, kernelSize: number, angle: number): Image {
  const { size, weights } = motionKernel(kernelSize, angle)
  return stretch(filterSquare(image, { size, weights: weights.map((weight) => weight / size) }))
}

/** Spreads the values of all colours together to 0 to 255, as OpenCV's `normalize` with NORM_MINMAX. */
function stretch(image: Image): Image {
  const data = bytesOf(NAME, image)
  let low = 255
  let high = 0
  for (let i = 0; i < data.length; i += image.channels) {
    for (let c = 0; c < colorChannels(image); c++) {
      low = Math.min(low, data[i + c] as number)
      high = Math.max(high, data[i + c] as number)
    }
  }
  const scale = high > low ? 255 / (high - low) : 0
  // In float32, as there; stores to a clamped array round and saturate.
  const shift = Math.fround(-low * scale)
  const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => Math.fround(value * Math.fround(scale) + shift))
  return mapBytes(image, data, new Uint8Array(table.buffer))
}

function wholeOption(option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  return badOption(NAME, option, `a whole number of at least ${least}`, value)
}
