import { checkInside, cropRectangle, type Image, type Rectangle } from '../image.ts'
import { bilinearBySimd } from '../simd/bilinear.ts'
import { filterImage } from './filter-image.ts'
import type { FilterName } from './filter-table.ts'
import { checkInterpolation, type Interpolation, type ResizeBackend } from './interpolation.ts'
import { nearestByScale, nearestBySteps, resampleNearest } from './nearest.ts'
import { resampleBytes } from './resample-bytes.ts'
import { resampleFloats } from './resample-floats.ts'
import { type CurveName, resampleTables } from './resample-table.ts'

/** The options of {@link resize}. */
export interface ResizeOptions {
  /** `bilinear` unless told. */
  readonly interpolation?: Interpolation
  /** Whose conventions: OpenCV's, `cv2`, unless told, or Pillow's, `pil`. */
  readonly backend?: ResizeBackend
  /** The part of the picture to resize; all of it unless told. Pixels outside of it aren't looked at. */
  readonly rectangle?: Rectangle
}

/**
 * Resizes a picture, or a rectangle of it without copying the rectangle first. 8-bit results agree with OpenCV's `resize`
 * to within 1 of 255, or are those of Pillow's `Image.resize`, as `backend` says.
 *
 * The channels don't depend on each other: the colour of transparent pixels counts as much as any.
 *
 * @param image - 8-bit or float32, any number of channels
 * @param size - [width, height] of the result, in pixels
 * @param options - the interpolation, whose conventions, and the part of the picture
 * @throws `bad-option` when the backend doesn't have the interpolation; `shape-mismatch` when the rectangle isn't inside
 *   the picture
 * @example
 * ```ts
 * import { resize } from '@clas/augment'
 * const photo = { data: new Uint8Array(6 * 4 * 3).fill(7), width: 6, height: 4, channels: 3 }
 * console.log(resize(photo, [3, 2], { interpolation: 'bicubic', backend: 'pil' }).data)
 * ```
 */
export function resize(
  image: Image,
  size: readonly [width: number, height: number],
  options: ResizeOptions = {},
): Image {
  const { interpolation = 'bilinear', backend = 'cv2' } = options
  const { rectangle = { left: 0, top: 0, width: image.width, height: image.height } } = options
  checkInterpolation('resize', interpolation, backend)
  const [width, height] = size
  if (width === rectangle.width && height === rectangle.height) return cropRectangle(image, rectangle)
  checkInside(image, rectangle)
  const data = resampled(image, rectangle, size, interpolation, backend)
  return { data, width, height, channels: image.channels }
}

function resampled(
  image: Image,
  rectangle: Rectangle,
  size: readonly [width: number, height: number],
  interpolation: Interpolation,
  backend: ResizeBackend,
): Image['data'] {
  if (interpolation === 'nearest') {
    const axis = backend === 'cv2' ? nearestByScale : nearestBySteps
    return resampleNearest(image, rectangle, axis(rectangle.width, size[0]), axis(rectangle.height, size[1]))
  }
  if (backend === 'pil') return filterImage(image, rectangle, size, interpolation as FilterName)
  const [columns, rows] = resampleTables(interpolation as CurveName, [rectangle.width, rectangle.height], size)
  const twoTaps = columns.taps === 2 && rows.taps === 2
  // OpenCV averages areas in floating point, all else of bytes in whole numbers.
  if (!(image.data instanceof Uint8Array) || (interpolation === 'area' && !twoTaps)) {
    return resampleFloats(image, rectangle, columns, rows)
  }
  return (
    (twoTaps && image.channels === 3 && bilinearBySimd(image, rectangle, columns, rows)) ||
    resampleBytes(image, rectangle, columns, rows)
  )
}
