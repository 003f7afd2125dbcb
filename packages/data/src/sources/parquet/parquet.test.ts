import { describe, expect, it } from 'vitest'
import { bitsFor, readHybrid, readPlain } from './encodings.ts'
import { unpackSnappy } from './snappy.ts'
import { Malformed, readThrift } from './thrift.ts'

describe('readHybrid', () => {
  it('reads runs and packed bits', () => {
    // From the specification of the format: 0 to 7 in packed bits of 3.
    expect([...readHybrid(Uint8Array.of(0b11, 0b10001000, 0b11000110, 0b11111010), 3, 8)]).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ])
    expect([...readHybrid(Uint8Array.of(8, 5, 6, 7), 3, 6)]).toEqual([5, 5, 5, 5, 7, 7])
    expect([...readHybrid(Uint8Array.of(4, 0x34, 0x12), 16, 2)]).toEqual([0x1234, 0x1234])
    expect([...readHybrid(new Uint8Array(0), 0, 3)]).toEqual([0, 0, 0])
    expect([0, 1, 2, 3, 4].map(bitsFor)).toEqual([0, 1, 2, 2, 3])
  })

  it.each([
    ['no bytes', [], 1],
    ['a run without a value', [8], 1],
    ['a run of nothing', [0, 1], 1],
    ['packed bits beyond the end', [3, 1], 3],
    ['a length that does not end', [255, 255, 255, 255, 255, 255, 1], 1],
  ])('refuses %s', (_, bytes, width) => {
    expect(() => readHybrid(Uint8Array.from(bytes), width, 8)).toThrow(Malformed)
  })

  it('makes no more numbers than are wanted of a run that claims more', () => {
    expect([...readHybrid(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 1), 1, 2)]).toEqual([1, 1])
  })
})

describe('readPlain', () => {
  it('reads numbers, truth values and bytes', () => {
    expect(readPlain(Uint8Array.of(255, 255, 255, 255, 2, 0, 0, 0), 1, 2)).toEqual([-1, 2])
    expect(readPlain(Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0), 2, 1)).toEqual([2 ** 32])
    expect(readPlain(Uint8Array.of(0, 0, 128, 63), 4, 1)).toEqual([1])
    expect(readPlain(Uint8Array.of(0b101), 0, 3)).toEqual([1, 0, 1])
    expect(readPlain(Uint8Array.of(1, 0, 0, 0, 7, 0, 0, 0, 0), 6, 2)).toEqual([Uint8Array.of(7), new Uint8Array(0)])
  })

  it.each([
    [1, [1, 2, 3], 1],
    [6, [1, 0, 0, 0], 1],
    [6, [255, 255, 255, 255, 1], 1],
    [6, [0, 0, 0, 0], 2],
    [0, [1], 9],
    [3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 1],
  ])('refuses values of type %i that are not there', (type, bytes, count) => {
    expect(() => readPlain(Uint8Array.from(bytes), type, count)).toThrow(Malformed)
  })
})

describe('unpackSnappy', () => {
  it('unpacks literals and copies that overlap', () => {
    // 'ab' as a literal, then 6 bytes from 2 back.
    expect(new TextDecoder().decode(unpackSnappy(Uint8Array.of(8, 0b100, 97, 98, 0b01001, 2), 8))).toBe('abababab')
    expect(new TextDecoder().decode(unpackSnappy(Uint8Array.of(4, 0, 97, 0b1010, 1, 0), 4))).toBe('aaaa')
  })

  it.each([
    ['another length', [2, 0b100, 97, 98], 3],
    ['a literal beyond the end', [4, 0b1100, 97], 4],
    ['a copy from before the beginning', [5, 0, 97, 0b01, 2], 5],
    ['a copy of nothing back', [5, 0, 97, 0b01, 0], 5],
    ['a copy beyond the end', [3, 0, 97, 0b01, 1], 3],
    ['too few bytes', [9, 0b100, 97, 98], 9],
    ['a length that no such bytes make', [255, 255, 255, 127, 0, 97], 268435455],
  ])('refuses %s', (_, bytes, length) => {
    expect(() => unpackSnappy(Uint8Array.from(bytes), length)).toThrow(Malformed)
  })
})

describe('readThrift', () => {
  it('reads what Parquet has', () => {
    // 1: i32 -3, 2: list of two i32, 4: text, 5: struct with 1: true.
    const bytes = Uint8Array.of(0x15, 5, 0x19, 0x25, 2, 4, 0x28, 2, 104, 105, 0x1c, 0x11, 0, 0)
    const { struct, end } = readThrift(bytes, 0)
    expect(end).toBe(bytes.length)
    expect([struct.get(1), struct.get(2), struct.get(4)]).toEqual([-3, [1, 2], Uint8Array.of(104, 105)])
    expect(struct.get(5)).toEqual(new Map([[1, true]]))
  })

  it.each([
    ['bytes that end early', [0x15]],
    ['a list longer than the bytes', [0x19, 0xf5, 255, 255, 255, 127]],
    ['text longer than the bytes', [0x18, 100]],
    ['a number that does not end', [0x15, ...new Array(12).fill(255)]],
    ['structs without an end', new Array(100).fill(0x1c)],
    ['a kind that there is not', [0x1d]],
  ])('refuses %s', (_, bytes) => {
    expect(() => readThrift(Uint8Array.from(bytes), 0)).toThrow(Malformed)
  })
})
