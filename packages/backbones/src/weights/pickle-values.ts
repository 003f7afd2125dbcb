import type { Place } from './weight-file.ts'

/** What a pickle holds: lists and tuples are arrays, dicts are maps; long bytes and texts stay in the file. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | ByteRange
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleObject

/** Bytes that lie in the file, or a text in UTF-8 whose characters are bytes (`latin1`). */
export class ByteRange {
  readonly from: number
  readonly to: number
  readonly encoding: 'bytes' | 'utf-8'

  constructor(from: number, to: number, encoding: 'bytes' | 'utf-8') {
    this.from = from
    this.to = to
    this.encoding = encoding
  }
}

/** An object that clas makes in place of a Python one. */
export abstract class PickleObject {
  /** What Python's `__setstate__` is for. */
  setState(_state: PickleValue, place: Place): void {
    place.fail('an object is given a state that it has no use for')
  }
}

/** A Python class or function by its name. */
export class PickleGlobal extends PickleObject {
  readonly name: string

  constructor(name: string) {
    super()
    this.name = name
  }
}

/**
 * The bytes that a value stands for: Python 2 has them as short texts, protocol 2 of Python 3 as texts that it encodes.
 *
 * @param size - how many bytes there must be
 * @returns a view of the file where it can, else a copy
 */
export function bytesOf(value: PickleValue, size: number, place: Place): Uint8Array {
  const found =
    value instanceof ByteRange ? value.to - value.from : typeof value === 'string' ? value.length : Number.NaN
  const most = value instanceof ByteRange && value.encoding === 'utf-8' ? 2 * size : size
  if (!(found >= size && found <= most)) place.fail(`expected ${size} bytes, found ${found}`)
  if (value instanceof ByteRange) {
    const range = place.file.bytes.subarray(value.from, value.to)
    return value.encoding === 'bytes' ? range : latin1Of(range, size, place)
  }
  return Uint8Array.from(String(value), (character) => byteOf(character.charCodeAt(0), place))
}

function byteOf(code: number, place: Place): number {
  return code < 256 ? code : place.fail(`expected characters that are bytes, found U+${code.toString(16)}`)
}

/** UTF-8 to latin1: a character below 128 is one byte, one below 256 two, of which the first is 0xc2 or 0xc3. */
function latin1Of(text: Uint8Array, size: number, place: Place): Uint8Array {
  const bytes = new Uint8Array(size)
  let to = 0
  for (let from = 0; from < text.length; to++) {
    const first = text[from++] as number
    if (first < 0x80) bytes[to] = first
    else {
      const second = text[from++] ?? 0
      if ((first !== 0xc2 && first !== 0xc3) || (second & 0xc0) !== 0x80) {
        place.fail('a text that holds bytes has a character that is none')
      }
      bytes[to] = ((first & 3) << 6) | (second & 63)
    }
  }
  return to === size ? bytes : place.fail(`expected ${size} bytes, found ${to}`)
}
