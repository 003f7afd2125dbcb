import type { Image } from '../image.ts'
import { greyBySimd } from '../simd/blend.ts'
import { countBySimd } from '../simd/tables.ts'
import { bytesOf, byteTable, colorChannels, IDENTITY, mapBytes, mapChannels } from './bytes.ts'
import { luma } from './luma.ts'

/**
 * The negative of a picture: 255 less each value, as Pillow's `ImageOps.invert`.
 *
 * @param image - 8 bits; alpha stays as it is
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { invert } from '@clas/augment'
 * console.log(invert({ data: new Uint8Array([0, 55]), width: 2, height: 1, channels: 1 }).data) // 255 200
 * ```
 */
export function invert(image: Image): Image {
  return mapBytes(image, bytesOf('invert', image), INVERTED)
}

/**
 * Inverts the values from a threshold on, as Pillow's `ImageOps.solarize`.
 *
 * @param image - 8 bits; alpha stays as it is
 * @param threshold - the least value that is inverted: 0 inverts all, 256 none
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { solarize } from '@clas/augment'
 * console.log(solarize({ data: new Uint8Array([50, 200]), width: 2, height: 1, channels: 1 }, 128).data) // 50 55
 * ```
 */
export function solarize(image: Image, threshold: number): Image {
  const table = byteTable((value) => (value < threshold ? value : 255 - value))
  return mapBytes(image, bytesOf('solarize', image), table)
}

/**
 * Adds to the values below a threshold, and keeps the result from 0 to 255: SolarizeAdd of the AutoAugment family.
 *
 * @param image - 8 bits; alpha stays as it is
 * @param amount - what is added, a whole number
 * @param threshold - the least value that stays; 128 unless told
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { solarizeAdd } from '@clas/augment'
 * console.log(solarizeAdd({ data: new Uint8Array([50, 200]), width: 2, height: 1, channels: 1 }, 30).data) // 80 200
 * ```
 */
export function solarizeAdd(image: Image, amount: number, threshold = 128): Image {
  const table = byteTable((value) => (value < threshold ? value + amount : value))
  return mapBytes(image, bytesOf('solarizeAdd', image), table)
}

/**
 * Keeps the highest bits of each value and clears the others, as Pillow's `ImageOps.posterize`.
 *
 * @param image - 8 bits; alpha stays as it is
 * @param bits - how many stay, 0 to 8; 0 makes the picture black, as older versions of Pillow do
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { posterize } from '@clas/augment'
 * console.log(posterize({ data: new Uint8Array([50, 200]), width: 2, height: 1, channels: 1 }, 1).data) // 0 128
 * ```
 */
export function posterize(image: Image, bits: number): Image {
  const mask = 256 - 2 ** (8 - bits)
  const table = byteTable((value) => value & mask)
  return mapBytes(image, bytesOf('posterize', image), table)
}

/**
 * Stretches each colour channel so that its least value becomes 0 and its greatest 255, bit for bit as Pillow's
 * `ImageOps.autocontrast`. A channel of one value stays as it is.
 *
 * @param image - 8 bits; alpha stays as it is
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { autocontrast } from '@clas/augment'
 * console.log(autocontrast({ data: new Uint8Array([50, 100, 150]), width: 3, height: 1, channels: 1 }).data) // 0 127 255
 * ```
 */
export function autocontrast(image: Image): Image {
  const data = bytesOf('autocontrast', image)
  const tables = histograms(image, data).map((counts) => {
    const low = counts.findIndex((count) => count > 0)
    const high = counts.findLastIndex((count) => count > 0)
    if (high <= low) return IDENTITY
    const scale = 255 / (high - low)
    const offset = -low * scale
    return byteTable((value) => value * scale + offset)
  })
  return mapChannels(image, data, tables)
}

/**
 * Spreads the values of each colour channel evenly over 0 to 255 by its histogram, bit for bit as Pillow's
 * `ImageOps.equalize`.
 *
 * @param image - 8 bits; alpha stays as it is
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { equalize } from '@clas/augment'
 * const ramp = { data: Uint8Array.from({ length: 512 }, (_, i) => 100 + i / 32), width: 512, height: 1, channels: 1 }
 * console.log(equalize(ramp).data[0], equalize(ramp).data[511]) // 0 255
 * ```
 */
export function equalize(image: Image): Image {
  const data = bytesOf('equalize', image)
  return mapChannels(image, data, histograms(image, data).map(equalizeTable))
}

/**
 * Makes a picture grey. It keeps its number of channels: all colours get the brightness, as Pillow's conversion to `L`.
 *
 * @param image - 8 bits; alpha stays as it is
 * @throws `shape-mismatch` when the picture is float32
 * @example
 * ```ts
 * import { grayscale } from '@clas/augment'
 * console.log(grayscale({ data: new Uint8Array([255, 128, 0]), width: 1, height: 1, channels: 3 }).data) // 151 151 151
 * ```
 */
export function grayscale(image: Image): Image {
  const data = bytesOf('grayscale', image)
  if (image.channels === 1) return image
  return { ...image, data: greyBySimd(image, data) ?? greyData(data, image.channels) }
}

/** The brightness of each pixel in place of its colours: [pixels, channels]. */
export function greyData(data: Uint8Array, channels: number): Uint8Array {
  const out = data.slice()
  for (let i = 0; i < data.length; i += channels) {
    const grey = luma(data[i] as number, data[i + 1] as number, data[i + 2] as number)
    out[i] = grey
    out[i + 1] = grey
    out[i + 2] = grey
  }
  return out
}

const INVERTED: Uint8Array = /* @__PURE__ */ byteTable((value) => 255 - value)

/** How often each value is in each colour channel: [256] each. */
function histograms(image: Image, data: Uint8Array): Uint32Array[] {
  const counts = countBySimd(image, data) ?? countData(data, image.channels)
  return Array.from({ length: colorChannels(image) }, (_, channel) =>
    counts.subarray(channel * 256, channel * 256 + 256),
  )
}

/** How often each value is in each channel: [channels, 256]. */
export function countData(data: Uint8Array, channels: number): Uint32Array {
  const counts = new Uint32Array(channels * 256)
  for (let i = 0; i < data.length; i += channels) {
    for (let channel = 0; channel < channels; channel++) {
      const bin = (channel << 8) | (data[i + channel] as number)
      counts[bin] = (counts[bin] as number) + 1
    }
  }
  return counts
}

function equalizeTable(counts: Uint32Array): Uint8Array {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const last = counts.findLast((count) => count > 0) ?? 0
  const step = Math.floor((total - last) / 255)
  if (step === 0) return IDENTITY
  let below = Math.floor(step / 2)
  return byteTable((value) => {
    const level = Math.floor(below / step)
    below += counts[value] as number
    return level
  })
}
