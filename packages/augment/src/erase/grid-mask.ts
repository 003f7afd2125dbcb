import { type Fill, fillOption } from '../fill.ts'
import { rotate } from '../geometry/rotate.ts'
import { cropRectangle, type Image } from '../image.ts'
import { badOption, choiceOption, numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { colorOf, copyOf, fillRectangle } from './fill.ts'

/** The options of {@link gridMask}. */
export interface GridMaskOptions {
  /** The smallest side of a cell of the grid, in pixels, at least 1. 96 unless told. */
  readonly d1?: number
  /** The side of a cell is drawn from `d1` to one below this. 224 unless told. */
  readonly d2?: number
  /** The angle is a whole number of degrees from 0 to one below this. 1 unless told: the grid is upright. */
  readonly rotate?: number
  /** The width of a bar by the side of a cell, 0 to 1. 0.5 unless told. */
  readonly ratio?: number
  /** 0 erases the bars, 1 what is between them. 0 unless told. */
  readonly mode?: 0 | 1
  /** The part of pictures that is masked once the ramp is over, 0 to 1. 1 unless told. */
  readonly p?: number
  /** In how many epochs the part of pictures rises from 0 to `p`; 0 begins with `p`. 240 unless told. */
  readonly rampEpochs?: number
  /** What is erased becomes this. 0 unless told: black, or the mean colour after `normalizeImage`. */
  readonly fill?: Fill
}

/** What {@link gridMask} draws; null when the picture stays as it is. */
export type GridMaskParameters = {
  /** The side of a cell, in pixels. */
  readonly cell: number
  /** Where the first bar begins, in pixels of the mask, which is half as large again as the picture. */
  readonly left: number
  readonly top: number
  /** Counter-clockwise, in degrees. */
  readonly angle: number
} | null

const NAME = 'GridMask'

/**
 * Erases the bars of a regular grid, or the squares between them (Chen et al. 2020, arXiv 2001.04086). Alpha stays.
 *
 * The part of pictures that is masked rises with the epoch: p · min(1, epoch / rampEpochs). In PaddleClas the count of
 * epochs stays at 0, so that its GridMask never masks anything; here it is the epoch that `sample` is told, so a training
 * of far fewer epochs than 240 wants a shorter ramp.
 *
 * @throws `bad-option` when `d1`, `d2` or `rotate` isn't a whole number of at least 1, `d2` isn't above `d1`, another
 *   option is out of its range; `shape-mismatch` when the fill is for another number of channels
 * @example
 * ```ts
 * import { gridMask } from '@clas/augment'
 * const row = { data: new Uint8Array(6).fill(9), width: 6, height: 1, channels: 1 }
 * const grid = { cell: 4, left: 0, top: 2, angle: 0 }
 * console.log(gridMask({ d1: 4, d2: 5 }).apply(row, grid).data) // 0 9 9 0 0 9
 * ```
 */
export function gridMask(options: GridMaskOptions = {}): Transform<GridMaskParameters> {
  const { d1 = 96, d2 = 224, rotate: angles = 1, rampEpochs = 240, fill = 0 } = options
  for (const [option, value] of Object.entries({ d1, d2, rotate: angles })) {
    if (!Number.isSafeInteger(value) || value < 1) badOption(NAME, option, 'a whole number of at least 1', value)
  }
  if (d2 <= d1) badOption(NAME, 'd2', `above d1, which is ${d1}`, d2)
  const ratio = numberOption(NAME, 'ratio', options.ratio ?? 0.5, [0, 1])
  const mode = choiceOption<0 | 1>(NAME, 'mode', options.mode ?? 0, [0, 1])
  const p = numberOption(NAME, 'p', options.p ?? 1, [0, 1])
  if (!(rampEpochs >= 0)) badOption(NAME, 'rampEpochs', 'a number of at least 0', rampEpochs)
  fillOption(NAME, fill)
  return defineTransform({
    name: NAME,
    options,
    sample(rng, { epoch = 0 }) {
      if (rng.next() >= p * (epoch < rampEpochs ? epoch / rampEpochs : 1)) return null
      const cell = rng.integer(d1, d2)
      return { cell, top: rng.integer(0, cell), left: rng.integer(0, cell), angle: rng.integer(0, angles) }
    },
    apply: (image, grid) =>
      grid ? erase(image, maskOf(image, grid, ratio), mode, colorOf(NAME, fill, image.channels)) : image,
  })
}

/** [height, width] of the picture: 1 between the bars, 0 on them. */
function maskOf(image: Image, grid: NonNullable<GridMaskParameters>, ratio: number): Image['data'] {
  // Half as large again, so that a turned mask still covers the picture.
  const width = Math.floor(1.5 * image.width)
  const height = Math.floor(1.5 * image.height)
  const bar = Math.floor(grid.cell * ratio + 0.5)
  const isBar = (position: number, first: number): boolean => (position - first + grid.cell) % grid.cell < bar
  const line = Uint8Array.from({ length: width }, (_, x) => (isBar(x, grid.left) ? 0 : 1))
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) if (!isBar(y, grid.top)) data.set(line, y * width)
  return cropRectangle(rotate({ data, width, height, channels: 1 }, grid.angle), {
    left: Math.floor((width - image.width) / 2),
    top: Math.floor((height - image.height) / 2),
    width: image.width,
    height: image.height,
  }).data
}

/** Fills where the mask has the erased value, run by run of a row. */
function erase(image: Image, mask: Image['data'], erased: 0 | 1, color: readonly number[]): Image {
  const result = copyOf(image)
  const { width, height } = image
  for (let top = 0; top < height; top++) {
    const row = mask.subarray(top * width, (top + 1) * width)
    let left = row.indexOf(erased)
    while (left !== -1) {
      const next = row.indexOf(1 - erased, left)
      const end = next === -1 ? width : next
      fillRectangle(result, { left, top, width: end - left, height: 1 }, color)
      left = row.indexOf(erased, end)
    }
  }
  return result
}
