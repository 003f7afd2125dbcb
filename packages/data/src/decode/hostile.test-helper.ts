import { readFileSync } from 'node:fs'
import { isClasError, type Rng } from '@clas/core'
import sharp, { type Sharp } from 'sharp'
import { BOMBS } from './bombs.test-helper.ts'
import { concatenate } from './bounded-view.ts'
import { decodePicture } from './decode-picture.ts'
import { crc32 } from './formats/crc32.ts'
import { zlibInflate } from './libraries/zlib-inflate.ts'
import { ENTRIES } from './node-decoders.ts'
import { readHeader } from './read-image-info.ts'

/** Whole files by name, one at least of each kind that the decoders tell apart. */
export type Seeds = Readonly<Record<string, Uint8Array>>

/** How the reading of a file ended; anything else but these is thrown. */
export type Outcome = 'decoded' | 'refused by its header' | 'refused by the decoder'

const NAME = 'hostile.file'

/** The files of the fixtures, and some that Pillow doesn't write. */
export async function makeSeeds(): Promise<Seeds> {
  const text = readFileSync(new URL('../../fixtures/decode.json', import.meta.url), 'utf8')
  const { cases } = JSON.parse(text) as { readonly cases: Readonly<Record<string, { readonly bytes: string }>> }
  const fixtures = Object.entries(cases).map(([name, { bytes }]) => [name, bytesOf(bytes)] as const)
  const picture = (): Sharp => sharp(cases.PNG && bytesOf(cases.PNG.bytes))
  const others: Seeds = {
    'PNG interlaced': await picture().png({ progressive: true }).toBuffer(),
    'TIFF tiles': await picture().tiff({ tile: true, tileWidth: 16, tileHeight: 16, compression: 'lzw' }).toBuffer(),
    'TIFF JPEG': await picture().tiff({ compression: 'jpeg' }).toBuffer(),
  }
  return { ...Object.fromEntries(fixtures), ...others }
}

/** The format that a file says it is of, and the libraries that can be tried on it. */
export function librariesFor(bytes: Uint8Array): readonly string[] {
  try {
    const format = readHeader(bytes)?.format
    return ENTRIES.filter((entry) => entry.format === format).map(({ library }) => library)
  } catch {
    return []
  }
}

/** Decodes a file by one library; undefined stands for whatever there is. It must decode or say that it is corrupt. */
export async function decodeHostile(bytes: Uint8Array, library?: string, maxPixels?: number): Promise<Outcome> {
  let reached = false
  const chooseDecoder = async (format: string): ReturnType<(typeof ENTRIES)[number]['load']> => {
    const entry = ENTRIES.find((each) => each.format === format && each.library === (library ?? each.library))
    if (!entry) throw new Error(`no decoder of ${format} by ${library}`)
    const decoder = await entry.load()
    reached = true
    return decoder
  }
  try {
    const options = { name: NAME, ...(maxPixels !== undefined && { maxPixels }) }
    await decodePicture(bytes, options, { chooseDecoder, inflate: zlibInflate })
    return 'decoded'
  } catch (error) {
    const told = isClasError(error) && error.code === 'corrupt-image' && error.message.includes(NAME)
    if (told) return reached ? 'refused by the decoder' : 'refused by its header'
    throw new Error(`${library}: ${error}`, { cause: error })
  }
}

/** A file that is damaged, or made to do harm. */
export function hostileFile(seeds: Seeds, rng: Rng): { readonly bytes: Uint8Array; readonly kind: string } {
  const names = Object.keys(seeds)
  const pick = (): Uint8Array => seeds[names[rng.integer(0, names.length)] as string] as Uint8Array
  const name = names[rng.integer(0, names.length)] as string
  const bytes = seeds[name] as Uint8Array
  const format = name.split(' ')[0] as string
  const kind = rng.integer(0, 20)
  if (kind < 11) return { bytes: repaired(mutate(bytes, rng), rng), kind: format }
  if (kind < 14) return { bytes: bytes.subarray(0, rng.integer(0, bytes.length)), kind: `${format} cut off` }
  if (kind < 17) return { bytes: repaired(withNumber(bytes.slice(), rng, 64), rng), kind: `${format} header` }
  if (kind < 18) return { bytes: joined(bytes, pick(), rng), kind: `${format} joined` }
  if (kind < 19) return { bytes: concatenate([pick().subarray(0, rng.integer(2, 40)), bytes]), kind: 'wrong header' }
  const bombs = Object.entries(BOMBS)
  const [bomb, make] = bombs[rng.integer(0, bombs.length)] as [string, (rng: Rng) => Uint8Array]
  return { bytes: make(rng), kind: bomb }
}

/** One to three changes: bytes, a bit, a number, a cut, an insertion, a removal, a repetition. */
function mutate(bytes: Uint8Array, rng: Rng): Uint8Array {
  let result: Uint8Array = bytes.slice()
  for (let changes = rng.integer(1, 4); changes > 0; changes--) {
    if (result.length === 0) return result
    const at = rng.integer(0, result.length)
    const end = Math.min(result.length, at + rng.integer(1, 17))
    const kind = rng.integer(0, 10)
    if (kind < 4) result[at] = rng.integer(0, 256)
    else if (kind < 5) result[at] = (result[at] as number) ^ (1 << rng.integer(0, 8))
    else if (kind < 7) withNumber(result, rng, result.length)
    else if (kind < 8) result = spliced(result, at, end, new Uint8Array())
    else if (kind < 9) result = spliced(result, at, rng.integer(0, 2) === 0 ? at : end, randomBytes(rng))
    else result = spliced(result, at, at, result.slice(at, end))
  }
  return result
}

const NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

/** Overwrites 2 or 4 bytes with a number that sizes go wrong at, in either order. */
function withNumber(bytes: Uint8Array, rng: Rng, within: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const value = NUMBERS[rng.integer(0, NUMBERS.length)] as number
  const at = rng.integer(0, Math.max(1, Math.min(within, bytes.length) - 3))
  const littleEndian = rng.integer(0, 2) === 0
  if (at + 4 > bytes.length) return bytes
  if (rng.integer(0, 2) === 0) view.setUint16(at, value & 0xffff, littleEndian)
  else view.setUint32(at, value, littleEndian)
  return bytes
}

/** Half of the damaged PNG files get right check sums, so that the damage comes as far as it can. */
function repaired(bytes: Uint8Array, rng: Rng): Uint8Array {
  if (bytes[0] !== 0x89 || rng.integer(0, 2) === 0) return bytes
  const result = bytes.slice()
  const view = new DataView(result.buffer)
  for (let at = 8; at + 12 <= result.length; ) {
    const end = at + 8 + view.getUint32(at)
    if (end + 4 > result.length) break
    view.setUint32(end, crc32(result.subarray(at + 4, end)))
    at = end + 4
  }
  return result
}

/** The beginning of one file and the end of another. */
function joined(first: Uint8Array, second: Uint8Array, rng: Rng): Uint8Array {
  return concatenate([first.subarray(0, rng.integer(0, first.length)), second.subarray(rng.integer(0, second.length))])
}

function randomBytes(rng: Rng): Uint8Array {
  return Uint8Array.from({ length: rng.integer(0, 9) }, () => rng.integer(0, 256))
}

function spliced(bytes: Uint8Array, from: number, to: number, inserted: Uint8Array): Uint8Array {
  return concatenate([bytes.subarray(0, from), inserted, bytes.subarray(to)])
}

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}
