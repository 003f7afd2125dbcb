import { ClasError } from '@clas/core'
import type { ByteReader } from '../files/byte-reader.ts'

/** A file in a tar file. */
export interface TarMember {
  readonly name: string
  /** Where its content begins, in bytes. */
  readonly offset: number
  /** The length of its content, in bytes. */
  readonly length: number
}

const BLOCK = 512
// Names and attributes that are longer than any path are made to fill the memory.
const MOST_ATTRIBUTES = 1 << 20

/**
 * Walks through a tar file by its headers and yields the regular files: ustar (POSIX.1-1988) with the long names of GNU
 * tar and of pax. Nothing is ever written, so a name can do no harm. Ends at the first block of zeros or at the end.
 *
 * @throws `corrupt-file` with file and offset when a header is damaged or a member isn't whole
 */
export async function* tarMembers(reader: ByteReader): AsyncGenerator<TarMember, void, undefined> {
  let long: { name?: string; size?: number } = {}
  for (let at = 0; at < reader.size; ) {
    const header = await reader.read(at, Math.min(BLOCK, reader.size - at))
    if (header.every((byte) => byte === 0)) return
    const fail = (problem: string): never => {
      throw new ClasError('corrupt-file', `${reader.name} isn't a whole tar file: at byte ${at}, ${problem}`, {
        file: reader.name,
        offset: at,
        problem,
      })
    }
    if (header.length < BLOCK) fail(`expected a header of ${BLOCK} bytes, found ${header.length}`)
    if (!hasChecksum(header)) fail("the header's checksum is wrong")
    const length = long.size ?? sizeOf(header) ?? fail('the size is no number')
    const offset = at + BLOCK
    if (offset + length > reader.size) fail(`a member of ${length} bytes goes beyond the end`)
    const type = String.fromCharCode(header[156] as number)
    if (type === 'L' || type === 'x') {
      if (length > MOST_ATTRIBUTES) fail(`a name or attributes of ${length} bytes`)
      const content = await reader.read(offset, length)
      long = type === 'L' ? { ...long, name: textOf(content, 0, length) } : { ...long, ...paxAttributes(content, fail) }
    } else {
      if (type === '0' || type === '\0' || type === '7') yield { name: long.name ?? nameOf(header), offset, length }
      long = {}
    }
    at = offset + BLOCK * Math.ceil(length / BLOCK)
  }
}

/** The sum of all bytes, those of the checksum itself taken for blanks. Old writers added signed bytes. */
function hasChecksum(header: Uint8Array): boolean {
  const expected = Number.parseInt(textOf(header, 148, 8).trim(), 8)
  let unsigned = 8 * 32
  let signed = 8 * 32
  header.forEach((byte, i) => {
    if (i >= 148 && i < 156) return
    unsigned += byte
    signed += byte < 128 ? byte : byte - 256
  })
  return expected === unsigned || expected === signed
}

/** Octal digits, or from 8 GB on the bytes of a large number, the first with its highest bit set. */
function sizeOf(header: Uint8Array): number | undefined {
  if (header[124] === 0x80) {
    const large = header.subarray(125, 136).reduce((sum, byte) => 256 * sum + byte, 0)
    return Number.isSafeInteger(large) ? large : undefined
  }
  const text = textOf(header, 124, 12).trim()
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined
}

function nameOf(header: Uint8Array): string {
  const name = textOf(header, 0, 100)
  // GNU tar has `ustar  ` and other things in the prefix's place.
  const prefix = textOf(header, 257, 6) === 'ustar' && header[262] === 0 ? textOf(header, 345, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Records of `LENGTH KEY=VALUE\n`, the length in bytes and counting itself. */
function paxAttributes(content: Uint8Array, fail: (problem: string) => never): { name?: string; size?: number } {
  const found: { name?: string; size?: number } = {}
  for (let at = 0; at < content.length && content[at] !== 0; ) {
    const blank = content.indexOf(32, at)
    const length = Number(textOf(content, at, blank - at))
    const record = textOf(content, blank + 1, at + length - blank - 2)
    const equals = record.indexOf('=')
    if (blank < at || !(length > blank - at + 1) || at + length > content.length || equals < 1) {
      fail('the attributes of a member are damaged')
    }
    const value = record.slice(equals + 1)
    if (record.startsWith('path=')) found.name = value
    if (record.startsWith('size=')) found.size = /^\d{1,15}$/.test(value) ? Number(value) : fail('a size is no number')
    at += length
  }
  return found
}

/** Text up to the first zero byte. */
function textOf(bytes: Uint8Array, from: number, length: number): string {
  const part = bytes.subarray(from, from + Math.max(0, length))
  const end = part.indexOf(0)
  return new TextDecoder().decode(end < 0 ? part : part.subarray(0, end))
}
