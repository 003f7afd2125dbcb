import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fill, image } from './fill.ts'

// Made by the Python reference, from numpy.
const expected: Readonly<Record<string, readonly number[]>> = JSON.parse(
  readFileSync(new URL('../fixtures/fill-check.json', import.meta.url), 'utf8'),
)

test('fill gives the values of the reference, bit for bit', () => {
  for (const [title, values] of Object.entries(expected)) {
    const [, key, shape] = /^(\S+) \[([\d,]+)\]$/.exec(title) ?? []
    if (!key || !shape) continue
    const found = fill(key, shape.split(',').map(Number)).subarray(0, values.length)
    expect([...found], title).toEqual(values)
  }
})

test('image gives the values of the reference, channels last', () => {
  const values = image(2, 32)
  const at = (b: number, c: number, y: number, x: number): number => values[((b * 32 + y) * 32 + x) * 3 + c] as number
  const found = [at(0, 0, 0, 0), at(0, 0, 0, 1), at(0, 0, 0, 2), at(1, 2, 31, 29), at(1, 2, 31, 30), at(1, 2, 31, 31)]
  expect(found).toEqual(expected['image(2, 32) first three of [0,0,0,:], last three of [1,2,31,:]'])
})
