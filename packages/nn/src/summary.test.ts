import { useBackend } from '@clas/kernels'
import { add, concat, getBackend, memory, mul, slice, split, type Tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import {
  attention,
  conv2d,
  flatten,
  globalAvgPool,
  linear,
  maxPool,
  module,
  resizeBilinear,
  sequential,
  summary,
} from './index.ts'

test('counts by hand what it counts', () => {
  const net = module(
    {
      conv: conv2d(3, 8, 3, { stride: 2, padding: 1 }),
      depthwise: conv2d(8, 8, 5, { padding: 2, groups: 8, bias: false }),
      fc: linear(8, 10),
    },
    ({ conv, depthwise, fc }, x) => fc(flatten(globalAvgPool(maxPool(depthwise(conv(x)), 2)))),
  )
  const counted = summary(net, [2, 32, 32, 3])
  expect(counted.parameters).toBe(3 * 3 * 3 * 8 + 8 + 5 * 5 * 8 + 8 * 10 + 10)
  expect(counted.layerMultiplyAdds).toBe(2 * (16 * 16 * 8 * 27 + 16 * 16 * 8 * 25 + 80))
  expect(counted.outputShape).toEqual([2, 10])
  expect(counted.layers.map(({ path, outputShape }) => [path, outputShape])).toEqual([
    ['conv', [2, 16, 16, 8]],
    ['depthwise', [2, 16, 16, 8]],
    ['fc', [2, 10]],
  ])
})

test('leaves the backend and the memory as they were', async () => {
  await useBackend('cpu')
  const before = memory().numTensors
  summary(sequential([conv2d(3, 4096, 3), (x: Tensor) => add(mul(x, 2), 1)]), [64, 224, 224, 3])
  expect(getBackend()).toBe('cpu')
  expect(memory().numTensors).toBe(before)
})

test('a forward function that reads a value back is an error', () => {
  const net = module({}, (_, x) => mul(x, x.dataSync()[0] ?? 0))
  expect(() => summary(net, [1, 2])).toThrow(expect.objectContaining({ code: 'backend-not-ready' }))
})

test('knows the shape of a resize', () => {
  const net = module({}, (_, x) => resizeBilinear(x, { size: [5, 7] }))
  expect(summary(net, [2, 3, 4, 6]).outputShape).toEqual([2, 5, 7, 6])
})

test('counts the products of attention, not as those of layers', () => {
  const net = module({}, (_, x) => attention(x, { heads: 2 }))
  const { outputShape, multiplyAdds, layerMultiplyAdds } = summary(net, [2, 5, 24])
  expect(outputShape).toEqual([2, 5, 8])
  expect(multiplyAdds).toBe(2 * 2 * (5 * 5 * 8))
  expect(layerMultiplyAdds).toBe(0)
})

test('knows the shapes of a split', () => {
  const net = module({}, (_, x) => split(x, [1, 3], -1)[1] as Tensor)
  expect(summary(net, [2, 4]).outputShape).toEqual([2, 3])
})

test('pictures of two heights can not be put beside each other', () => {
  const net = module({}, (_, x) => concat([x, slice(x, [0, 1, 0, 0])], -1))
  expect(() => summary(net, [1, 4, 4, 2])).toThrow()
})
