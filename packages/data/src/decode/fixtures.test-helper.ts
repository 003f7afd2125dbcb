import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import type { Image } from '@clas/augment'
import type { DecodeOptions } from './decode-options.ts'
import { decodePicture } from './decode-picture.ts'
import { zlibInflate } from './libraries/zlib-inflate.ts'
import { ENTRIES } from './node-decoders.ts'

/** A small file and its upright RGB pixels as others decode them. */
export interface Fixture {
  readonly name: string
  readonly format: string
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
  /** By Pillow, with its profile converted to sRGB. */
  readonly pillow: Uint8Array
  /** By Pillow, the values as stored. */
  readonly stored: Uint8Array
  /** By OpenCV. */
  readonly opencv: Uint8Array
}

interface Case {
  readonly bytes: string
  readonly size: readonly [number, number]
  readonly pillow: string
  /** Left out where it is the same as Pillow's. */
  readonly stored?: string
  readonly opencv?: string
}

const text = readFileSync(new URL('../../fixtures/decode.json', import.meta.url), 'utf8')
const { cases } = JSON.parse(text) as { readonly cases: Readonly<Record<string, Case>> }

/** All files of decode.json. */
export const fixtures: readonly Fixture[] = Object.entries(cases).map(([name, { bytes, size, ...pixels }]) => ({
  ...{
    name,
    format: (name.split(' ')[0] as string).toLowerCase(),
    bytes: new Uint8Array(Buffer.from(bytes, 'base64')),
  },
  ...{ width: size[0], height: size[1] },
  pillow: unpack(pixels.pillow),
  stored: unpack(pixels.stored ?? pixels.pillow),
  opencv: unpack(pixels.opencv ?? pixels.pillow),
}))

/** One of them by its name. */
export function fixture(name: string): Fixture {
  const found = fixtures.find((each) => each.name === name)
  if (!found) throw new Error(`no fixture ${name}`)
  return found
}

function unpack(base64: string): Uint8Array {
  return new Uint8Array(inflateSync(Buffer.from(base64, 'base64')))
}

/** The libraries that can decode a format, all of which must be installed for the tests. */
export function librariesOf(format: string): readonly string[] {
  return ENTRIES.filter((entry) => entry.format === format).map(({ library }) => library)
}

/** Decodes by one library, whatever others there are. */
export function decodeBy(library: string, bytes: Uint8Array, options: Partial<DecodeOptions> = {}): Promise<Image> {
  return decodePicture(
    bytes,
    { name: 'picture', ...options },
    {
      inflate: zlibInflate,
      async chooseDecoder(format) {
        const entry = ENTRIES.find((each) => each.format === format && each.library === library)
        if (!entry) throw new Error(`no decoder of ${format} by ${library}`)
        return await entry.load()
      },
    },
  )
}

/** The largest and the mean difference. */
export function difference(a: Image['data'], b: Image['data']): { readonly largest: number; readonly mean: number } {
  if (a.length !== b.length) throw new Error(`${a.length} values and ${b.length}`)
  const differences = Array.from(a, (value, i) => Math.abs(value - (b[i] as number)))
  return { largest: Math.max(...differences), mean: differences.reduce((sum, value) => sum + value, 0) / a.length }
}
