import { createRng, disposeVariables } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { expectNoLeaks } from '@clas/testkit'
import { beforeAll, expect, test } from 'vitest'
import {
  batchNorm,
  conv2d,
  init,
  linear,
  loadStateDict,
  sequential,
  stateDictShapes,
  toClasLayout,
  toStateDict,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const net = sequential([conv2d(2, 3, 2), batchNorm(3)])

test('variables go to arrays and back to the bit', async () => {
  const variables = init(net, createRng(1))
  const arrays = await toStateDict(variables)
  const again = loadStateDict(net, arrays)
  expect(await toStateDict(again)).toEqual(arrays)
  expect(Object.keys(again.buffers)).toEqual(['1._mean', '1._variance'])
  disposeVariables(variables)
  disposeVariables(again)
})

test('convolutions of PaddlePaddle are transposed', () => {
  expect(stateDictShapes(net, 'paddle')['0.weight']).toEqual([3, 2, 2, 2])
  const conv = conv2d(2, 3, 2, { bias: false })
  const data = Float32Array.from({ length: 24 }, (_, i) => i) // [out, in, height, width]
  const { params } = loadStateDict(conv, { weight: { shape: [3, 2, 2, 2], data } }, { layout: 'paddle' })
  const weight = params.weight?.arraySync() as number[][][][]
  expect(weight[1]?.[0]?.[1]?.[2]).toBe(2 * 8 + 1 * 4 + 1 * 2 + 0)
})

test("PyTorch's linear layers are transposed, and its convolutions as PaddlePaddle's", () => {
  const both = sequential([conv2d(2, 3, 2, { bias: false }), linear(2, 3)])
  expect(stateDictShapes(both, 'torch')).toEqual({ '0.weight': [3, 2, 2, 2], '1.weight': [3, 2], '1.bias': [3] })
  const data = Float32Array.from({ length: 24 }, (_, i) => i)
  const arrays = {
    '0.weight': { shape: [3, 2, 2, 2], data },
    '1.weight': { shape: [3, 2], data: new Float32Array([1, 2, 3, 4, 5, 6]) },
    '1.bias': { shape: [3], data: new Float32Array([7, 8, 9]) },
  }
  const variables = loadStateDict(both, arrays, { layout: 'torch' })
  const kernel = variables.params['0.weight']?.arraySync() as number[][][][]
  expect(kernel[1]?.[0]?.[1]?.[2]).toBe(2 * 8 + 1 * 4 + 1 * 2)
  expect(variables.params['1.weight']?.arraySync()).toEqual([
    [1, 3, 5],
    [2, 4, 6],
  ])
  disposeVariables(variables)
})

test('arrays of another layout are ordered as in memory, those that do not fit left alone', async () => {
  const arrays = {
    '0.weight': { shape: [3, 5, 1, 2], data: Float32Array.from({ length: 30 }, (_, i) => i) }, // other sizes
    '1.weight': { shape: [3, 1], data: new Float32Array(3) }, // another rank
    more: { shape: [2, 1], data: new Float32Array([1, 2]) },
  }
  const ordered = toClasLayout(net, arrays, 'paddle')
  expect(ordered['0.weight']?.shape).toEqual([1, 2, 5, 3])
  expect(ordered['0.weight']?.data[(1 * 5 + 4) * 3 + 2]).toBe((2 * 5 + 4) * 2 + 1)
  expect(ordered['1.weight']).toBe(arrays['1.weight'])
  expect(ordered.more).toBe(arrays.more)
})

test('all that does not fit is listed at once, and nothing is made', () => {
  const arrays = {
    '0.weight': { shape: [2, 2, 2, 4], data: new Float32Array(32) },
    '1.weight': { shape: [3], data: new Float32Array(3) },
    more: { shape: [1], data: new Float32Array(1) },
  }
  expectNoLeaks(() => {
    expect(() => loadStateDict(net, arrays)).toThrow(
      expect.objectContaining({
        code: 'state-dict-mismatch',
        fields: {
          missing: ['0.bias', '1.bias', '1._mean', '1._variance'],
          surplus: ['more'],
          shapes: [{ key: '0.weight', expected: [2, 2, 2, 3], found: [2, 2, 2, 4] }],
        },
      }),
    )
  })
  const fitting = { '1.weight': arrays['1.weight'], more: arrays.more }
  const some = loadStateDict(net, fitting, { allowMissing: true, allowSurplus: true })
  expect(Object.keys(some.params)).toEqual(['1.weight'])
  disposeVariables(some)
})
