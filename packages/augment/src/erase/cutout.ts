import type { Rng } from '@clas/core'
import { type Fill, fillOption } from '../fill.ts'
import type { Rectangle } from '../image.ts'
import { badOption } from '../options.ts'
import { defineTransform, type SampleInfo, type Transform } from '../transform.ts'
import { colorChannels, colorOf, copyOf, fillRectangle } from './fill.ts'

/** The options of {@link cutout}. */
export interface CutoutOptions {
  /** How many holes, at least 1; they may overlap. 1 unless told. */
  readonly nHoles?: number
  /** Of a hole's sides, in pixels, at least 1. 112 unless told, which suits pictures of 224. */
  readonly length?: number
  /**
   * What a hole is filled with, in the units of the picture's values, or `'random'`: a colour of its own for each hole,
   * of whole numbers from 0 to 255. 0 unless told: black, or the mean colour after `normalizeImage`.
   */
  readonly fill?: Fill | 'random'
}

/** What {@link cutout} draws. */
export interface CutoutParameters {
  readonly holes: readonly (Rectangle & { readonly fill: Fill })[]
}

const NAME = 'Cutout'

/**
 * Fills square holes. The middle of a hole is anywhere in the picture with equal chance, so that a part of it may lie
 * outside (DeVries and Taylor 2017, arXiv 1708.04552). Alpha stays.
 *
 * As in PaddleClas, a hole reaches half the length, rounded down, to each side of its middle pixel: 113 pixels for a
 * length of 112. PaddleClas's own operator fails unless its fill is `none`, which is `'random'` here; this one fills with
 * any colour, and with PaddleClas's documented black where none is told.
 *
 * @throws `bad-option` when `nHoles` or `length` isn't a whole number of at least 1, or the fill isn't finite;
 *   `shape-mismatch` when the fill is for another number of channels
 * @example
 * ```ts
 * import { cutout } from '@clas/augment'
 * const grey = { data: new Uint8Array(3 * 3).fill(9), width: 3, height: 3, channels: 1 }
 * const holes = [{ left: 1, top: 0, width: 2, height: 2, fill: 0 }]
 * console.log(cutout({ length: 2 }).apply(grey, { holes }).data) // 9 0 0, 9 0 0, 9 9 9
 * ```
 */
export function cutout(options: CutoutOptions = {}): Transform<CutoutParameters> {
  const { nHoles = 1, length = 112, fill = 0 } = options
  if (!Number.isSafeInteger(nHoles) || nHoles < 1) badOption(NAME, 'nHoles', 'a whole number of at least 1', nHoles)
  if (!Number.isSafeInteger(length) || length < 1) badOption(NAME, 'length', 'a whole number of at least 1', length)
  if (fill !== 'random') fillOption(NAME, fill)
  const reach = Math.floor(length / 2)
  return defineTransform({
    name: NAME,
    options,
    sample: (rng, info) => ({
      holes: Array.from({ length: nHoles }, () => ({
        ...sampleHole(rng, info, reach),
        fill:
          fill === 'random' ? Array.from({ length: colorChannels(info.channels) }, () => rng.integer(0, 256)) : fill,
      })),
    }),
    apply(image, { holes }) {
      const result = copyOf(image)
      for (const hole of holes) fillRectangle(result, hole, colorOf(NAME, hole.fill, image.channels))
      return result
    },
  })
}

function sampleHole(rng: Rng, { width, height }: SampleInfo, reach: number): Rectangle {
  const y = rng.integer(0, height)
  const x = rng.integer(0, width)
  const left = Math.max(0, x - reach)
  const top = Math.max(0, y - reach)
  return {
    left,
    top,
    width: Math.min(width, x + reach + 1) - left,
    height: Math.min(height, y + reach + 1) - top,
  }
}
