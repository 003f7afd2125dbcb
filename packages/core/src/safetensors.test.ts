import { expect, test } from 'vitest'
import { createRng } from './rng.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'

const arrays = {
  'blocks.0.weight': { shape: [2, 3], data: new Float32Array([1, -2, 3.5, Number.NaN, Number.POSITIVE_INFINITY, -0]) },
  empty: { shape: [0, 4], data: new Float32Array(0) },
  scalar: { shape: [], data: new Int32Array([-7]) },
  bytes: { shape: [3], data: new Uint8Array([0, 128, 255]) },
}

test('arrays and metadata come back to the bit', () => {
  const { arrays: found, metadata } = decodeSafetensors(encodeSafetensors(arrays, { step: '12' }), 'memory')
  expect(found).toEqual(arrays)
  expect(Object.is(found['blocks.0.weight']?.data[5], -0)).toBe(true)
  expect(metadata).toEqual({ step: '12' })
})

test('reads a Buffer, whose slices share memory', () => {
  const file = Buffer.from(encodeSafetensors(arrays))
  const found = decodeSafetensors(file, 'memory').arrays
  file.fill(0)
  expect(found).toEqual(arrays)
})

test('reads a file that the Python library wrote', () => {
  // safetensors.numpy.save({'a': numpy.array([[1.5, -2.0]], dtype='float32')}, metadata={'by': 'python'})
  const header = '{"__metadata__":{"by":"python"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}'
  const file = new Uint8Array(8 + header.length + 8)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  file.set(new TextEncoder().encode(header), 8)
  file.set(new Uint8Array(new Float32Array([1.5, -2]).buffer), 8 + header.length)
  expect(decodeSafetensors(file, 'a.safetensors').arrays.a).toEqual({
    shape: [1, 2],
    data: new Float32Array([1.5, -2]),
  })
})

/** A file of the format, of its header and its values. */
function fileOf(header: unknown, values: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header))
  const file = new Uint8Array(8 + text.length + values.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true)
  file.set(text, 8)
  file.set(values, 8 + text.length)
  return file
}

test('types that clas does not hold are read as those that it does', () => {
  const header = {
    half: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
    brain: { dtype: 'BF16', shape: [1], data_offsets: [4, 6] },
    long: { dtype: 'I64', shape: [1], data_offsets: [6, 14] },
    yes: { dtype: 'BOOL', shape: [2], data_offsets: [14, 16] },
  }
  const values = Uint8Array.of(0, 0x3c, 0, 0xc0, 0xc0, 0x3f, 0xfe, 255, 255, 255, 255, 255, 255, 255, 1, 0)
  expect(decodeSafetensors(fileOf(header, values), 'f').arrays).toEqual({
    half: { shape: [2], data: new Float32Array([1, -2]) },
    brain: { shape: [1], data: new Float32Array([1.5]) },
    long: { shape: [1], data: new Int32Array([-2]) },
    yes: { shape: [2], data: new Uint8Array([1, 0]) },
  })
  values[10] = 1
  expect(() => decodeSafetensors(fileOf(header, values), 'f')).toThrow(/in 'long', element 0 is -\d+, which int32/)
})

test('arrays lie one after the other, from the first byte to the last', () => {
  const of = (...offsets: readonly (readonly [number, number])[]) => {
    const entries = offsets.map(([from, to], i) => [
      `a${i}`,
      { dtype: 'U8', shape: [to - from], data_offsets: [from, to] },
    ])
    return () => decodeSafetensors(fileOf(Object.fromEntries(entries), new Uint8Array(8)), 'f').arrays
  }
  expect(Object.keys(of([4, 8], [0, 4], [4, 4])())).toEqual(['a0', 'a1', 'a2'])
  expect(of([0, 4], [3, 8])).toThrow(/'a1' begins, but what is before it ends/)
  expect(of([0, 4], [5, 8])).toThrow(/'a1' begins, but what is before it ends/)
  expect(of([0, 7])).toThrow('the arrays end, but the file has 1 bytes more')
  expect(of([0, 9])).toThrow('it was cut off')
})

test('names that objects have of themselves are names like others', () => {
  const header = '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'
  const { arrays } = decodeSafetensors(fileOf(JSON.parse(header), Uint8Array.of(7)), 'f')
  expect(Object.keys(arrays)).toEqual(['__proto__'])
  expect(() =>
    decodeSafetensors(fileOf({ a: { dtype: 'toString', shape: [], data_offsets: [0, 0] } }, Uint8Array.of()), 'f'),
  ).toThrow("'a' has the type toString")
})

test('every truncation is an error that names the file', () => {
  const bytes = encodeSafetensors(arrays)
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSafetensors(bytes.subarray(0, length), 'run/last.safetensors')).toThrow(
      expect.objectContaining({ code: 'corrupt-file', message: expect.stringContaining('run/last.safetensors') }),
    )
  }
})

test('mutated bytes give an error or arrays, never anything else', () => {
  const rng = createRng(1)
  const original = encodeSafetensors(arrays, { step: '1' })
  for (let i = 0; i < 5000; i++) {
    const bytes = original.slice()
    for (let n = rng.integer(1, 5); n > 0; n--) bytes[rng.integer(0, 300)] = rng.integer(0, 256)
    try {
      decodeSafetensors(bytes, 'f')
    } catch (error) {
      expect(error).toMatchObject({ code: 'corrupt-file' })
    }
  }
})
