import type { Rng } from '@clas/core'
import { IMAGENET_MEAN, IMAGENET_STD } from '../color/normalize-image.ts'
import { type Fill, fillOption } from '../fill.ts'
import type { Image, Rectangle } from '../image.ts'
import { badOption, choiceOption, numberOption, type Range, rangeOption } from '../options.ts'
import { defineTransform, type SampleInfo, type Transform } from '../transform.ts'
import { colorChannels, colorOf, copyOf, fillRectangle } from './fill.ts'
import { drawKey, normalNoise, type StreamKey } from './noise.ts'

/** The options of {@link randomErasing}. */
export interface RandomErasingOptions {
  /** The part of pictures that is erased in, 0 to 1. PaddleClas's EPSILON. 0.5 unless told. */
  readonly p?: number
  /** The rectangle's part of the picture's area, in [0, 1]. PaddleClas's `sl` and `sh`. [0.02, 0.4] unless told. */
  readonly scale?: Range
  /** The rectangle's height by its width, above 0. [r1, 1 / r1] with PaddleClas's `r1` of 0.3 unless told. */
  readonly ratio?: Range
  /** Whether the logarithm of the ratio is uniform, so that tall and wide are as frequent. No unless told. */
  readonly useLogAspect?: boolean
  /** How often a rectangle is drawn until one is smaller than the picture, at least 1. 100 unless told. */
  readonly attempts?: number
  /** `const` fills with `fill`, `rand` with one random colour, `pixel` with noise. `const` unless told. */
  readonly mode?: 'const' | 'rand' | 'pixel'
  /** For `const`, in the units of the picture's values. PaddleClas's `mean`. 0 unless told. */
  readonly fill?: Fill
}

/** What {@link randomErasing} draws: the rectangle, or null when nothing is erased. */
export type RandomErasingParameters =
  | (Rectangle & {
      /** For `rand` and `pixel`: what the stream of colours is made of. */
      readonly key?: StreamKey
    })
  | null

const NAME = 'RandomErasing'

/**
 * Erases a random rectangle in a part of the pictures (Zhong et al. 2017, arXiv 1708.04896), as PaddleClas's
 * RandomErasing and, with `useLogAspect` and 10 attempts, timm's. Where no attempt gives a rectangle that is smaller than
 * the picture in both directions, nothing is erased. Alpha stays.
 *
 * It belongs after `normalizeImage`, as in PaddleClas and timm: the random values of `rand` and `pixel` are normal with
 * mean 0 and deviation 1. In an 8-bit picture they are the values that `normalizeImage` makes such numbers of, with
 * ImageNet's mean and deviation, rounded and cut off at 0 and 255.
 *
 * @throws `bad-option` when a range isn't one, `p` isn't from 0 to 1, `attempts` isn't a whole number of at least 1, the
 *   mode isn't one of the three or the fill isn't finite; `shape-mismatch` when the fill is for another number of channels
 * @example
 * ```ts
 * import { normalizeImage, randomErasing } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const photo = normalizeImage().apply({ data: new Uint8Array(16 * 12 * 3), width: 16, height: 12, channels: 3 }, null)
 * const erase = randomErasing({ p: 1, mode: 'pixel' })
 * console.log(erase.apply(photo, erase.sample(createRng(1), photo)).data.length)
 * ```
 */
export function randomErasing(options: RandomErasingOptions = {}): Transform<RandomErasingParameters> {
  const { useLogAspect = false, attempts = 100, mode = 'const', fill = 0 } = options
  const p = numberOption(NAME, 'p', options.p ?? 0.5, [0, 1])
  const scale = rangeOption(NAME, 'scale', options.scale ?? [0.02, 0.4], 0)
  const ratio = rangeOption(NAME, 'ratio', options.ratio ?? [0.3, 1 / 0.3], 0)
  if (scale[1] > 1) badOption(NAME, 'scale', 'from 0 to 1', scale)
  if (ratio[0] === 0) badOption(NAME, 'ratio', 'above 0', ratio)
  if (!Number.isSafeInteger(attempts) || attempts < 1) {
    badOption(NAME, 'attempts', 'a whole number of at least 1', attempts)
  }
  choiceOption(NAME, 'mode', mode, ['const', 'rand', 'pixel'])
  fillOption(NAME, fill)
  return defineTransform<RandomErasingParameters>({
    name: NAME,
    options,
    sample(rng, info) {
      if (rng.next() >= p) return null
      for (let attempt = 0; attempt < attempts; attempt++) {
        const rectangle = sampleRectangle(rng, info, scale, ratio, useLogAspect)
        if (rectangle) return mode === 'const' ? rectangle : { ...rectangle, key: drawKey(rng) }
      }
      return null
    },
    apply(image, parameters) {
      if (!parameters) return image
      const result = copyOf(image)
      if (!parameters.key) fillRectangle(result, parameters, colorOf(NAME, fill, image.channels))
      else if (mode === 'rand') fillRectangle(result, parameters, randomColor(image, parameters.key))
      else fillWithNoise(result, parameters, parameters.key)
      return result
    },
  })
}

function sampleRectangle(
  rng: Rng,
  { width, height }: SampleInfo,
  scale: Range,
  ratio: Range,
  useLogAspect: boolean,
): Rectangle | undefined {
  const area = width * height * rng.uniform(...scale)
  const aspect = useLogAspect
    ? Math.exp(rng.uniform(Math.log(ratio[0]), Math.log(ratio[1])))
    : rng.uniform(ratio[0], ratio[1])
  const rows = Math.round(Math.sqrt(area * aspect))
  const columns = Math.round(Math.sqrt(area / aspect))
  if (columns >= width || rows >= height) return undefined
  const top = rng.integer(0, height - rows + 1)
  const left = rng.integer(0, width - columns + 1)
  return { left, top, width: columns, height: rows }
}

function randomColor({ data, channels }: Image, key: StreamKey): readonly number[] {
  const colors = colorChannels(channels)
  const color = data instanceof Uint8Array ? new Uint8Array(colors) : new Float32Array(colors)
  fillWithNoise({ data: color, width: 1, height: 1, channels: colors }, { left: 0, top: 0, width: 1, height: 1 }, key)
  return Array.from(color)
}

function fillWithNoise({ data, width, channels }: Image, rectangle: Rectangle, key: StreamKey): void {
  const colors = colorChannels(channels)
  const noise = normalNoise(key, rectangle.width * rectangle.height * colors)
  const bytes = data instanceof Uint8Array
  const scale = Array.from({ length: colors }, (_, c) => (bytes ? 255 * channelOf(IMAGENET_STD, c, colors) : 1))
  const shift = Array.from({ length: colors }, (_, c) => (bytes ? 255 * channelOf(IMAGENET_MEAN, c, colors) : 0))
  // A clamped view rounds, and cuts off at 0 and 255.
  const out = bytes ? new Uint8ClampedArray(data.buffer, data.byteOffset, data.length) : data
  let drawn = 0
  for (let y = rectangle.top; y < rectangle.top + rectangle.height; y++) {
    const start = (y * width + rectangle.left) * channels
    const end = start + rectangle.width * channels
    for (let i = start; i < end; i += channels) {
      for (let c = 0; c < colors; c++) {
        out[i + c] = (shift[c] as number) + (scale[c] as number) * (noise[drawn++] as number)
      }
    }
  }
}

/** A channel's part of ImageNet's mean or deviation; the average of all for a grey picture. */
function channelOf(values: readonly number[], channel: number, colors: number): number {
  const used = colors === 1 ? values : [values[channel] ?? 0]
  return used.reduce((sum, value) => sum + value, 0) / used.length
}
