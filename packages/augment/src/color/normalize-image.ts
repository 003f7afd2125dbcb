import { ClasError } from '@clas/core'
import type { Image } from '../image.ts'
import { badOption } from '../options.ts'
import { defineTransform, type Transform } from '../transform.ts'

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
 * Makes float32 values of a picture: (value × scale - mean) / std for each channel, as PaddleClas's NormalizeImage with
 * the channels last. The result has the same size.
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
  const tables = new Map<number, Float32Array>()
  const tableOf = (channels: number): Float32Array => {
    const table = tables.get(channels) ?? byteTable(channels, scale, means, stds)
    tables.set(channels, table)
    return table
  }
  return defineTransform({
    name: NAME,
    options,
    sample: () => null,
    apply: (image) => {
      checkChannels('mean', means, image.channels)
      checkChannels('std', stds, image.channels)
      if (image.data instanceof Uint8Array) return normalizeBytes(image, tableOf(image.channels))
      return normalizeFloats(image, scale, means, stds)
    },
  })
}

/** The result for each channel and byte: [channels, 256]. */
function byteTable(channels: number, scale: number, means: Float32Array, stds: Float32Array): Float32Array {
  const table = new Float32Array(channels * 256)
  for (let c = 0; c < channels; c++) {
    const bytes = { data: Float32Array.from({ length: 256 }, (_, i) => i), width: 256, height: 1, channels: 1 }
    const mean = means.subarray(c % means.length)
    const std = stds.subarray(c % stds.length)
    table.set(normalizeFloats(bytes, scale, mean, std).data, c * 256)
  }
  return table
}

function normalizeBytes(image: Image, table: Float32Array): Image {
  const { channels } = image
  const data = image.data as Uint8Array
  const out = new Float32Array(data.length)
  for (let c = 0; c < channels; c++) {
    const first = c * 256
    for (let i = c; i < out.length; i += channels) out[i] = table[first + (data[i] as number)] as number
  }
  return { ...image, data: out }
}

function normalizeFloats(image: Image, scale: number, means: Float32Array, stds: Float32Array): Image {
  const { data, channels } = image
  const factor = Math.fround(scale)
  const out = new Float32Array(data.length)
  for (let c = 0; c < channels; c++) {
    const mean = means[c % means.length] as number
    const std = stds[c % stds.length] as number
    // Each step is rounded to float32, as NumPy does.
    for (let i = c; i < out.length; i += channels) {
      out[i] = Math.fround(Math.fround((data[i] as number) * factor) - mean) / std
    }
  }
  return { ...image, data: out }
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
