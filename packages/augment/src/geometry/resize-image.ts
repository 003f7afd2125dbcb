import type { ImageInfo } from '../image.ts'
import { badOption, type Size, sizeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import {
  drawInterpolation,
  type Interpolation,
  type InterpolationOptions,
  interpolationOptions,
} from './interpolation.ts'
import { resize } from './resample.ts'
import { roundHalfToEven } from './round-half-to-even.ts'

/** The options of {@link resizeImage}: one of `size` and `shortSide`. */
export type ResizeImageOptions = (
  | {
      /** To exactly this size; the aspect may change. */
      readonly size: Size
    }
  | {
      /** The shorter side gets this many pixels; the aspect stays. */
      readonly shortSide: number
    }
) &
  InterpolationOptions

/** What {@link resizeImage} draws: nothing, unless the interpolation is random. */
export type ResizeImageParameters = { readonly interpolation: Interpolation } | null

const NAME = 'ResizeImage'

/**
 * Resizes a picture, to a size or by its shorter side. Works on 8-bit and float32 pictures of any number of channels.
 *
 * The sides are rounded as PaddleClas's ResizeImage does (half to even). The values agree with OpenCV's `resize` to
 * within 1 of 255, or are those of Pillow's, as `backend` says.
 *
 * @param options - `size`: the side of a square or [width, height], in pixels; or `shortSide` in pixels
 * @throws `bad-option` when neither or both are given, a side isn't a whole number of at least 1, or the backend doesn't
 *   have the interpolation
 * @example
 * ```ts
 * import { resizeImage } from '@clas/augment'
 * const photo = { data: new Uint8Array(8 * 6 * 3), width: 8, height: 6, channels: 3 }
 * console.log(resizeImage({ shortSide: 3 }).apply(photo, null).width) // 4
 * ```
 */
export function resizeImage(options: ResizeImageOptions): Transform<ResizeImageParameters> {
  const { size, shortSide } = options as { size?: Size; shortSide?: number }
  const { interpolation, backend } = interpolationOptions(NAME, options)
  if ((size === undefined) === (shortSide === undefined)) {
    badOption(NAME, 'options', 'one of size and shortSide', options)
  }
  const sizeOf = size === undefined ? byShortSide(shortSide as number) : fixed(sizeOption(NAME, size))
  return defineTransform<ResizeImageParameters>({
    name: NAME,
    options,
    sample: (rng) => (interpolation === 'random' ? { interpolation: drawInterpolation(rng) } : null),
    apply: (image, parameters) =>
      resize(image, sizeOf(image), {
        interpolation: interpolation === 'random' ? (parameters?.interpolation ?? 'bilinear') : interpolation,
        backend,
      }),
    outputInfo: (info) => {
      const [width, height] = sizeOf(info)
      return { width, height, channels: info.channels }
    },
  })
}

type SizeOf = (info: ImageInfo) => readonly [number, number]

function fixed(size: readonly [number, number]): SizeOf {
  return () => size
}

function byShortSide(side: number): SizeOf {
  if (!Number.isSafeInteger(side) || side < 1) badOption(NAME, 'shortSide', 'a whole number of at least 1', side)
  return ({ width, height }) => {
    const factor = side / Math.min(width, height)
    return [roundHalfToEven(width * factor), roundHalfToEven(height * factor)]
  }
}
