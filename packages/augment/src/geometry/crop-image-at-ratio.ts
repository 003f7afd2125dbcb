import { badOption, sizeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { type Interpolation, interpolationOptions, type ResizeBackend } from './interpolation.ts'
import { resize } from './resample.ts'

/** The options of {@link cropImageAtRatio}. */
export interface CropImageAtRatioOptions {
  /** The side of the resulting square, in pixels. */
  readonly size: number
  /** The crop is size / (size + pad) of the shorter side: a whole number of at least 0. */
  readonly pad: number
  /** `bilinear` unless told. */
  readonly interpolation?: Interpolation
  /** Whose conventions: OpenCV's, `cv2`, unless told, or Pillow's, `pil`. */
  readonly backend?: ResizeBackend
}

const NAME = 'CropImageAtRatio'

/**
 * Cuts out the middle of a picture, a square in proportion to the shorter side, and resizes it: what resizing the shorter
 * side to `size + pad` and cropping `size` shows, in one pass. This is PaddleClas's CropImageAtRatio.
 *
 * @throws `bad-option` when the size isn't a whole number of at least 1, the padding one of at least 0, or the backend
 *   doesn't have the interpolation
 * @example
 * ```ts
 * import { cropImageAtRatio } from '@clas/augment'
 * const photo = { data: new Uint8Array(400 * 300 * 3), width: 400, height: 300, channels: 3 }
 * console.log(cropImageAtRatio({ size: 224, pad: 32 }).apply(photo, null).width) // 224
 * ```
 */
export function cropImageAtRatio(options: CropImageAtRatioOptions): Transform<null> {
  const { size, pad, interpolation = 'bilinear', backend = 'cv2' } = options
  sizeOption(NAME, size)
  if (!Number.isSafeInteger(pad) || pad < 0) badOption(NAME, 'pad', 'a whole number of at least 0', pad)
  interpolationOptions(NAME, { interpolation, backend })
  return defineTransform({
    name: NAME,
    options,
    sample: () => null,
    apply(image) {
      const side = Math.max(1, Math.floor((size / (size + pad)) * Math.min(image.width, image.height)))
      const left = Math.floor((image.width - side) / 2)
      const top = Math.floor((image.height - side) / 2)
      return resize(image, [size, size], {
        interpolation,
        backend,
        rectangle: { left, top, width: side, height: side },
      })
    },
    outputInfo: ({ channels }) => ({ width: size, height: size, channels }),
  })
}
