import { type Fill, fillOption } from '../fill.ts'
import type { Image, ImageInfo } from '../image.ts'
import { badOption, choiceOption, numberOption, type Range, rangeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import type { ResizeBackend } from './interpolation.ts'
import { type RotateOptions, type Rotation, rotate, rotatedSize, rotationMatrix, turnedSize } from './rotate.ts'
import { warpAffine } from './warp-affine.ts'
import { type Sides, WARP_INTERPOLATIONS, type WarpInterpolation } from './warp-options.ts'

/** The options of {@link randomRotation}. */
export interface RandomRotationOptions extends Rotation {
  /** Counter-clockwise: a range, or the largest angle to either side. */
  readonly degrees: number | Range
  /** The part of pictures that is turned, 0 to 1. 0.5 unless told. */
  readonly p?: number
  /** `nearest` unless told. */
  readonly interpolation?: WarpInterpolation
  /** The value of pixels from outside of the picture: one number, or one per channel. 0 unless told. */
  readonly fill?: Fill
  /** Whose conventions: those of Paddle with OpenCV, `cv2`, unless told, or Pillow's, `pil`. */
  readonly backend?: ResizeBackend
}

/** What {@link randomRotation} draws: degrees, counter-clockwise; null where the picture stays as it is. */
export type RandomRotationParameters = { readonly angle: number } | null

const NAME = 'RandomRotation'

/**
 * Turns a part of the pictures by an angle that is uniform in its range. The size stays and corners are cut off, unless
 * told. Works on 8-bit and float32 pictures of any number of channels.
 *
 * This is PaddleClas's RandomRotation. With OpenCV that one counts the point that it turns about from the centre of the
 * first pixel: unless told it is half a pixel right of and below the middle. The backend `pil` turns about the middle, as
 * Pillow's `Image.rotate` and torchvision do.
 *
 * @throws `bad-option` when the angles aren't a range or an option isn't what it should be; `shape-mismatch` when the
 *   fill has another number of values than the picture has channels
 * @example
 * ```ts
 * import { randomRotation } from '@clas/augment'
 * const square = { data: new Uint8Array([1, 2, 3, 4]), width: 2, height: 2, channels: 1 }
 * console.log(randomRotation({ degrees: 90, backend: 'pil' }).apply(square, { angle: 90 }).data) // 2 4 1 3
 * ```
 */
export function randomRotation(options: RandomRotationOptions): Transform<RandomRotationParameters> {
  const { degrees, center, expand = false } = options
  if (typeof degrees === 'number' && !(degrees >= 0)) badOption(NAME, 'degrees', 'at least 0, or a range', degrees)
  const [low, high] = rangeOption(NAME, 'degrees', typeof degrees === 'number' ? [-degrees, degrees] : degrees)
  const p = numberOption(NAME, 'p', options.p ?? 0.5, [0, 1])
  const interpolation = choiceOption(NAME, 'interpolation', options.interpolation ?? 'nearest', WARP_INTERPOLATIONS)
  const fill = fillOption(NAME, options.fill ?? 0)
  const backend = choiceOption(NAME, 'backend', options.backend ?? 'cv2', ['cv2', 'pil'])
  choiceOption(NAME, 'expand', expand, [true, false])
  if (center && !(Array.isArray(center) && center.length === 2 && center.every(Number.isFinite))) {
    badOption(NAME, 'center', 'a pair [x, y] in pixels', center)
  }
  const rotation: Rotation = { expand, ...(center && { center }) }
  const [turn, sizeOf] = backend === 'cv2' ? [rotateLikePaddle, sizeLikePaddle] : [rotate, rotatedSize]
  return defineTransform<RandomRotationParameters>({
    name: NAME,
    options,
    sample: (rng) => (rng.next() < p ? { angle: rng.uniform(low, high) } : null),
    apply: (image, parameters) =>
      parameters ? turn(image, parameters.angle, { interpolation, fill, ...rotation }) : image,
    outputInfo(info: ImageInfo, parameters) {
      if (!parameters) return info
      const { width, height } = sizeOf(info, parameters.angle, rotation)
      return { width, height, channels: info.channels }
    },
  })
}

function rotateLikePaddle(image: Image, degrees: number, options: RotateOptions): Image {
  const { center = [image.width / 2, image.height / 2] } = options
  const angle = (degrees * Math.PI) / 180
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  const size = sizeLikePaddle(image, degrees, options)
  const toX = center[0] + (size.width - image.width) / 2
  const toY = center[1] + (size.height - image.height) / 2
  const x = center[0] - cos * toX + sin * toY
  const y = center[1] - sin * toX - cos * toY
  return warpAffine(image, [cos, -sin, x, sin, cos, y], options, size)
}

function sizeLikePaddle(size: Sides, degrees: number, { expand, center }: Rotation): Sides {
  return expand ? turnedSize(size, rotationMatrix(size, degrees, center)) : size
}
