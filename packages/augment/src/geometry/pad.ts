import { type Fill, fillOption } from '../fill.ts'
import type { Image, Rectangle } from '../image.ts'
import { badOption, choiceOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { BORDER_MODES, type BorderMode, beyond } from './border.ts'
import { resampleNearest } from './nearest.ts'
import { place } from './place.ts'

/** The options of {@link pad}. */
export interface PadOptions {
  /**
   * Pixels that are added: on all four sides, at [left and right, top and bottom], or at [left, top, right, bottom]. Whole
   * numbers of at least 0.
   */
  readonly padding:
    | number
    | readonly [across: number, down: number]
    | readonly [left: number, top: number, right: number, bottom: number]
  /** The value of what is added in mode `constant`: one number, or one per channel. 0 unless told. */
  readonly fill?: Fill
  /** What is added. `constant` unless told. */
  readonly mode?: BorderMode
}

const NAME = 'Pad'

/**
 * Puts a border around a picture, which grows by it. Works on 8-bit and float32 pictures of any number of channels. This
 * is PaddleClas's Pad, and with all its modes that of paddle.vision and torchvision.
 *
 * @throws `bad-option` when the padding isn't of whole numbers, the fill isn't finite or there is no such mode;
 *   `shape-mismatch` when the fill has another number of values than the picture has channels
 * @example
 * ```ts
 * import { pad } from '@clas/augment'
 * const dot = { data: new Uint8Array([7]), width: 1, height: 1, channels: 1 }
 * console.log(pad({ padding: [1, 0, 2, 0], fill: 9 }).apply(dot, null).data) // 9 7 9 9
 * ```
 */
export function pad(options: PadOptions): Transform<null> {
  const [left, top, right, bottom] = sidesOption(options.padding)
  const fill = fillOption(NAME, options.fill ?? 0)
  const mode = choiceOption(NAME, 'mode', options.mode ?? 'constant', BORDER_MODES)
  return defineTransform({
    name: NAME,
    options,
    sample: () => null,
    apply(image) {
      const width = image.width + left + right
      const height = image.height + top + bottom
      const window = { left: 0 - left, top: 0 - top, width, height }
      return mode === 'constant' ? place(image, window, fill) : continued(image, window, mode)
    },
    outputInfo: ({ width, height, channels }) => ({
      width: width + left + right,
      height: height + top + bottom,
      channels,
    }),
  })
}

function continued(image: Image, window: Rectangle, mode: Exclude<BorderMode, 'constant'>): Image {
  const { width, height } = window
  const columns = Int32Array.from({ length: width }, (_, x) => beyond(mode, window.left + x, image.width))
  const rows = Int32Array.from({ length: height }, (_, y) => beyond(mode, window.top + y, image.height))
  const whole = { left: 0, top: 0, width: image.width, height: image.height }
  return { data: resampleNearest(image, whole, columns, rows), width, height, channels: image.channels }
}

function sidesOption(padding: PadOptions['padding']): readonly [number, number, number, number] {
  const sides: readonly number[] = typeof padding === 'number' ? [padding, padding] : padding
  const all = Array.isArray(sides) && sides.length === 2 ? [...sides, ...sides] : sides
  if (!Array.isArray(all) || all.length !== 4 || !all.every((side) => Number.isSafeInteger(side) && side >= 0)) {
    badOption(
      NAME,
      'padding',
      'a whole number of at least 0, [left and right, top and bottom] or [left, top, right, bottom]',
      padding,
    )
  }
  return all as [number, number, number, number]
}
