import { badOption, type Range, rangeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { filterSquare } from './filter-square.ts'
import { motionKernel } from './motion-kernel.ts'

/** The options of {@link motionBlur}. */
export interface MotionBlurOptions {
  /** How long the motion is, in pixels: odd whole numbers. [5, 11] unless told. */
  readonly kernelSize?: Range
  /** Its direction in degrees, counter-clockwise from the falling diagonal. [-45, 45] unless told. */
  readonly angle?: Range
}

/** What {@link motionBlur} draws. */
export interface MotionBlurParameters {
  readonly kernelSize: number
  readonly angle: number
}

const NAME = 'MotionBlur'

/**
 * Blurs along a line of random length and direction, as a camera that moves. The line is that of PaddleClas's BlurImage,
 * with weights that have the sum 1: the brightness stays. Works on 8-bit and float32 pictures; alpha stays. All pictures
 * are blurred: put `withProbability` around it for a part of them.
 *
 * @throws `bad-option` when a range isn't one, or the ends of `kernelSize` aren't odd whole numbers of at least 1
 * @example
 * ```ts
 * import { motionBlur } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * console.log(motionBlur({ kernelSize: [3, 9] }).sample(createRng(1), { width: 8, height: 8, channels: 3 }))
 * ```
 */
export function motionBlur(options: MotionBlurOptions = {}): Transform<MotionBlurParameters> {
  const [shortest, longest] = rangeOption(NAME, 'kernelSize', options.kernelSize ?? [5, 11], 1)
  if (shortest % 2 !== 1 || longest % 2 !== 1) badOption(NAME, 'kernelSize', 'odd numbers', options.kernelSize)
  const angle = rangeOption(NAME, 'angle', options.angle ?? [-45, 45])
  return defineTransform({
    name: NAME,
    options,
    sample: (rng) => ({
      kernelSize: shortest + 2 * rng.integer(0, (longest - shortest) / 2 + 1),
      angle: rng.uniform(angle[0], angle[1]),
    }),
    apply(image, parameters) {
      const { size, weights } = motionKernel(parameters.kernelSize, parameters.angle)
      const sum = weights.reduce((total, weight) => total + weight, 0)
      return filterSquare(image, { size, weights: weights.map((weight) => weight / sum) })
    },
  })
}
