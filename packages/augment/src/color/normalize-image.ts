import { ClasError } from '@clas/core'
import type { Image } from '../image.ts'
import { badOption } from '../options.ts'
import { type Normalization, normalizeBySimd } from '../simd/normalize.ts'
import { defineTransform, type Transform } from '../transform.ts'
import { floatTable, writeFloats } from './write-floats.ts'

/** The options of {@link normalizeImage}. */
export interface NormalizeImageOptions {
  /** Multiplied to each value first. 1/255 unless told. */
  readonly scale?: number
  /** Of the scaled values: one number, or one per channel. That of ImageNet unless told. */
  readonly mean?: number | readonly number[]
  /** Of the scaled values, not 0: one number, or one per channel. That of ImageNet unless told. */
  readonly std?: number | readonly number[]
}

/** The mean of ImageNet's red, green and blue, 0 to 1. */
export const IMAGENET_MEAN: readonly number[] = [0.485, 0.456, 0.406]

/** The standard deviation of ImageNet's red, green and blue. */
export const IMAGENET_STD: readonly number[] = [0.229, 0.224, 0.225]

const NAME = 'NormalizeImage'

/**
 * Makes float32 values of a picture: (value × scale - mean) / std for each channel, bit for bit as PaddleClas's
 * NormalizeImage with the channels last. The result has the same size.
 *
 * @throws `bad-option` when a number isn't finite or `std` has a 0; `shape-mismatch` when the picture's channels aren't
 *   as many as those of `mean` and `std`. ImageNet's have three: give a mean and a std for grey pictures
 * @example
 * ```ts
 * import { normalizeImage } from '@clas/augment'
 * const grey = { data: new Uint8Array([0, 255]), width: 2, height: 1, channels: 1 }
 * console.log(normalizeImage({ mean: 0.5, std: 0.5 }).apply(grey, null).data) // -1 1
 * ```
 */
export function normalizeImage(options: NormalizeImageOptions = {}): Transform<null> {
  const { scale = 1 / 255, mean = IMAGENET_MEAN, std = IMAGENET_STD } = options
  if (!Number.isFinite(scale)) badOption(NAME, 'scale', 'a finite number', scale)
  const means = channelOption('mean', mean)
  const stds = channelOption('std', std)
  if (stds.includes(0)) badOption(NAME, 'std', 'other than 0', std)
  const normalization = { scale, means, stds }
  const tablesOf = byChannels((channels) => normalizers(channels, normalization).map(floatTable))
  const applyInto = ({ data, channels }: Image, _: null, out: Float32Array): void => {
    checkChannels('mean', means, channels)
    checkChannels('std', stds, channels)
    if (data instanceof Float32Array) normalizeFloats(data, normalizers(channels, normalization), out)
    else if (!normalizeBySimd(data, channels, normalization, out)) writeFloats(data, tablesOf(channels), out)
  }
  return defineTransform({
    name: NAME,
    options,
    sample: () => null,
    apply(image) {
      const data = new Float32Array(image.data.length)
      applyInto(image, null, data)
      return { ...image, data }
    },
    applyInto,
  })
}

type Change = (value: number) => number

/** What becomes of each channel's values. Each step is rounded to float32, as NumPy does. */
function normalizers(channels: number, { scale, means, stds }: Normalization): Change[] {
  const factor = Math.fround(scale)
  return Array.from({ length: channels }, (_, channel) => {
    const mean = means[channel % means.length] as number
    const std = stds[channel % stds.length] as number
    return (value) => Math.fround(Math.fround(value * factor) - mean) / std
  })
}

/** Remembers what is made for each number of channels. */
function byChannels<T>(make: (channels: number) => T): (channels: number) => T {
  const made = new Map<number, T>()
  return (channels) => {
    const found = made.get(channels) ?? make(channels)
    made.set(channels, found)
    return found
  }
}

function normalizeFloats(data: Float32Array, changes: readonly Change[], out: Float32Array): void {
  changes.forEach((change, channel) => {
    for (let i = channel; i < out.length; i += changes.length) out[i] = change(data[i] as number)
  })
}

function channelOption(option: string, value: number | readonly number[]): Float32Array {
  const values = typeof value === 'number' ? [value] : value
  if (!Array.isArray(values) || values.length === 0 || !values.every(Number.isFinite)) {
    badOption(NAME, option, 'a finite number, or one per channel', value)
  }
  return Float32Array.from(values)
}

function checkChannels(option: string, values: Float32Array, channels: number): void {
  if (values.length === 1 || values.length === channels) return
  throw new ClasError(
    'shape-mismatch',
    `NormalizeImage: ${option} is for ${values.length} channels, the picture has ${channels}; ` +
      `give ${option} as one number or as ${channels}`,
    { option, expected: values.length, found: channels },
  )
}
