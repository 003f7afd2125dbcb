/** Types of numbers that files of weights hold, by the names that NumPy and PyTorch give them. */
export type ElementType =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'uint64'
  | 'int32'
  | 'uint32'
  | 'int16'
  | 'uint16'
  | 'int8'
  | 'uint8'
  | 'bool'

type Data = Float32Array | Int32Array | Uint8Array

/**
 * How many bytes an element takes in a file.
 *
 * @param type - of the elements
 * @example
 * ```ts
 * import { elementSize } from '@clas/core'
 * console.log(elementSize('bfloat16')) // 2
 * ```
 */
export function elementSize(type: ElementType): number {
  return RULES[type].bytes
}

/**
 * Makes the typed array that clas holds elements of a file in: `Float32Array` for every float, `Uint8Array` for bytes and
 * truths, `Int32Array` for all other whole numbers.
 *
 * @param type - of the elements in the file
 * @param count - of elements
 * @example
 * ```ts
 * import { allocateElements } from '@clas/core'
 * console.log(allocateElements('int64', 2)) // Int32Array [0, 0]
 * ```
 */
export function allocateElements(type: ElementType, count: number): Data {
  return new RULES[type].array(count)
}

/**
 * Reads little-endian elements. Doubles are rounded to the nearest float32; every other value stays what it is.
 *
 * @param type - of the elements in the file
 * @param bytes - as many as `target` needs, at any alignment; they are only read
 * @param target - where the values go, as {@link allocateElements} makes it
 * @param fail - told of a whole number that 32 bits can't hold; it throws
 * @example
 * ```ts
 * import { allocateElements, decodeElements } from '@clas/core'
 * const target = allocateElements('float16', 1)
 * decodeElements('float16', new Uint8Array([0x00, 0x3e]), target, (problem) => {
 *   throw new Error(problem)
 * })
 * console.log(target) // Float32Array [1.5]
 * ```
 */
export function decodeElements(
  type: ElementType,
  bytes: Uint8Array,
  target: Data,
  fail: (problem: string) => never,
): void {
  const { bytes: size, convert } = RULES[type]
  if (bytes.length !== target.length * size) {
    fail(`${target.length} elements of ${type} need ${target.length * size} bytes, found ${bytes.length}`)
  }
  if (!convert) {
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(bytes)
    return
  }
  // A typed array of the file's type needs alignment, which the file doesn't give: a small copy does.
  const scratch = new Uint8Array(Math.min(target.length, CHUNK) * size)
  for (let from = 0; from < target.length; from += CHUNK) {
    const part = target.subarray(from, from + CHUNK)
    scratch.set(bytes.subarray(from * size, (from + part.length) * size))
    const bad = convert(scratch.buffer, part)
    if (bad !== undefined) fail(`element ${from + bad.index} is ${bad.value}, which int32 can't hold`)
  }
}

const CHUNK = 8192

/** A whole number that int32 can't hold. */
interface Misfit {
  readonly index: number
  readonly value: bigint | number
}

type Convert = (source: ArrayBuffer, target: Data) => Misfit | undefined

interface Rule {
  readonly bytes: number
  readonly array: typeof Float32Array | typeof Int32Array | typeof Uint8Array
  /** Fills the target with values of the source's type; missing where the bytes are the same. */
  readonly convert?: Convert
}

const plain =
  (view: typeof Float64Array | typeof Int16Array | typeof Uint16Array | typeof Int8Array): Convert =>
  (source, target) => {
    target.set(new view(source, 0, target.length))
    return undefined
  }

/** Halves of both kinds, whose bits make a float32's bits. */
const widened =
  (widen: (bits: number) => number): Convert =>
  (source, target) => {
    const halves = new Uint16Array(source, 0, target.length)
    const words = new Uint32Array(target.buffer, target.byteOffset, target.length)
    for (let i = 0; i < halves.length; i++) words[i] = widen(halves[i] as number)
    return undefined
  }

/** Pairs of words, low word first: `high(low)` is what the high word must be for the low one to be all of the value. */
const narrowed =
  (signed: boolean): Convert =>
  (source, target) => {
    const words = new Int32Array(source, 0, 2 * target.length)
    for (let i = 0; i < target.length; i++) {
      const low = words[2 * i] as number
      if (words[2 * i + 1] !== low >> 31 || (!signed && low < 0)) {
        const value = (signed ? new BigInt64Array(source) : new BigUint64Array(source))[i] as bigint
        return { index: i, value }
      }
      target[i] = low
    }
    return undefined
  }

const unsignedWords: Convert = (source, target) => {
  const words = new Uint32Array(source, 0, target.length)
  const index = words.findIndex((value) => value > 0x7fffffff)
  if (index >= 0) return { index, value: words[index] as number }
  target.set(words)
  return undefined
}

/** Bits of a float32, of those of an IEEE half: 1 sign, 5 exponent, 10 fraction. */
function widenHalf(bits: number): number {
  const sign = (bits & 0x8000) << 16
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13)
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13)
  if (fraction === 0) return sign
  const shift = Math.clz32(fraction) - 21 // a subnormal half is a normal float32
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 1023) << 13)
}

const RULES: Readonly<Record<ElementType, Rule>> = {
  float64: { bytes: 8, array: Float32Array, convert: plain(Float64Array) },
  float32: { bytes: 4, array: Float32Array },
  float16: { bytes: 2, array: Float32Array, convert: widened(widenHalf) },
  bfloat16: { bytes: 2, array: Float32Array, convert: widened((bits) => bits << 16) },
  int64: { bytes: 8, array: Int32Array, convert: narrowed(true) },
  uint64: { bytes: 8, array: Int32Array, convert: narrowed(false) },
  int32: { bytes: 4, array: Int32Array },
  uint32: { bytes: 4, array: Int32Array, convert: unsignedWords },
  int16: { bytes: 2, array: Int32Array, convert: plain(Int16Array) },
  uint16: { bytes: 2, array: Int32Array, convert: plain(Uint16Array) },
  int8: { bytes: 1, array: Int32Array, convert: plain(Int8Array) },
  uint8: { bytes: 1, array: Uint8Array },
  bool: { bytes: 1, array: Uint8Array },
}
