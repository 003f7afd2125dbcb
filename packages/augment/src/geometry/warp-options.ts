import type { Fill } from '../fill.ts'
import type { Image } from '../image.ts'

/** How a warp looks up a place between pixels. */
export type WarpInterpolation = 'nearest' | 'bilinear' | 'bicubic'

/** All values of {@link WarpInterpolation}. */
export const WARP_INTERPOLATIONS: readonly WarpInterpolation[] = ['nearest', 'bilinear', 'bicubic']

/** What all warps can be told. */
export interface WarpOptions {
  /** `nearest` unless told. */
  readonly interpolation?: WarpInterpolation
  /** The value of pixels from outside of the picture: one number, or one per channel. 0 unless told. */
  readonly fill?: Fill
}

/** The size of a picture. */
export interface Sides {
  readonly width: number
  readonly height: number
}

/**
 * Writes where the pixels of row `y` of the result come from: x and y in the input, counted from the top left corner of
 * the picture, so that the first pixel has its centre at (0.5, 0.5).
 */
export type Positions = (y: number, xs: Float64Array, ys: Float64Array) => void

/** Writes a row of the result, from `at` in `out` on: what is at those places of the picture, or the background. */
export type SampleRow<Out> = (
  out: Out,
  at: number,
  image: Image,
  xs: Float64Array,
  ys: Float64Array,
  background: Image['data'],
) => void
