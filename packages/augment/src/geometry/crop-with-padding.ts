import { type Fill, fillOption } from '../fill.ts'
import { cropRectangle, type Rectangle } from '../image.ts'
import { numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { place } from './place.ts'
import { drawFittingRectangle } from './random-resized-crop.ts'
import { type CropAreaOptions, cropAreaOptions } from './resized-crop.ts'

/** The options of {@link cropWithPadding}. */
export interface CropWithPaddingOptions extends CropAreaOptions {
  /** The part of pictures that is cropped, 0 to 1. 1 unless told. */
  readonly p?: number
  /** The value of what lies outside of the crop: one number, or one per channel. 0 unless told. */
  readonly fill?: Fill
}

const NAME = 'CropWithPadding'

/**
 * Keeps a random rectangle of a picture where it is and fills in the rest. The rectangle is drawn as
 * `randomResizedCrop` does. This is PaddleClas's CropWithPadding, whose `size` and `interpolation` have no effect.
 *
 * The parameters are the rectangle, or null where the picture stays as it is.
 *
 * @throws `bad-option` when a range isn't one, `p` isn't from 0 to 1, or the fill isn't finite; `shape-mismatch` when the
 *   fill has another number of values than the picture has channels
 * @example
 * ```ts
 * import { cropWithPadding } from '@clas/augment'
 * const row = { data: new Uint8Array([1, 2, 3]), width: 3, height: 1, channels: 1 }
 * const crop = cropWithPadding({ fill: 9 })
 * console.log(crop.apply(row, { left: 1, top: 0, width: 1, height: 1 }).data) // 9 2 9
 * ```
 */
export function cropWithPadding(options: CropWithPaddingOptions = {}): Transform<Rectangle | null> {
  const area = cropAreaOptions(NAME, options)
  const p = numberOption(NAME, 'p', options.p ?? 1, [0, 1])
  const fill = fillOption(NAME, options.fill ?? 0)
  return defineTransform<Rectangle | null>({
    name: NAME,
    options,
    sample: (rng, info) => (rng.next() < p ? drawFittingRectangle(rng, info, area) : null),
    apply(image, rectangle) {
      if (!rectangle) return image
      const { width, height } = image
      const window = { left: 0 - rectangle.left, top: 0 - rectangle.top, width, height }
      return place(cropRectangle(image, rectangle), window, fill)
    },
  })
}
