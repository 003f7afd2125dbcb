import type { Rng } from '@clas/core'
import { badOption, choiceOption } from '../options.ts'

/**
 * How a picture is resized. `nearest` copies; `bilinear`, `bicubic` and `lanczos` go by smooth curves through 2, 4 and 8
 * (`cv2`) or 6 (`pil`) pixels along each axis. Only `cv2` has `area`, the mean of what an output pixel covers; only `pil`
 * has `box`, the same with whole pixels, and `hamming`, a sharper `bilinear`.
 */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos' | 'area' | 'box' | 'hamming'

/**
 * Whose conventions a picture is resized by. `cv2` is OpenCV: all but `area` look at the same few pixels also when
 * shrinking, so fine patterns alias. `pil` is Pillow, and torchvision on its pictures: the curves are widened by the scale
 * when shrinking, so each input pixel counts.
 */
export type ResizeBackend = 'cv2' | 'pil'

/** The interpolations of each backend. */
export const INTERPOLATIONS: Readonly<Record<ResizeBackend, readonly Interpolation[]>> = {
  cv2: ['nearest', 'bilinear', 'area', 'bicubic', 'lanczos'],
  pil: ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'],
}

/** The options of transforms that resize. */
export interface InterpolationOptions {
  /**
   * `bilinear` unless told. `random` is `bilinear` or `bicubic`, drawn for each picture.
   */
  readonly interpolation?: Interpolation | 'random'
  /** Whose conventions: OpenCV's, `cv2`, unless told, or Pillow's, `pil`. */
  readonly backend?: ResizeBackend
}

/** Checks the options of a transform that resizes, and fills in what was left out. */
export function interpolationOptions(
  transform: string,
  { interpolation = 'bilinear', backend = 'cv2' }: InterpolationOptions,
): Required<InterpolationOptions> {
  checkInterpolation(transform, interpolation === 'random' ? 'bilinear' : interpolation, backend)
  return { interpolation, backend }
}

/** Throws `bad-option` when there is no such backend, or it doesn't have the interpolation. */
export function checkInterpolation(transform: string, interpolation: Interpolation, backend: ResizeBackend): void {
  choiceOption(transform, 'backend', backend, Object.keys(INTERPOLATIONS) as ResizeBackend[])
  const known = INTERPOLATIONS[backend]
  if (known.includes(interpolation)) return
  badOption(transform, 'interpolation', `one of ${known.join(', ')} with the backend ${backend}`, interpolation)
}

/** What `random` is for one picture. */
export function drawInterpolation(rng: Rng): Interpolation {
  return rng.next() < 0.5 ? 'bilinear' : 'bicubic'
}
