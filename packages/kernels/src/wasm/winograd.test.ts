import { beforeAll, describe, expect, test } from 'vitest'
import { type ConvAttributes, convShape, type Shape } from '../contract.ts'
import { forEachProduct, random, run, useWasm, type Values } from './reference.test-helper.ts'
import { winogradOf } from './winograd.ts'

const around: ConvAttributes = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], groups: 1 }

describe('the tile is chosen by the number of multiplications', () => {
  const tileOf = (y: Shape, filter: Shape, attributes: Partial<ConvAttributes> = {}): number | undefined =>
    winogradOf(y, filter, { ...around, ...attributes })?.tile

  test('four pixels a side where they fit, two where they do not', () => {
    expect(tileOf([8, 56, 56], [3, 3, 64, 64])).toBe(4)
    expect(tileOf([64, 2, 2], [3, 3, 512, 512])).toBe(2)
  })

  test('direct where the filter is all the work, and where channels are few', () => {
    expect(tileOf([1, 7, 7], [3, 3, 512, 512])).toBeUndefined()
    expect(tileOf([8, 56, 56], [3, 3, 8, 4])).toBeUndefined()
    expect(tileOf([0, 56, 56], [3, 3, 64, 64])).toBeUndefined()
  })

  test('direct where the transforms do not hold', () => {
    const y = [8, 56, 56]
    expect(tileOf(y, [3, 3, 64, 62])).toBeUndefined()
    expect(tileOf(y, [5, 5, 64, 64])).toBeUndefined()
    expect(tileOf(y, [3, 3, 64, 64], { strides: [2, 2] })).toBeUndefined()
    expect(tileOf(y, [3, 3, 64, 64], { dilations: [2, 2] })).toBeUndefined()
    expect(tileOf(y, [3, 3, 32, 64], { groups: 2 })).toBeUndefined()
  })
})

/** [picture, out, pads, tile]: sides that no tile divides, channels that fill no panel, sums of several blocks. */
const CASES: readonly [x: Shape, out: number, pads: ConvAttributes['pads'], tile: number][] = [
  [[2, 17, 19, 32], 36, [1, 1, 1, 1], 4],
  [[3, 21, 22, 36], 60, [0, 0, 0, 0], 4],
  [[2, 9, 12, 64], 40, [2, 1, 0, 2], 4],
  [[1, 26, 27, 300], 44, [1, 1, 1, 1], 4],
  [[64, 2, 2, 60], 64, [1, 1, 1, 1], 2],
  [[64, 4, 4, 64], 64, [0, 0, 0, 0], 2],
]

describe.each(CASES)('a picture of %j to %i channels', (xShape, out, pads, tile) => {
  const attributes = { ...around, pads }
  const channels = xShape[3] ?? 0
  const filterShape = [3, 3, channels, out]
  const yShape = convShape(xShape, filterShape, attributes)
  const x = random(xShape, 1)
  const filter = random(filterShape, 2)
  const bias = random([out], 3)
  const dy = random(yShape, 4)
  const expected = { y: new Float64Array(dy.data.length), dx: zeros(x), dfilter: zeros(filter) }
  const terms = { y: new Float64Array(dy.data.length), dx: zeros(x), dfilter: zeros(filter) }

  beforeAll(async () => {
    await useWasm()
    expected.y.forEach((_, i) => {
      expected.y[i] = bias.data[i % out] as number
    })
    const add = (to: Float64Array, of: Float64Array, at: number, value: number): void => {
      to[at] = (to[at] as number) + value
      of[at] = (of[at] as number) + value ** 2
    }
    forEachProduct(xShape, filterShape, yShape, attributes, (i, j, k) => {
      const [a = 0, b = 0, c = 0] = [x.data[i], filter.data[j], dy.data[k]]
      add(expected.y, terms.y, k, a * b)
      add(expected.dx, terms.dx, i, b * c)
      add(expected.dfilter, terms.dfilter, j, a * c)
    })
  })

  test(`takes tiles of ${tile} pixels a side`, () => {
    expect(winogradOf(yShape, filterShape, attributes)?.tile).toBe(tile)
  })

  test('forward', () => {
    expectSmallError(run('ClasConv2D', { x, filter, bias }, attributes)[0], expected.y, terms.y)
  })

  test('gradient of the input', () => {
    const [dx] = run('ClasConv2DInputGradient', { dy, filter }, { ...attributes, inputShape: xShape })
    expectSmallError(dx, expected.dx, terms.dx)
  })

  test('gradient of the filter', () => {
    const [dfilter] = run('ClasConv2DFilterGradient', { x, dy }, { ...attributes, filterShape })
    expectSmallError(dfilter, expected.dfilter, terms.dfilter)
  })
})

function zeros({ data }: Values): Float64Array {
  return new Float64Array(data.length)
}

/** Half the distance from 1 to the next float32. */
const UNIT = 2 ** -24

/**
 * Compares the error with what the fullest sum is made of: the root of the sum of its squared products. Tiles of four
 * cost 8 to 11 units of that on average, which grow no further with longer sums: those are taken in blocks. (A sum taken
 * directly comes to 2 to 4 units.)
 */
function expectSmallError(actual: Values | undefined, expected: Float64Array, squares: Float64Array): void {
  expect(actual?.data.length).toBe(expected.length)
  const scale = Math.sqrt(squares.reduce((a, b) => Math.max(a, b)))
  const errors = expected.map((value, i) => Math.abs((actual?.data[i] as number) - value) / scale / UNIT)
  const mean = Math.sqrt(errors.reduce((a, b) => a + b * b, 0) / errors.length)
  expect(mean).toBeLessThan(16)
  expect(errors.reduce((a, b) => Math.max(a, b))).toBeLessThan(128)
}
