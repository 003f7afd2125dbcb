import type { Rng } from '@clas/core'
import type { Image } from '../image.ts'
import { badOption, numberOption, type Range, rangeOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { bytesOf } from './bytes.ts'
import { adjustBrightness, adjustContrast, adjustSaturation } from './enhance.ts'
import { adjustHue } from './hue.ts'

/** The options of {@link colorJitter}. */
export interface ColorJitterOptions {
  /** The part of pictures that is changed, 0 to 1. 1 unless told. (PaddleClas's `prob` is 2 there, which is the same.) */
  readonly p?: number
  /** How far the factor may be from 1, at least 0, or its range. 0 unless told, which leaves the brightness. */
  readonly brightness?: number | Range
  /** As `brightness`. */
  readonly contrast?: number | Range
  /** As `brightness`. */
  readonly saturation?: number | Range
  /** How far the hue may turn to either side, 0 to 0.5 turns, or its range in -0.5 to 0.5. 0 unless told. */
  readonly hue?: number | Range
}

/** A change of colour and how strong it is. */
export interface ColorJitterStep {
  readonly change: Change
  /** The factor; of a hue the shift, in turns. */
  readonly amount: number
}

type Change = 'brightness' | 'contrast' | 'saturation' | 'hue'

/** What {@link colorJitter} draws. */
export interface ColorJitterParameters {
  /** In the order in which they are applied; none for a picture that isn't changed. */
  readonly steps: readonly ColorJitterStep[]
}

const NAME = 'ColorJitter'

const CHANGES: Readonly<Record<Change, (image: Image, amount: number) => Image>> = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  saturation: adjustSaturation,
  hue: adjustHue,
}
const CHANGE_NAMES: readonly Change[] = ['brightness', 'contrast', 'saturation', 'hue']

/**
 * Changes brightness, contrast, saturation and hue, in random order, each by an amount that is uniform in its range.
 * This is PaddleClas's and torchvision's ColorJitter; its changes are theirs bit for bit. For 8-bit pictures; alpha
 * stays. Saturation and hue leave pictures of one channel as they are.
 *
 * @throws `bad-option` when a number is negative, or a range isn't one or is outside of its bounds; `shape-mismatch` when
 *   a picture is float32
 * @example
 * ```ts
 * import { colorJitter } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const jitter = colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 })
 * console.log(jitter.sample(createRng(1), { width: 8, height: 8, channels: 3 }).steps)
 * ```
 */
export function colorJitter(options: ColorJitterOptions = {}): Transform<ColorJitterParameters> {
  const { p = 1, brightness = 0, contrast = 0, saturation = 0, hue = 0 } = options
  numberOption(NAME, 'p', p, [0, 1])
  const factors: Range = [0, Number.MAX_VALUE]
  const ranges: Readonly<Record<Change, Range | undefined>> = {
    brightness: amountRange('brightness', brightness, 1, factors),
    contrast: amountRange('contrast', contrast, 1, factors),
    saturation: amountRange('saturation', saturation, 1, factors),
    hue: amountRange('hue', hue, 0, [-0.5, 0.5]),
  }
  return defineTransform({
    name: NAME,
    options,
    sample: (rng) => ({ steps: rng.next() < p ? drawSteps(rng, ranges) : [] }),
    apply(image, { steps }) {
      bytesOf(NAME, image)
      return steps.reduce((current, { change, amount }) => CHANGES[change](current, amount), image)
    },
  })
}

function drawSteps(rng: Rng, ranges: Readonly<Record<Change, Range | undefined>>): ColorJitterStep[] {
  const steps = CHANGE_NAMES.flatMap((change) => {
    const range = ranges[change]
    return range ? [{ change, amount: rng.uniform(range[0], range[1]) }] : []
  })
  return Array.from(rng.permutation(steps.length), (index) => steps[index] as ColorJitterStep)
}

/** The range of an amount; undefined where it is only the middle, which changes nothing. */
function amountRange(option: string, value: number | Range, middle: number, [least, most]: Range): Range | undefined {
  if (typeof value === 'number' && !(value >= 0)) badOption(NAME, option, 'at least 0, or a range [low, high]', value)
  const range = typeof value === 'number' ? ([Math.max(least, middle - value), middle + value] as const) : value
  const [low, high] = rangeOption(NAME, option, range, least)
  if (high > most) badOption(NAME, option, `at most ${most}`, value)
  return low === middle && high === middle ? undefined : [low, high]
}
