import type { Color } from './color.ts'

/** How a warp looks up a place between pixels. */
export type WarpInterpolation = 'nearest' | 'bilinear' | 'bicubic'

/** All values of {@link WarpInterpolation}. */
export const WARP_INTERPOLATIONS: readonly WarpInterpolation[] = ['nearest', 'bilinear', 'bicubic']

/** What all warps can be told. */
export interface WarpOptions {
  /** `nearest` unless told. */
  readonly interpolation?: WarpInterpolation
  /** The value of pixels from outside of the picture: one number, or one per channel. 0 unless told. */
  readonly fill?: Color
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
