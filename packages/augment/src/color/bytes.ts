import { ClasError } from '@clas/core'
import type { Image } from '../image.ts'
import { mapBySimd } from '../simd/tables.ts'

/** The bytes of a picture. Throws `shape-mismatch`, with the name of the change, where it has float32 values. */
export function bytesOf(name: string, image: Image): Uint8Array {
  if (image.data instanceof Uint8Array) return image.data
  throw new ClasError(
    'shape-mismatch',
    `${name}: needs a picture of 8 bits, found float32 values; put it before the step that makes them ` +
      '(NormalizeImage, ToFloat)',
    { name, expected: 'Uint8Array', found: 'Float32Array' },
  )
}

/** How many of the channels are colours: all but alpha, the fourth. */
export function colorChannels({ channels }: { readonly channels: number }): number {
  return channels === 4 ? 3 : channels
}

/** Copies the alpha channel of a picture, where it has one, to values of the same size. */
export function keepAlpha(out: Image['data'], { data, channels }: Image): void {
  if (channels === 4) for (let i = 3; i < out.length; i += 4) out[i] = data[i] as number
}

/** Replaces each colour value by that of a table of 256. Alpha stays. */
export function mapBytes(image: Image, data: Uint8Array, table: Uint8Array): Image {
  return mapChannels(image, data, Array<Uint8Array>(colorChannels(image)).fill(table))
}

/** Replaces the values of each colour channel by those of its own table of 256. Alpha stays. */
export function mapChannels(image: Image, data: Uint8Array, tables: readonly Uint8Array[]): Image {
  return mapBySimd(image, data, tables) ?? { ...image, data: mapData(data, image.channels, tables) }
}

/** The values that a table for each colour channel gives. */
export function mapData(data: Uint8Array, channels: number, tables: readonly Uint8Array[]): Uint8Array {
  const out = data.slice()
  tables.forEach((table, channel) => {
    for (let i = channel; i < out.length; i += channels) out[i] = table[data[i] as number] as number
  })
  return out
}

/** A table of what a function makes of each byte. Fractions are cut off, and values beyond 0 and 255 clipped. */
export function byteTable(change: (value: number) => number): Uint8Array {
  const table = new Uint8Array(256)
  // Several times as fast as `Uint8Array.from`, which is a part of each of these changes.
  for (let value = 0; value < 256; value++) table[value] = Math.min(255, Math.max(0, change(value)))
  return table
}

/** The table that changes nothing. */
export const IDENTITY: Uint8Array = /* @__PURE__ */ byteTable((value) => value)
