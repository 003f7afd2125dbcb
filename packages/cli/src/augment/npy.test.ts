import { expect, test } from 'vitest'
import { encodeNpy } from './npy.ts'

test('a file is as the format says: magic, version, a header that ends at 64 bytes, values', () => {
  const file = encodeNpy(Float32Array.of(1, -2.5, 0, 4, 5, 6), [1, 2, 3])
  const view = new DataView(file.buffer)
  expect([...file.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
  const start = 10 + view.getUint16(8, true)
  expect(start % 64).toBe(0)
  const header = new TextDecoder().decode(file.subarray(10, start))
  expect(header.trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }")
  expect(header.endsWith('\n')).toBe(true)
  expect(file.length).toBe(start + 6 * 4)
  expect([0, 1, 2, 3, 4, 5].map((i) => view.getFloat32(start + 4 * i, true))).toEqual([1, -2.5, 0, 4, 5, 6])
})

test('one side has the comma of a tuple', () => {
  expect(new TextDecoder('latin1').decode(encodeNpy(new Float32Array(2), [2]))).toContain("'shape': (2,), }")
})
