import type { Rng } from '@clas/core'
import type { ImageInfo, Rectangle } from '../image.ts'
import { badOption, type Range, rangeOption, type Size, sizeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import {
  drawInterpolation,
  type Interpolation,
  type InterpolationOptions,
  interpolationOptions,
} from './interpolation.ts'
import { resize } from './resample.ts'

/** How large and of what shape random crops are. */
export interface CropAreaOptions {
  /** The crop's part of the picture's area, in (0, 1]. [0.08, 1] unless told. */
  readonly scale?: Range
  /** The crop's width by its height, above 0. [3/4, 4/3] unless told. */
  readonly ratio?: Range
}

/** The options of random crops that are resized. */
export interface ResizedCropOptions extends CropAreaOptions, InterpolationOptions {
  /** Of the result, in pixels: the side of a square, or [width, height]. */
  readonly size: Size
}

/** What random crops that are resized draw: a rectangle in pixels of the input. */
export interface ResizedCropParameters extends Rectangle {
  /** Only where it is drawn for each picture. */
  readonly interpolation?: Interpolation
}

/** Draws a rectangle in a picture. */
export type DrawRectangle = (rng: Rng, info: ImageInfo, area: Required<CropAreaOptions>) => Rectangle

/** A transform that cuts out a random rectangle and resizes it, in one pass. */
export function resizedCrop(
  name: string,
  options: ResizedCropOptions,
  draw: DrawRectangle,
): Transform<ResizedCropParameters> {
  const size = sizeOption(name, options.size)
  const area = cropAreaOptions(name, options)
  const { interpolation, backend } = interpolationOptions(name, options)
  return defineTransform<ResizedCropParameters>({
    name,
    options,
    sample(rng, info) {
      const rectangle = draw(rng, info, area)
      return interpolation === 'random' ? { ...rectangle, interpolation: drawInterpolation(rng) } : rectangle
    },
    apply: (image, { left, top, width, height, interpolation: drawn }) =>
      resize(image, size, {
        interpolation: interpolation === 'random' ? (drawn ?? 'bilinear') : interpolation,
        backend,
        rectangle: { left, top, width, height },
      }),
    outputInfo: ({ channels }) => ({ width: size[0], height: size[1], channels }),
    focus: (drawn) => ({ region: drawn, parameters: { ...drawn, left: 0, top: 0 } }),
  })
}

/** Checks the options of random crops, and fills in what was left out. */
export function cropAreaOptions(transform: string, options: CropAreaOptions): Required<CropAreaOptions> {
  const scale = rangeOption(transform, 'scale', options.scale ?? [0.08, 1], 0)
  const ratio = rangeOption(transform, 'ratio', options.ratio ?? [3 / 4, 4 / 3], 0)
  if (scale[0] === 0 || scale[1] > 1) badOption(transform, 'scale', 'above 0 and at most 1', scale)
  if (ratio[0] === 0) badOption(transform, 'ratio', 'above 0', ratio)
  return { scale, ratio }
}

/** A ratio whose logarithm is uniform: wide and tall are alike. */
export function drawLogAspect(rng: Rng, ratio: Range): number {
  return Math.exp(rng.uniform(Math.log(ratio[0]), Math.log(ratio[1])))
}
