import { describe, expect, test } from 'vitest'
import { type ConvAttributes, convShape, type Shape } from '../contract.ts'
import type { WasmKernel } from './call.ts'
import { computeOn } from './fake-backend.test-helper.ts'
import { groupedConv2d, groupedFilterGradient, groupedInputGradient, isGroupedDirect } from './grouped.ts'
import { expectClose, forEachProduct, random, type Values } from './reference.test-helper.ts'

interface Case {
  readonly x: Shape
  readonly filter: Shape
  readonly attributes: ConvAttributes
}

const plain: ConvAttributes = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1 }
const around: ConvAttributes = { ...plain, pads: [1, 1, 1, 1] }
const strided: ConvAttributes = { ...around, strides: [2, 2] }

/** Pictures [batch, height, width] of `groups` times `groupIn` channels, `groups` times `groupOut` filters [kh, kw]. */
function make(
  picture: Shape,
  window: Shape,
  [groups = 1, groupIn = 1, groupOut = 1]: Shape,
  attributes: ConvAttributes,
): Case {
  return {
    x: [...picture, groups * groupIn],
    filter: [...window, groupIn, groups * groupOut],
    attributes: { ...attributes, groups },
  }
}

const CASES: Record<string, Case> = {
  'four channels': make([2, 9, 16], [3, 3], [5, 4, 4], around),
  'four channels of a wide picture': make([1, 5, 57], [3, 3], [3, 4, 4], around),
  'one channel to two': make([2, 7, 9], [3, 3], [6, 1, 2], around),
  'three to one': make([1, 6, 11], [3, 3], [3, 3, 1], around),
  'five to seven': make([2, 8, 12], [3, 3], [2, 5, 7], around),
  'seven to five': make([2, 7, 7], [3, 3], [3, 7, 5], around),
  eight: make([3, 14, 14], [3, 3], [4, 8, 8], around),
  'sixteen, the size of the last stage': make([3, 7, 7], [3, 3], [2, 16, 16], around),
  'thirty-three': make([1, 6, 9], [3, 3], [2, 33, 33], around),
  'many to few': make([1, 9, 10], [3, 3], [2, 33, 2], around),
  'few to many': make([1, 9, 10], [3, 3], [2, 2, 33], around),
  'a lone pixel a line': make([2, 9, 1], [3, 1], [2, 4, 4], { ...plain, pads: [1, 1, 0, 0] }),
  'one pixel': make([4, 1, 1], [3, 3], [4, 4, 4], around),
  'with steps': make([2, 16, 16], [3, 3], [4, 4, 4], strided),
  'with steps, odd sizes': make([2, 15, 13], [3, 3], [3, 6, 10], strided),
  'with unequal steps': make([1, 11, 20], [3, 3], [2, 4, 8], { ...around, strides: [1, 3] }),
  'with steps longer than the filter': make([2, 11, 12], [2, 2], [2, 4, 4], { ...plain, strides: [3, 4] }),
  'with steps and uneven pads': make([1, 10, 9], [4, 5], [2, 4, 3], {
    ...plain,
    strides: [2, 3],
    pads: [0, 2, 3, 1],
  }),
  dilated: make([1, 12, 13], [3, 3], [3, 4, 4], { ...plain, dilations: [2, 3], pads: [2, 2, 3, 3] }),
  'dilated with steps': make([2, 13, 16], [3, 3], [2, 8, 4], {
    ...plain,
    strides: [2, 2],
    dilations: [2, 3],
    pads: [2, 1, 4, 0],
  }),
  'dilated by the steps': make([1, 17, 14], [3, 2], [2, 4, 6], { ...around, strides: [4, 3], dilations: [2, 3] }),
  pointwise: make([2, 5, 9], [1, 1], [4, 4, 6], plain),
  'pointwise with steps': make([2, 7, 9], [1, 1], [4, 6, 4], { ...plain, strides: [2, 2] }),
  'padded pointwise': make([1, 4, 5], [1, 1], [2, 4, 4], around),
  'five by five': make([1, 9, 40], [5, 5], [2, 4, 4], { ...plain, pads: [2, 2, 2, 2] }),
  'pads wider than the filter': make([1, 4, 5], [2, 2], [2, 4, 4], { ...plain, pads: [3, 2, 2, 3] }),
  'a filter as large as the picture': make([2, 6, 5], [6, 5], [2, 4, 4], plain),
  'one group': make([1, 7, 8], [3, 3], [1, 3, 9], strided),
  stem: make([2, 29, 30], [7, 7], [1, 3, 16], { ...strided, pads: [3, 3, 3, 3] }),
  'three by three with steps of one': make([1, 9, 30], [3, 3], [2, 3, 3], around),
  'more than a first cache of lines': make([1, 70, 60], [3, 3], [2, 8, 8], around),
  'many lines': make([1, 150, 6], [3, 3], [8, 4, 4], around),
  'no images': make([0, 6, 6], [3, 3], [4, 4, 4], around),
}

const forward: WasmKernel<ConvAttributes> = (call, attributes) => {
  const x = call.input('x')
  const filter = call.input('filter')
  const y = call.output(convShape(x.shape, filter.shape, attributes))
  groupedConv2d(call, { x, filter, y, bias: call.optional('bias') }, attributes)
  return y
}

const inputGradient: WasmKernel<ConvAttributes & { readonly inputShape: Shape }> = (call, attributes) => {
  const dx = call.output(attributes.inputShape)
  groupedInputGradient(call, { dy: call.input('dy'), filter: call.input('filter'), dx }, attributes)
  return dx
}

const filterGradient: WasmKernel<ConvAttributes & { readonly filterShape: Shape }> = (call, attributes) => {
  const dfilter = call.output(attributes.filterShape)
  groupedFilterGradient(call, { x: call.input('x'), dy: call.input('dy'), dfilter }, attributes)
  return dfilter
}

function valuesOf({ x, filter, attributes }: Case): Record<'x' | 'filter' | 'bias' | 'dy', Values> {
  return {
    x: random(x, 1),
    filter: random(filter, 2),
    bias: random([filter[3] ?? 0], 3),
    dy: random(convShape(x, filter, attributes), 4),
  }
}

describe.each(Object.entries(CASES))('grouped convolution: %s', (_, one) => {
  const { x, filter, bias, dy } = valuesOf(one)
  const { attributes } = one

  test('forward', async () => {
    const expected = new Float64Array(dy.data.length)
    forEachProduct(x.shape, filter.shape, dy.shape, attributes, (i, j, k) => {
      expected[k] = (expected[k] as number) + (x.data[i] as number) * (filter.data[j] as number)
    })
    expectClose(await computeOn(1, forward, { x, filter }, attributes), expected)
    expectClose(
      await computeOn(1, forward, { x, filter, bias }, attributes),
      expected.map((value, i) => value + (bias.data[i % bias.data.length] as number)),
    )
  })

  test('gradients', async () => {
    const dx = new Float64Array(x.data.length)
    const dfilter = new Float64Array(filter.data.length)
    forEachProduct(x.shape, filter.shape, dy.shape, attributes, (i, j, k) => {
      dx[i] = (dx[i] as number) + (filter.data[j] as number) * (dy.data[k] as number)
      dfilter[j] = (dfilter[j] as number) + (x.data[i] as number) * (dy.data[k] as number)
    })
    const { shape: inputShape } = x
    const { shape: filterShape } = filter
    expectClose(await computeOn(1, inputGradient, { dy, filter }, { ...attributes, inputShape }), dx)
    expectClose(await computeOn(1, filterGradient, { x, dy }, { ...attributes, filterShape }), dfilter)
  })
})

const SHARED: Record<string, Case> = {
  'four channels': make([3, 27, 28], [3, 3], [16, 4, 4], around),
  'few groups, with steps': make([2, 29, 30], [3, 3], [3, 8, 12], strided),
  stem: make([2, 57, 56], [7, 7], [1, 3, 32], { ...strided, pads: [3, 3, 3, 3] }),
  'few groups of one image': make([1, 41, 36], [3, 3], [2, 12, 12], around),
}

test.each(Object.entries(SHARED))('%s: the same bits on any number of threads', async (_, one) => {
  const { x, filter, bias, dy } = valuesOf(one)
  const compute = async (threads: number): Promise<Values[]> => [
    await computeOn(threads, forward, { x, filter, bias }, one.attributes),
    await computeOn(threads, inputGradient, { dy, filter }, { ...one.attributes, inputShape: x.shape }),
    await computeOn(threads, filterGradient, { x, dy }, { ...one.attributes, filterShape: filter.shape }),
  ]
  const alone = await compute(1)
  expect(alone.every(({ data }) => data.some((value) => value !== 0 && Number.isFinite(value)))).toBe(true)
  expect(await compute(2)).toEqual(alone)
  expect(await compute(3)).toEqual(alone)
})

test('few channels are done directly, many by a matrix product', () => {
  const isDirect = (pass: 'forward' | 'input' | 'filter', one: Case): boolean =>
    isGroupedDirect(pass, one.x, one.filter, convShape(one.x, one.filter, one.attributes), one.attributes)
  const passes = ['forward', 'input', 'filter'] as const
  const directly = (one: Case): string[] => passes.filter((pass) => isDirect(pass, one))
  expect(directly(make([8, 56, 56], [3, 3], [32, 4, 4], around))).toEqual(passes)
  expect(directly(make([8, 28, 28], [3, 3], [32, 16, 16], strided))).toEqual(passes)
  expect(directly(make([8, 7, 7], [3, 3], [32, 32, 32], around))).toEqual(['filter'])
  expect(directly(make([8, 28, 28], [3, 3], [4, 64, 64], around))).toEqual([])
  expect(directly(make([8, 28, 28], [1, 1], [8, 16, 16], plain))).toEqual(['filter'])
  expect(directly(make([8, 2, 2], [3, 3], [8, 8, 8], around))).toEqual([])
  expect(directly(make([8, 224, 224], [7, 7], [1, 3, 64], { ...strided, pads: [3, 3, 3, 3] }))).toEqual(passes)
  expect(directly(make([8, 56, 56], [3, 3], [1, 128, 128], strided))).toEqual([])
  expect(directly(make([8, 1, 1], [1, 1], [1, 64, 16], plain))).toEqual([])
})
