import { beforeAll, describe, expect, test } from 'vitest'
import { type PoolAttributes, poolShape, type Shape } from '../contract.ts'
import { expectClose, forEachWindow, random, run, useWasm } from './reference.test-helper.ts'

const CASES: Record<string, { readonly x: Shape; readonly attributes: PoolAttributes }> = {
  '2x2': { x: [2, 6, 6, 8], attributes: { size: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] } },
  'overlapping, odd channels': { x: [2, 7, 8, 5], attributes: { size: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } },
  uneven: { x: [1, 7, 8, 6], attributes: { size: [3, 2], strides: [1, 2], pads: [0, 1, 1, 0] } },
  global: { x: [3, 5, 5, 4], attributes: { size: [5, 5], strides: [1, 1], pads: [0, 0, 0, 0] } },
  'no images': { x: [0, 6, 6, 8], attributes: { size: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] } },
}

beforeAll(useWasm)

describe.each(Object.entries(CASES))('pooling: %s', (_, { x: shape, attributes }) => {
  // Few different values, all negative: windows have more than one largest cell.
  const x = random(shape, 1, 2)
  for (let i = 0; i < x.data.length; i++) x.data[i] = Math.round(x.data[i] as number) - 3
  const yShape = poolShape(shape, attributes)
  const dy = random(yShape, 2)

  test('largest', () => {
    const expected = new Float64Array(dy.data.length)
    const dx = new Float64Array(x.data.length)
    forEachWindow(shape, yShape, attributes, (window, cells) => {
      const values = cells.map((cell) => x.data[cell] as number)
      expected[window] = Math.max(...values)
      const first = cells[values.indexOf(Math.max(...values))] as number
      dx[first] = (dx[first] as number) + (dy.data[window] as number)
    })
    const [y] = run('ClasMaxPool', { x }, attributes)
    expect(y?.shape).toEqual(yShape)
    expectClose(y, expected)
    expectClose(run('ClasMaxPoolGradient', { dy, x, y: y ?? dy }, attributes)[0], dx)
  })

  test('mean', () => {
    const expected = new Float64Array(dy.data.length)
    const dx = new Float64Array(x.data.length)
    forEachWindow(shape, yShape, attributes, (window, cells) => {
      for (const cell of cells) {
        expected[window] = (expected[window] as number) + (x.data[cell] as number) / cells.length
        dx[cell] = (dx[cell] as number) + (dy.data[window] as number) / cells.length
      }
    })
    expectClose(run('ClasAveragePool', { x }, attributes)[0], expected)
    expectClose(run('ClasAveragePoolGradient', { dy }, { ...attributes, inputShape: shape })[0], dx)
  })
})
