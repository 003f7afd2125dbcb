import { badOption, type Range, rangeOption, type Size } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { blurSeparable } from './blur-separable.ts'
import { gaussianKernel } from './gaussian-kernel.ts'

/** The options of {@link gaussianBlur}. */
export interface GaussianBlurOptions {
  /** Of the filter, in pixels: the side of a square, or [width, height]. Odd. */
  readonly kernelSize: Size
  /** The standard deviation in pixels, above 0: one, or a range. [0.1, 2] unless told. */
  readonly sigma?: number | Range
}

/** What {@link gaussianBlur} draws. */
export interface GaussianBlurParameters {
  /** In pixels. */
  readonly sigma: number
}

const NAME = 'GaussianBlur'

/**
 * Blurs with a Gaussian whose standard deviation is uniform in a range. The options are those of torchvision's
 * GaussianBlur, the values those of OpenCV's: the same bits for 8-bit pictures. Works on float32 pictures too; alpha
 * stays. Borders are mirrored. All pictures are blurred: put `withProbability` around it for a part of them.
 *
 * @throws `bad-option` when a side of the filter isn't an odd whole number, or sigma isn't above 0
 * @example
 * ```ts
 * import { gaussianBlur } from '@clas/augment'
 * const dot = { data: new Uint8Array([0, 0, 64, 0, 0]), width: 5, height: 1, channels: 1 }
 * console.log(gaussianBlur({ kernelSize: [3, 1] }).apply(dot, { sigma: 1 }).data) // 0 18 29 18 0
 * ```
 */
export function gaussianBlur(options: GaussianBlurOptions): Transform<GaussianBlurParameters> {
  const [width, height] = oddSides(options.kernelSize)
  const given = options.sigma ?? [0.1, 2]
  const sigma = rangeOption(NAME, 'sigma', typeof given === 'number' ? [given, given] : given, 0)
  if (sigma[0] === 0) badOption(NAME, 'sigma', 'above 0', given)
  return defineTransform({
    name: NAME,
    options,
    sample: (rng) => ({ sigma: rng.uniform(sigma[0], sigma[1]) }),
    apply: (image, parameters) =>
      blurSeparable(image, gaussianKernel(width, parameters.sigma), gaussianKernel(height, parameters.sigma)),
  })
}

function oddSides(size: Size): readonly [number, number] {
  const pair: readonly number[] = typeof size === 'number' ? [size, size] : size
  const [width, height] = pair
  if (pair.length === 2 && isOdd(width) && isOdd(height)) return [width, height]
  return badOption(NAME, 'kernelSize', 'an odd whole number of at least 1, or [width, height]', size)
}

function isOdd(side: number | undefined): side is number {
  return side !== undefined && Number.isSafeInteger(side) && side >= 1 && side % 2 === 1
}
