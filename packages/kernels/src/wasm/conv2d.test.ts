import { beforeAll, describe, expect, test } from 'vitest'
import { type ConvAttributes, convShape, type Shape } from '../contract.ts'
import { expectClose, forEachProduct, random, run, useWasm } from './reference.test-helper.ts'

interface Case {
  readonly x: Shape
  readonly filter: Shape
  readonly attributes: ConvAttributes
}

const plain: ConvAttributes = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1 }
const around: ConvAttributes = { ...plain, pads: [1, 1, 1, 1] }

const CASES: Record<string, Case> = {
  '3x3': { x: [2, 7, 9, 8], filter: [3, 3, 8, 16], attributes: around },
  'odd channels': { x: [1, 6, 5, 3], filter: [3, 3, 3, 7], attributes: around },
  'deep, in several blocks': { x: [1, 9, 9, 64], filter: [3, 3, 64, 10], attributes: around },
  'many windows': { x: [2, 24, 23, 5], filter: [3, 3, 5, 9], attributes: around },
  stem: { x: [2, 17, 19, 3], filter: [7, 7, 3, 8], attributes: { ...plain, strides: [2, 2], pads: [3, 3, 3, 3] } },
  pointwise: { x: [2, 5, 5, 12], filter: [1, 1, 12, 20], attributes: plain },
  'pointwise with steps': { x: [2, 7, 6, 12], filter: [1, 1, 12, 20], attributes: { ...plain, strides: [2, 2] } },
  'unequal steps': { x: [1, 8, 9, 6], filter: [3, 2, 6, 5], attributes: { ...around, strides: [2, 3] } },
  'uneven pads': { x: [1, 6, 6, 4], filter: [3, 3, 4, 4], attributes: { ...plain, pads: [0, 1, 2, 3] } },
  'pads wider than the filter': { x: [1, 4, 4, 4], filter: [2, 2, 4, 4], attributes: { ...plain, pads: [3, 2, 2, 3] } },
  'padded pointwise': { x: [1, 4, 4, 4], filter: [1, 1, 4, 4], attributes: around },
  dilated: { x: [1, 9, 10, 4], filter: [3, 3, 4, 6], attributes: { ...around, dilations: [2, 3], pads: [2, 2, 3, 3] } },
  'dilated with steps': {
    x: [1, 9, 10, 4],
    filter: [3, 3, 4, 6],
    attributes: { ...around, dilations: [2, 1], strides: [2, 2] },
  },
  grouped: { x: [2, 6, 6, 12], filter: [3, 3, 4, 18], attributes: { ...around, groups: 3 } },
  'grouped with steps': {
    x: [2, 7, 6, 8],
    filter: [3, 3, 2, 8],
    attributes: { ...around, groups: 4, strides: [2, 2] },
  },
  'grouped pointwise': { x: [2, 3, 4, 8], filter: [1, 1, 4, 6], attributes: { ...plain, groups: 2 } },
  depthwise: { x: [2, 9, 11, 12], filter: [3, 3, 1, 12], attributes: { ...around, groups: 12 } },
  'depthwise, odd channels': { x: [2, 8, 9, 7], filter: [5, 3, 1, 7], attributes: { ...around, groups: 7 } },
  'depthwise with steps': {
    x: [2, 9, 12, 16],
    filter: [3, 3, 1, 16],
    attributes: { ...around, groups: 16, strides: [2, 2] },
  },
  'depthwise, dilated': {
    x: [1, 12, 11, 8],
    filter: [3, 3, 1, 8],
    attributes: { strides: [1, 1], dilations: [2, 3], pads: [2, 1, 3, 2], groups: 8 },
  },
  'depthwise, dilated with steps': {
    x: [1, 12, 11, 9],
    filter: [3, 3, 1, 9],
    attributes: { strides: [2, 3], dilations: [2, 3], pads: [2, 1, 3, 2], groups: 9 },
  },
  'depthwise, a window in the pads': {
    x: [1, 3, 3, 4],
    filter: [2, 2, 1, 4],
    attributes: { ...plain, pads: [3, 3, 3, 3], groups: 4 },
  },
  'two filters a channel': { x: [2, 6, 6, 5], filter: [3, 3, 1, 10], attributes: { ...around, groups: 5 } },
  'no images': { x: [0, 6, 6, 4], filter: [3, 3, 4, 4], attributes: around },
  'depthwise, no images': { x: [0, 6, 6, 4], filter: [3, 3, 1, 4], attributes: { ...around, groups: 4 } },
}

beforeAll(useWasm)

describe.each(Object.entries(CASES))('convolution: %s', (_, { x: xShape, filter: filterShape, attributes }) => {
  const x = random(xShape, 1)
  const filter = random(filterShape, 2)
  const bias = random([filterShape[3] ?? 0], 3)
  const yShape = convShape(xShape, filterShape, attributes)
  const dy = random(yShape, 4)

  test('forward', () => {
    const expected = new Float64Array(dy.data.length)
    forEachProduct(xShape, filterShape, yShape, attributes, (i, j, k) => {
      expected[k] = (expected[k] as number) + (x.data[i] as number) * (filter.data[j] as number)
    })
    const [y] = run('ClasConv2D', { x, filter }, attributes)
    expect(y?.shape).toEqual(yShape)
    expectClose(y, expected)
    const [shifted] = run('ClasConv2D', { x, filter, bias }, attributes)
    expectClose(
      shifted,
      expected.map((value, i) => value + (bias.data[i % bias.data.length] as number)),
    )
  })

  test('gradients', () => {
    const dx = new Float64Array(x.data.length)
    const dfilter = new Float64Array(filter.data.length)
    forEachProduct(xShape, filterShape, yShape, attributes, (i, j, k) => {
      dx[i] = (dx[i] as number) + (filter.data[j] as number) * (dy.data[k] as number)
      dfilter[j] = (dfilter[j] as number) + (x.data[i] as number) * (dy.data[k] as number)
    })
    expectClose(run('ClasConv2DInputGradient', { dy, filter }, { ...attributes, inputShape: xShape })[0], dx)
    expectClose(run('ClasConv2DFilterGradient', { x, dy }, { ...attributes, filterShape })[0], dfilter)
  })
})
