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
