import { ClasError } from '@clas/core'
import type { Image } from '../image.ts'
import { bytesOf } from './bytes.ts'

/**
 * Turns the hue of a picture, bit for bit as torchvision's `adjust_hue` does with pictures of Pillow: through Pillow's
 * HSV of 8 bits, in which a turn has 255 steps. So a shift of 0 changes colours a little too. A picture of one channel
 * stays as it is.
 *
 * @param image - 8 bits; alpha stays as it is
 * @param shift - in turns, from -0.5 to 0.5
 * @throws `shape-mismatch` when the picture is float32; `bad-option` when the shift isn't in its range
 * @example
 * ```ts
 * import { adjustHue } from '@clas/augment'
 * const red = { data: new Uint8Array([255, 0, 0]), width: 1, height: 1, channels: 3 }
 * console.log(adjustHue(red, 1 / 3).data) // 0 255 0
 * ```
 */
export function adjustHue(image: Image, shift: number): Image {
  const data = bytesOf('adjustHue', image)
  if (!(Math.abs(shift) <= 0.5)) {
    throw new ClasError('bad-option', `adjustHue: shift must be from -0.5 to 0.5 turns, found ${shift}`, { shift })
  }
  const { channels } = image
  if (channels === 1) return image
  tables ??= makeTables()
  const { hues, saturations, lows } = tables
  const steps = Math.trunc(shift * 255)
  const out = data.slice()
  for (let i = 0; i < data.length; i += channels) {
    const red = data[i] as number
    const green = data[i + 1] as number
    const blue = data[i + 2] as number
    const high = Math.max(red, green, blue)
    const low = Math.min(red, green, blue)
    const range = high - low
    // A grey has no hue.
    if (range === 0) continue
    // high - middle, for the three have the sum high + middle + low
    const distance = 2 * high + low - red - green - blue
    const order = red === high ? (green === low ? 0 : 1) : green === high ? (red === low ? 2 : 3) : red === low ? 4 : 5
    const hue = ((hues[(order << 16) | (range << 8) | distance] as number) + steps) & 255
    const strength = (saturations[(high << 8) | range] as number) / 255
    const weakest = lows[(high << 8) | range] as number
    const between = Math.floor(high * (1 - strength * (DISTANCES[hue] as number)) + 0.5)
    // Each sixth of the circle has its order of the three colours.
    const sector = SECTORS[hue] as number
    out[i] = sector === 0 || sector === 5 ? high : sector === 1 || sector === 4 ? between : weakest
    out[i + 1] = sector === 1 || sector === 2 ? high : sector === 0 || sector === 3 ? between : weakest
    out[i + 2] = sector === 3 || sector === 4 ? high : sector === 2 || sector === 5 ? between : weakest
  }
  return { ...image, data: out }
}

interface Tables {
  /** By the order of the colours, the range between the highest and the lowest, and highest - middle: [6, 256, 256]. */
  readonly hues: Uint8Array
  /** By the highest colour and the range: [256, 256]. */
  readonly saturations: Uint8Array
  /** What the lowest colour becomes on the way to HSV and back; as `saturations`. */
  readonly lows: Uint8Array
}

let tables: Tables | undefined

function makeTables(): Tables {
  const hues = new Uint8Array(6 << 16)
  const saturations = new Uint8Array(1 << 16)
  const lows = new Uint8Array(1 << 16)
  for (let range = 1; range < 256; range++) {
    for (let distance = 0; distance <= range; distance++) {
      const part = Math.fround(distance / range)
      // Red is the highest, then green, then blue; each with either of the others as the lowest.
      const sixths = [part - 1, 1 - part, 3 - part, 1 + part, 3 + part, 5 - part]
      sixths.forEach((place, order) => {
        hues[(order << 16) | (range << 8) | distance] = hueByte(place)
      })
    }
    for (let high = range; high < 256; high++) {
      const saturation = Math.trunc(Math.fround(range / high) * 255)
      saturations[(high << 8) | range] = saturation
      lows[(high << 8) | range] = Math.round(high * (1 - saturation / 255))
    }
  }
  return { hues, saturations, lows }
}

/** A place on the circle, in sixths, in 255 steps of a turn; by way of float32, as Pillow rounds. */
function hueByte(sixths: number): number {
  const turns = Math.fround(sixths) / 6 + 1
  return Math.trunc(Math.fround(turns < 1 ? turns : turns - 1) * 255)
}

/** The sixth of the circle in which each hue is, 0 to 5. */
const SECTORS: Uint8Array = /* @__PURE__ */ Uint8Array.from(
  { length: 256 },
  (_, hue) => Math.floor((hue * 6) / 255) % 6,
)

/** For each hue how far its middle colour is from the highest, as a part of the range, 0 to 1. */
const DISTANCES: Float64Array = /* @__PURE__ */ Float64Array.from({ length: 256 }, (_, hue) => {
  const place = (hue * 6) / 255
  const part = place - Math.floor(place)
  return Math.floor(place) % 2 === 0 ? 1 - part : part
})
