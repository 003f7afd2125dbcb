import { type Fill, fillOption } from '../fill.ts'
import type { Image } from '../image.ts'
import { badOption, numberOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { colorOf, copyOf, fillRectangle } from './fill.ts'

/** The options of {@link hideAndSeek}. */
export interface HideAndSeekOptions {
  /**
   * The sides of the squares in pixels, one of which is taken with equal chance; with 0 nothing is hidden. At least one,
   * [0, 16, 32, 44, 56] unless told, which suits pictures of 224.
   */
  readonly gridSizes?: readonly number[]
  /** The part of squares that is hidden, 0 to 1. 0.5 unless told. */
  readonly hiddenPart?: number
  /** What hidden squares are filled with. 0 unless told: black, or the mean colour after `normalizeImage`. */
  readonly fill?: Fill
}

/** What {@link hideAndSeek} draws. */
export interface HideAndSeekParameters {
  /** The side of a square in pixels; 0 hides nothing. */
  readonly gridSize: number
  /** The squares that are hidden, counted row by row from the top left. */
  readonly hidden: readonly number[]
}

const NAME = 'HideAndSeek'

/**
 * Divides the picture into squares and hides each with the same chance (Singh and Lee 2017, arXiv 1704.04232). Those at
 * the right and the bottom are as small as what is left. Alpha stays.
 *
 * The sizes and the chance are those of PaddleClas's HideAndSeek, which takes rows for columns: in a picture that isn't
 * square a part is never hidden there. Here all parts are.
 *
 * @throws `bad-option` when a size isn't a whole number of at least 0, there is none, or `hiddenPart` isn't from 0 to 1;
 *   `shape-mismatch` when the fill is for another number of channels
 * @example
 * ```ts
 * import { hideAndSeek } from '@clas/augment'
 * const row = { data: new Uint8Array([1, 2, 3, 4]), width: 4, height: 1, channels: 1 }
 * console.log(hideAndSeek({ gridSizes: [2] }).apply(row, { gridSize: 2, hidden: [1] }).data) // 1 2 0 0
 * ```
 */
export function hideAndSeek(options: HideAndSeekOptions = {}): Transform<HideAndSeekParameters> {
  const { gridSizes = [0, 16, 32, 44, 56], fill = 0 } = options
  const hiddenPart = numberOption(NAME, 'hiddenPart', options.hiddenPart ?? 0.5, [0, 1])
  if (gridSizes.length === 0 || !gridSizes.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    badOption(NAME, 'gridSizes', 'a list of whole numbers of at least 0', gridSizes)
  }
  fillOption(NAME, fill)
  return defineTransform({
    name: NAME,
    options,
    sample(rng, { width, height }) {
      const gridSize = gridSizes[rng.integer(0, gridSizes.length)] ?? 0
      const hidden: number[] = []
      const squares = gridSize === 0 ? 0 : Math.ceil(width / gridSize) * Math.ceil(height / gridSize)
      for (let square = 0; square < squares; square++) if (rng.next() < hiddenPart) hidden.push(square)
      return { gridSize, hidden }
    },
    apply: (image, { gridSize, hidden }) =>
      hidden.length === 0 ? image : hide(image, gridSize, hidden, colorOf(NAME, fill, image.channels)),
  })
}

function hide(image: Image, gridSize: number, hidden: readonly number[], color: readonly number[]): Image {
  const result = copyOf(image)
  const columns = Math.ceil(image.width / gridSize)
  for (const square of hidden) {
    const left = (square % columns) * gridSize
    const top = Math.floor(square / columns) * gridSize
    const width = Math.min(gridSize, image.width - left)
    const height = Math.min(gridSize, image.height - top)
    fillRectangle(result, { left, top, width, height }, color)
  }
  return result
}
