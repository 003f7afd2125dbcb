import {
  type DataType,
  gather,
  grad,
  memory,
  oneHot,
  type Tensor,
  tensor,
  tensor1d,
  unsortedSegmentSum,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ConvAttributes, KernelName, PoolAttributes, Shape } from '../contract.ts'
import { expectClose, forEachProduct, forEachWindow, random, run, useWasm } from './reference.test-helper.ts'

beforeAll(useWasm)

// Padding 'same' with steps of two on an even side: nothing before, one after.
const pads = [0, 1, 0, 1] as const
const x = random([2, 6, 8, 4], 1)

const CASES: [string, string, string, number[], Shape, ConvAttributes][] = [
  [
    'dense',
    'Conv2DBackpropInput',
    'Conv2DBackpropFilter',
    [3, 3, 4, 5],
    [3, 3, 4, 5],
    { strides: [2, 2], pads, dilations: [1, 1], groups: 1 },
  ],
  [
    'depthwise',
    'DepthwiseConv2dNativeBackpropInput',
    'DepthwiseConv2dNativeBackpropFilter',
    [3, 3, 4, 1],
    [3, 3, 1, 4],
    { strides: [2, 2], pads, dilations: [1, 1], groups: 4 },
  ],
  [
    'depthwise, two filters a channel',
    'DepthwiseConv2dNativeBackpropInput',
    'DepthwiseConv2dNativeBackpropFilter',
    [3, 3, 4, 2],
    [3, 3, 1, 8],
    { strides: [2, 2], pads, dilations: [1, 1], groups: 4 },
  ],
]

test.each(CASES)('convolution, %s', (_, input, filterName, filterShape, own, conv) => {
  const filter = random(filterShape, 2)
  const dy = random([2, 3, 4, own[3] ?? 0], 3)
  const dx = new Float64Array(x.data.length)
  const dfilter = new Float64Array(filter.data.length)
  forEachProduct(x.shape, own, dy.shape, conv, (i, j, k) => {
    dx[i] = (dx[i] as number) + (filter.data[j] as number) * (dy.data[k] as number)
    dfilter[j] = (dfilter[j] as number) + (x.data[i] as number) * (dy.data[k] as number)
  })
  const attributes = { strides: 2, pad: 'same', dataFormat: 'NHWC', dilations: 1 }
  const before = memory().numBytes
  const [ofInput] = run(input as KernelName, { dy, filter }, { ...attributes, inputShape: x.shape })
  const [ofFilter] = run(filterName as KernelName, { x, dy }, { ...attributes, filterShape })
  expectClose(ofInput, dx)
  expect(ofFilter?.shape).toEqual(filterShape)
  expectClose(ofFilter, dfilter)
  expect(memory().numBytes).toBe(before)
})

test('pooling', () => {
  const attributes: PoolAttributes = { size: [3, 3], strides: [2, 2], pads }
  const negative = { shape: x.shape, data: x.data.map((value) => value - 2) }
  const dy = random([2, 3, 4, 4], 3)
  const largest = new Float64Array(x.data.length)
  const mean = new Float64Array(x.data.length)
  const output = { shape: dy.shape, data: new Float32Array(dy.data.length) }
  forEachWindow(x.shape, dy.shape, attributes, (window, cells) => {
    const values = cells.map((cell) => negative.data[cell] as number)
    output.data[window] = Math.max(...values)
    const first = cells[values.indexOf(Math.max(...values))] as number
    largest[first] = (largest[first] as number) + (dy.data[window] as number)
    for (const cell of cells) mean[cell] = (mean[cell] as number) + (dy.data[window] as number) / cells.length
  })
  const of = { filterSize: 3, strides: 2, pad: 'same' }
  expectClose(run('MaxPoolGrad' as KernelName, { dy, input: negative, output }, of)[0], largest)
  expectClose(run('AvgPoolGrad' as KernelName, { dy, input: negative }, of)[0], mean)
})

describe('oneHot', () => {
  test.each<DataType>(['float32', 'int32', 'bool'])('of %s', (dtype) => {
    const y = oneHot(tensor([2, -1, 0, 3], [2, 2], 'int32'), 3, 1, 0, dtype)
    expect(y.dtype).toBe(dtype)
    expect(y.shape).toEqual([2, 2, 3])
    // Where the index lies outside, nothing is on.
    expect([...y.dataSync()]).toEqual([0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0])
  })

  test('of fractions', () => {
    expect([...oneHot([1, 0], 2, 0.75, -0.25, 'float32').dataSync()]).toEqual([-0.25, 0.75, 0.75, -0.25])
  })
})

describe('unsortedSegmentSum', () => {
  test.each(['float32', 'int32'] as const)('of %s', (dtype) => {
    const x = tensor([...Array(30).keys()], [5, 6], dtype)
    const y = unsortedSegmentSum(x, tensor1d([2, 0, 2, -1, 3], 'int32'), 3)
    expect(y.dtype).toBe(dtype)
    expect(y.arraySync()).toEqual([
      [6, 7, 8, 9, 10, 11],
      [0, 0, 0, 0, 0, 0],
      [12, 14, 16, 18, 20, 22],
    ])
  })

  test('needs a number for each row, and numbers to sum', () => {
    const ids = tensor1d([0, 1], 'int32')
    expect(() => unsortedSegmentSum(tensor([1, 2, 3]), ids, 2)).toThrow('one number for each row')
    expect(() => unsortedSegmentSum(tensor([true, false]), ids, 2)).toThrow('x must be float32 or int32, found bool')
  })

  test.each([0, 1])('makes the gradient of gather along axis %d', (axis) => {
    const indices = tensor1d([1, 0, 1], 'int32')
    const shape = axis === 0 ? [3, 2] : [2, 3]
    const dy = tensor([1, 2, 3, 4, 5, 6], shape)
    const dx = grad((x: Tensor) => gather(x, indices, axis))(tensor(Array(6).fill(0), shape), dy)
    expect(dx.shape).toEqual(shape)
    expect([...dx.dataSync()]).toEqual(axis === 0 ? [3, 4, 6, 8, 0, 0] : [2, 4, 0, 5, 10, 0])
  })
})
