import { ClasError } from '@clas/core'
import { type Fill, fillOption } from '../fill.ts'
import type { ImageInfo, Rectangle } from '../image.ts'
import { badOption, choiceOption, type Size, sizeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { place } from './place.ts'

/** The options of {@link padv2}. */
export interface Padv2Options {
  /** Of the result, in pixels: the side of a square, or [width, height]. The next multiple of `sizeDivisor` unless told. */
  readonly size?: Size
  /** In pixels. 32 unless told. */
  readonly sizeDivisor?: number
  /**
   * Where the picture lies in the result: 0 top left, 1 in the middle, 2 bottom right, -1 at `offsets`. 0 unless told.
   */
  readonly padMode?: -1 | 0 | 1 | 2
  /** The left column and the top row of the picture in the result, for `padMode` -1. */
  readonly offsets?: readonly [x: number, y: number]
  /** The value of what is added: one number, or one per channel. 127.5 unless told, which is 128 in 8-bit pictures. */
  readonly fill?: Fill
}

const NAME = 'Padv2'

/**
 * Pads a picture to a size, or to the next multiples of a number of pixels. Works on 8-bit and float32 pictures of any
 * number of channels.
 *
 * This is PaddleClas's Padv2, which turns pictures into float32; here 8-bit pictures stay so.
 *
 * @throws `bad-option` when an option isn't what it should be; `shape-mismatch` when the picture doesn't fit into `size`
 *   where it is to lie
 * @example
 * ```ts
 * import { padv2 } from '@clas/augment'
 * const photo = { data: new Uint8Array(50 * 30 * 3), width: 50, height: 30, channels: 3 }
 * console.log(padv2().apply(photo, null).width) // 64
 * ```
 */
export function padv2(options: Padv2Options = {}): Transform<null> {
  const { sizeDivisor = 32, padMode = 0, offsets, fill = 127.5 } = options
  const size = options.size === undefined ? undefined : sizeOption(NAME, options.size)
  sizeOption(NAME, sizeDivisor)
  choiceOption(NAME, 'padMode', padMode, [-1, 0, 1, 2])
  fillOption(NAME, fill)
  if (padMode === -1 && !isOffset(offsets)) {
    badOption(NAME, 'offsets', 'a pair [x, y] of whole numbers of at least 0 with padMode -1', offsets)
  }
  const windowOf = (info: ImageInfo): Rectangle => {
    const [width, height] = size ?? [info.width, info.height].map((side) => Math.ceil(side / sizeDivisor) * sizeDivisor)
    return windowAround(info, [width as number, height as number], padMode, offsets)
  }
  return defineTransform({
    name: NAME,
    options,
    sample: () => null,
    apply: (image) => place(image, windowOf(image), fill),
    outputInfo: (info) => {
      const { width, height } = windowOf(info)
      return { width, height, channels: info.channels }
    },
  })
}

function windowAround(
  info: ImageInfo,
  [width, height]: readonly [number, number],
  padMode: number,
  offsets: readonly [number, number] | undefined,
): Rectangle {
  const across = width - info.width
  const down = height - info.height
  const [x, y] = offsets && padMode === -1 ? offsets : [across, down].map((space) => Math.floor((space * padMode) / 2))
  const window = { left: 0 - (x as number), top: 0 - (y as number), width, height }
  if (across + window.left < 0 || down + window.top < 0 || across < 0 || down < 0) {
    throw new ClasError(
      'shape-mismatch',
      `Padv2: a picture of ${info.width}×${info.height} at (${x}, ${y}) doesn't fit into ${width}×${height}; ` +
        'take a larger size, or resize the picture first',
      { width, height, imageWidth: info.width, imageHeight: info.height },
    )
  }
  return window
}

function isOffset(offsets: unknown): boolean {
  return Array.isArray(offsets) && offsets.length === 2 && offsets.every((at) => Number.isSafeInteger(at) && at >= 0)
}
