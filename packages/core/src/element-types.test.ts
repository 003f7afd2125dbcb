import { expect, test } from 'vitest'
import { allocateElements, decodeElements, type ElementType, elementSize } from './element-types.ts'

function decode(type: ElementType, bytes: Uint8Array) {
  const target = allocateElements(type, bytes.length / elementSize(type))
  decodeElements(type, bytes, target, (problem) => {
    throw new Error(problem)
  })
  return target
}

test('all halves are the numbers that IEEE 754 says', () => {
  const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i)
  const found = decode('float16', new Uint8Array(bits.buffer))
  for (const half of bits) {
    const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023]
    const finite = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25)
    const special = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN
    const expected = sign * (exponent === 31 ? special : finite)
    if (!Object.is(found[half], expected)) expect.fail(`half ${half} is ${found[half]}, expected ${expected}`)
  }
})

test('bfloat16 is the upper half of a float32', () => {
  const bytes = new Uint8Array(new Uint16Array([0x3fc0, 0xc000, 0x7f80, 0x8000]).buffer)
  expect(decode('bfloat16', bytes)).toEqual(new Float32Array([1.5, -2, Number.POSITIVE_INFINITY, -0]))
})

test('doubles are rounded to the nearest float32, at any alignment and length', () => {
  const values = Float64Array.from({ length: 20_001 }, (_, i) => Math.PI * (i - 10_000))
  const file = new Uint8Array(3 + values.byteLength)
  file.set(new Uint8Array(values.buffer), 3)
  expect(decode('float64', file.subarray(3))).toEqual(new Float32Array(values))
})

test('whole numbers of other sizes become int32 where it can hold them', () => {
  const limits = [-(2 ** 31), -1, 0, 2 ** 31 - 1]
  expect(decode('int64', new Uint8Array(BigInt64Array.from(limits.map(BigInt)).buffer))).toEqual(
    Int32Array.from(limits),
  )
  expect(decode('int16', new Uint8Array(Int16Array.of(-300, 300).buffer))).toEqual(Int32Array.of(-300, 300))
  expect(decode('uint16', new Uint8Array(Uint16Array.of(65_535).buffer))).toEqual(Int32Array.of(65_535))
  expect(decode('int8', Uint8Array.of(128, 127))).toEqual(Int32Array.of(-128, 127))
  expect(decode('uint32', new Uint8Array(Uint32Array.of(2 ** 31 - 1).buffer))).toEqual(Int32Array.of(2 ** 31 - 1))
  expect(decode('uint64', new Uint8Array(BigUint64Array.of(7n).buffer))).toEqual(Int32Array.of(7))
})

test('whole numbers that int32 can not hold are named', () => {
  const int64 = (value: bigint) => new Uint8Array(BigInt64Array.of(0n, value).buffer)
  for (const value of [2n ** 31n, -(2n ** 31n) - 1n, 2n ** 63n - 1n, 2n ** 32n]) {
    expect(() => decode('int64', int64(value))).toThrow(`element 1 is ${value}, which int32 can't hold`)
  }
  expect(() => decode('uint64', int64(-1n))).toThrow(`element 1 is ${2n ** 64n - 1n}`)
  expect(() => decode('uint64', int64(2n ** 31n))).toThrow(`element 1 is ${2n ** 31n}`)
  expect(() => decode('uint32', new Uint8Array(Uint32Array.of(2 ** 31).buffer))).toThrow(`element 0 is ${2 ** 31}`)
  const late = new BigInt64Array(20_000)
  late[19_999] = -(2n ** 40n)
  expect(() => decode('int64', new Uint8Array(late.buffer))).toThrow(`element 19999 is ${-(2n ** 40n)}`)
})

test('too few or too many bytes are an error', () => {
  const fail = (problem: string): never => {
    throw new Error(problem)
  }
  expect(() => decodeElements('float32', new Uint8Array(7), new Float32Array(2), fail)).toThrow('need 8 bytes, found 7')
})
