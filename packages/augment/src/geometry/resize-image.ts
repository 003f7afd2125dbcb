import type { ImageInfo } from '../image.ts'
import { badOption, choiceOption, type Size, sizeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { resize } from './resample.ts'
import { INTERPOLATIONS, type Interpolation } from './resample-table.ts'

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
) & {
  /** `bilinear` unless told. */
  readonly interpolation?: Interpolation
}

const NAME = 'ResizeImage'

/**
 * Resizes a picture, to a size or by its shorter side. Works on 8-bit and float32 pictures of any number of channels.
 *
 * The sides are rounded as PaddleClas's ResizeImage does (half to even), the values agree with OpenCV's `resize` to
 * within 1 of 255.
 *
 * @param options - `size`: the side of a square or [width, height], in pixels; or `shortSide` in pixels
 * @throws `bad-option` when neither or both are given, or a side isn't a whole number of at least 1
 * @example
 * ```ts
 * import { resizeImage } from '@clas/augment'
 * const photo = { data: new Uint8Array(8 * 6 * 3), width: 8, height: 6, channels: 3 }
 * console.log(resizeImage({ shortSide: 3 }).apply(photo, null).width) // 4
 * ```
 */
export function resizeImage(options: ResizeImageOptions): Transform<null> {
  const {
    size,
    shortSide,
    interpolation = 'bilinear',
  } = options as Partial<Record<'size', Size>> & {
    shortSide?: number
    interpolation?: Interpolation
  }
  choiceOption(NAME, 'interpolation', interpolation, INTERPOLATIONS)
  if ((size === undefined) === (shortSide === undefined)) {
    badOption(NAME, 'options', 'one of size and shortSide', options)
  }
  const sizeOf = size === undefined ? byShortSide(shortSide as number) : fixed(sizeOption(NAME, size))
  return defineTransform({
    name: NAME,
    options,
    sample: () => null,
    apply: (image) => resize(image, sizeOf(image), interpolation),
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

/** As Python's `round`, which the published preprocessing uses. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest === 0.5) return floor + (floor % 2)
  return rest > 0.5 ? floor + 1 : floor
}
