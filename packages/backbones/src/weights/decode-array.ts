import { type ArrayRecord, allocateElements, decodeElements, type ElementType, elementSize } from '@clas/core'
import type { Place } from './weight-file.ts'

/** Where an array's elements are. */
export interface ArraySource {
  readonly type: ElementType
  readonly bytes: Uint8Array
  /** Of the first element, in bytes. */
  readonly start: number
  readonly shape: readonly number[]
  /** In elements, by dimension; default C order. */
  readonly strides?: readonly number[]
}

/**
 * Copies an array out of a file. All that is wrong with its place is found before anything is allocated.
 *
 * @param place - of the array, for messages and for the file's allowance
 */
export function decodeArray(place: Place, source: ArraySource): ArrayRecord {
  const { type, bytes, start, shape } = source
  const size = elementSize(type)
  const count = elementCount(shape)
  const strides = source.strides ?? cOrder(shape)
  const span = count === 0 ? 0 : 1 + shape.reduce((sum, length, i) => sum + (length - 1) * (strides[i] as number), 0)
  if (!(span * size <= bytes.length - start)) {
    place.fail(`an array of shape [${shape}] needs ${span * size} bytes, found ${bytes.length - start}`)
  }
  place.file.allocate(place.offset, count * Math.max(4, size))
  const data = allocateElements(type, count)
  const found = isCOrder(shape, strides)
    ? bytes.subarray(start, start + count * size)
    : gather(bytes.subarray(start), size, shape, strides, count)
  decodeElements(type, found, data, (problem) => place.fail(problem))
  return { shape, data }
}

const MOST_DIMENSIONS = 64

/** The number of elements; Infinity or NaN where a number can't hold it. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

/** Whether a value is lengths or strides: whole numbers from 0, of no more dimensions than NumPy has. */
export function isSizes(value: unknown): value is number[] {
  const isShort = Array.isArray(value) && value.length <= MOST_DIMENSIONS
  return isShort && value.every((length) => Number.isSafeInteger(length) && length >= 0)
}

/** Strides of an array whose first index changes fastest, as Fortran has it. */
export function fortranOrder(shape: readonly number[]): number[] {
  return cOrder(shape.toReversed()).reverse()
}

function cOrder(shape: readonly number[]): number[] {
  const strides: number[] = []
  for (let i = shape.length - 1, stride = 1; i >= 0; i--) {
    strides[i] = stride
    stride *= shape[i] as number
  }
  return strides
}

/** Dimensions of one element may have any stride. */
function isCOrder(shape: readonly number[], strides: readonly number[]): boolean {
  return cOrder(shape).every((stride, i) => stride === strides[i] || (shape[i] as number) <= 1)
}

/** The bytes of a view's elements one after the other. */
function gather(
  bytes: Uint8Array,
  size: number,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): Uint8Array {
  const gathered = new Uint8Array(count * size)
  const index = shape.map(() => 0)
  let from = 0
  for (let to = 0; to < gathered.length; to += size) {
    for (let i = 0; i < size; i++) gathered[to + i] = bytes[from * size + i] as number
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] as number) + 1
      const stride = strides[axis] as number
      if (next < (shape[axis] as number)) {
        index[axis] = next
        from += stride
        break
      }
      index[axis] = 0
      from -= (next - 1) * stride
    }
  }
  return gathered
}
