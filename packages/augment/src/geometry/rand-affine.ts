import { type Fill, fillOption } from '../fill.ts'
import { badOption, choiceOption, numberOption, type Range, rangeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { affine } from './affine.ts'
import type { AffineMatrix } from './affine-positions.ts'
import type { ResizeBackend } from './interpolation.ts'
import { warpAffine } from './warp-affine.ts'
import { WARP_INTERPOLATIONS, type WarpInterpolation } from './warp-options.ts'

/** The options of {@link randAffine}. */
export interface RandAffineOptions {
  /** Rotation about the middle, in degrees, clockwise. [0, 0] unless told. */
  readonly degrees?: Range
  /** The largest shift to either side, as parts of the width and the height, 0 to 1. [0, 0] unless told. */
  readonly translate?: readonly [x: number, y: number]
  /** Magnification, above 0. [1, 1] unless told. */
  readonly scale?: Range
  /** Shear along x, in degrees, between -90 and 90. [0, 0] unless told. */
  readonly shear?: Range
  /** The value of pixels from outside of the picture: one number, or one per channel. 0 unless told. */
  readonly fill?: Fill
  /** `bilinear` unless told. */
  readonly interpolation?: WarpInterpolation
  /**
   * Whose conventions: OpenCV's, `cv2`, unless told, which round bytes and interpolate the border with the fill value; or
   * Pillow's, `pil`, which cut them off and have a hard border.
   */
  readonly backend?: ResizeBackend
}

/** What {@link randAffine} draws. */
export interface RandAffineParameters {
  /** Degrees, clockwise. */
  readonly angle: number
  /** In pixels. */
  readonly translate: readonly [x: number, y: number]
  readonly scale: number
  /** Degrees. */
  readonly shear: number
}

const NAME = 'RandAffine'

/**
 * Rotates, shifts, scales and shears a picture about its middle; the size stays. Each of the five numbers is uniform in
 * its range. Works on 8-bit and float32 pictures of any number of channels.
 *
 * The matrix is that of torchvision's RandomAffine: shear first, then rotation and scale, then the shift. With the
 * backend `pil` the results are torchvision's too.
 *
 * @throws `bad-option` when a range isn't one or is outside of its bounds, or an option isn't what it should be;
 *   `shape-mismatch` when the fill has another number of values than the picture has channels
 * @example
 * ```ts
 * import { randAffine } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const wobble = randAffine({ degrees: [-10, 10], translate: [0.1, 0.1], scale: [0.9, 1.1] })
 * console.log(wobble.sample(createRng(1), { width: 28, height: 28, channels: 1 }))
 * ```
 */
export function randAffine(options: RandAffineOptions = {}): Transform<RandAffineParameters> {
  const degrees = rangeOption(NAME, 'degrees', options.degrees ?? [0, 0])
  const scale = rangeOption(NAME, 'scale', options.scale ?? [1, 1], 0)
  if (scale[0] === 0) badOption(NAME, 'scale', 'above 0', scale)
  const shear = rangeOption(NAME, 'shear', options.shear ?? [0, 0])
  if (shear[0] <= -90 || shear[1] >= 90) badOption(NAME, 'shear', 'between -90 and 90', shear)
  const fill = fillOption(NAME, options.fill ?? 0)
  const interpolation = choiceOption(NAME, 'interpolation', options.interpolation ?? 'bilinear', WARP_INTERPOLATIONS)
  const backend = choiceOption(NAME, 'backend', options.backend ?? 'cv2', ['cv2', 'pil'])
  const translate = options.translate ?? [0, 0]
  if (!Array.isArray(translate) || translate.length !== 2) badOption(NAME, 'translate', 'a pair [x, y]', translate)
  const [across, down] = translate.map((part) => numberOption(NAME, 'translate', part, [0, 1])) as [number, number]
  // OpenCV counts places from the centre of the first pixel, Pillow from its corner.
  const less = backend === 'cv2' ? 1 : 0
  const change = backend === 'cv2' ? warpAffine : affine
  return defineTransform({
    name: NAME,
    options,
    sample(rng, { width, height }): RandAffineParameters {
      return {
        angle: rng.uniform(degrees[0], degrees[1]),
        translate: [rng.uniform(-across, across) * width, rng.uniform(-down, down) * height],
        scale: rng.uniform(scale[0], scale[1]),
        shear: rng.uniform(shear[0], shear[1]),
      }
    },
    apply: (image, parameters) =>
      change(image, outputToInput(parameters, (image.width - less) / 2, (image.height - less) / 2), {
        interpolation,
        fill,
      }),
  })
}

/** The inverse of the change, which for each output pixel gives the place in the input that it comes from. */
function outputToInput(parameters: RandAffineParameters, middleX: number, middleY: number): AffineMatrix {
  const { translate, scale } = parameters
  const angle = (parameters.angle * Math.PI) / 180
  const slant = Math.tan((parameters.shear * Math.PI) / 180)
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  // Forward: scale × [cos, -cos·slant - sin; sin, -sin·slant + cos], whose determinant is scale².
  const a = (-sin * slant + cos) / scale
  const b = (cos * slant + sin) / scale
  const d = -sin / scale
  const e = cos / scale
  const x = -middleX - translate[0]
  const y = -middleY - translate[1]
  return [a, b, a * x + b * y + middleX, d, e, d * x + e * y + middleY]
}
