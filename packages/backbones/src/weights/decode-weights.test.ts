import { describe, expect, test } from 'vitest'
import { decodeWeights } from './decode-weights.ts'
import { decodeFiles, expected, filesOf, readFixture } from './fixtures.test-helper.ts'

describe('files that the libraries wrote', () => {
  for (const [name, arrays] of Object.entries(expected)) {
    test(`${name} has the values that its library reads in it`, async () => {
      const found = await decodeFiles(name, filesOf(name))
      expect(Object.keys(found.arrays).sort()).toEqual(Object.keys(arrays).sort())
      // TensorFlow.js's converter computes quantized weights in float32, clas in float64.
      const tolerance = name.startsWith('tfjs-') ? 1e-7 : 0
      for (const [key, { type, shape, values }] of Object.entries(arrays)) {
        const { data, shape: foundShape } = found.arrays[key] ?? expect.fail(`${key} is missing`)
        expect(foundShape, key).toEqual(shape)
        expect(data.constructor.name.toLowerCase(), key).toBe(`${type}array`)
        expect(data.length, key).toBe(values.length)
        values.forEach((value, i) => {
          const difference = Math.abs(Number(data[i]) - value)
          if (!(difference <= tolerance)) expect.fail(`${key}[${i}] is ${data[i]}, expected ${value}`)
        })
      }
    })
  }
})

describe('the format is found by the content', () => {
  test.each([
    ['paddle3-layer.pdparams', 'pdparams'],
    ['torch.pth', 'torch'],
    ['torch-legacy.pth', 'torch'],
    ['torch.safetensors', 'safetensors'],
    ['numpy.npz', 'npz'],
    ['tfjs-layers', 'tfjs-layers-model'],
    ['tfjs-graph', 'tfjs-graph-model'],
  ])('%s is %s', async (name, format) => {
    expect((await decodeFiles(name, filesOf(name))).format).toBe(format)
  })
})

test('facts beside the arrays are kept as text', async () => {
  const files = ['torch-checkpoint.pth', 'paddle3-wrapped.pdparams', 'torch.safetensors', 'tfjs-graph']
  const [checkpoint, wrapped, safetensors, graph] = await Promise.all(
    files.map(async (name) => (await decodeFiles(name, filesOf(name))).metadata),
  )
  expect(checkpoint).toEqual({ epoch: '3', arch: 'net' })
  expect(wrapped).toEqual({ epoch: '3' })
  expect(safetensors).toEqual({ format: 'pt' })
  expect(graph).toMatchObject({ format: 'graph-model' })
})

test('the arrays are copies', async () => {
  for (const name of ['torch.safetensors', 'torch.pth', 'paddle3-protocol4.pdparams', 'numpy.npz']) {
    const bytes = readFixture(name)
    const { arrays } = await decodeWeights(bytes, name)
    bytes.fill(0)
    for (const key of ['conv.weight', 'int', 'byte'].map((key) => (key in arrays ? key : key.replace('.', '/')))) {
      expect(Array.from(arrays[key]?.data ?? [])).toEqual(expected[name]?.[key]?.values)
    }
  }
})

describe('a file that was cut off is an error that says so, wherever it was cut', () => {
  const whole = [
    'paddle3-layer.pdparams',
    'paddle3-split-protocol2.pdparams',
    'torch-views-legacy.pth',
    'torch-deflated.pth',
  ]
  test.each([...whole, 'numpy-compressed.npz', 'torch.safetensors'])('%s', async (name) => {
    const bytes = readFixture(name)
    for (let length = 0; length < bytes.length; length++) {
      await expect(decodeWeights(bytes.subarray(0, length), name)).rejects.toThrow(
        expect.objectContaining({
          code: 'corrupt-file',
          fields: expect.objectContaining({ file: expect.any(String) }),
        }),
      )
    }
  })
})

test('an unknown file is an error that says what is known', async () => {
  await expect(decodeWeights(new TextEncoder().encode('<html>Not found</html>'), 'a.pdparams')).rejects.toThrow(
    "a.pdparams can't be read: at byte 0, expected the beginning of a .pdparams, .pth, .safetensors or .npz file",
  )
})
