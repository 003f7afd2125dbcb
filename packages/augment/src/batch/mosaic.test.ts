import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { mosaic } from '../index.ts'

test('the four pictures touch in the centre with the corners that are opposite to it', () => {
  // Values tell picture, row and column.
  const images = Float32Array.from({ length: 4 * 2 * 3 }, (_, i) => {
    return 100 * (Math.floor(i / 6) + 1) + 10 * (Math.floor(i / 3) % 2) + (i % 3)
  })
  const labels = new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
  const mixed = mosaic().apply(
    { images, labels, shape: [4, 2, 3, 1] },
    {
      tiles: [
        [0, 1, 2, 3],
        [1, 1, 1, 1],
        [2, 0, 0, 0],
        [3, 0, 1, 2],
      ],
      centers: [
        [1, 1],
        [2, 1],
        [3, 2],
        [0, 0],
      ],
    },
  )
  expect([...mixed.images]).toEqual(
    [
      [112, 210, 211],
      [302, 400, 401],
      [211, 212, 210],
      [201, 202, 200],
      [300, 301, 302],
      [310, 311, 312],
      [300, 301, 302],
      [310, 311, 312],
    ].flat(),
  )
  const sixths = Array.from(mixed.labels, (value) => value * 6)
  const expected = [1, 2, 1, 2, 0, 6, 0, 0, 0, 0, 6, 0, 0, 0, 6, 0]
  sixths.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5)
  })
})

test('each picture keeps a tile of its own; others and centres are drawn for each', () => {
  const transform = mosaic({ center: [0.25, 0.75] })
  const rng = createRng(5)
  const drawn = Array.from({ length: 2000 }, () => {
    return transform.sample(rng, { batch: 5, classes: 2, height: 64, width: 48 }) ?? expect.unreachable()
  })
  const others = new Array<number>(5).fill(0)
  for (const { tiles, centers } of drawn) {
    expect(tiles.map(([own]) => own)).toEqual([0, 1, 2, 3, 4])
    for (const [, ...three] of tiles) for (const other of three) others[other] = (others[other] ?? 0) + 1
    expect(centers.every(([x, y]) => x >= 12 && x <= 36 && y >= 16 && y <= 48)).toBe(true)
  }
  for (const count of others) expect(count / 6000).toBeCloseTo(1, 1)
  const columns = drawn.map(({ centers }) => centers[0]?.[0] ?? Number.NaN)
  expect(Math.min(...columns)).toBe(12)
  expect(Math.max(...columns)).toBe(36)
  expect(columns.reduce((sum, x) => sum + x, 0) / columns.length).toBeCloseTo(24, 0)
})

test('mixes a part of the batches; bad options and parameters of another batch are refused', () => {
  const batch = { images: new Float32Array(2), labels: new Float32Array(2), shape: [2, 1, 1, 1] as const }
  expect(mosaic({ p: 0 }).sample(createRng(1), { batch: 2, classes: 1, height: 1, width: 1 })).toBeNull()
  expect(mosaic().apply(batch, null)).toBe(batch)
  expect(() => mosaic({ center: [0, 2] })).toThrow(/center/)
  expect(() => mosaic().apply(batch, { tiles: [[0, 0, 0, 0]], centers: [[0, 0]] })).toThrow(/batch of 1/)
})
