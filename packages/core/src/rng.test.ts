import { expect, test } from 'vitest'
import { createRng } from './rng.ts'

test('a fork depends on the seed and the path alone', () => {
  const used = createRng(7)
  used.next()
  used.fork('other').next()
  expect(used.fork('epoch', 3, 'sample', 41).next()).toBe(createRng(7).fork('epoch', 3, 'sample', 41).next())
  expect(used.fork('epoch', 3).fork('sample', 41).next()).toBe(createRng(7).fork('epoch', 3, 'sample', 41).next())
})

test('different seeds and paths give different streams', () => {
  const rng = createRng(1)
  const first = Array.from({ length: 20_000 }, (_, i) => rng.fork('sample', i).next())
  expect(new Set(first).size).toBeGreaterThan(19_990)
  expect(rng.fork(1).next()).not.toBe(rng.fork('1').next())
  expect(rng.fork('a', 'b').next()).not.toBe(rng.fork('ab').next())
  expect(createRng(2).next()).not.toBe(rng.next())
})

test('numbers of one stream and of the first draws of many are uniform', () => {
  const rng = createRng(3)
  for (const draw of [
    () => rng.next(),
    (
      (i) => () =>
        rng.fork(i++).next()
    )(0),
  ]) {
    const counts = new Array<number>(20).fill(0)
    for (let i = 0; i < 40_000; i++) {
      const bin = Math.floor(draw() * 20)
      counts[bin] = (counts[bin] ?? 0) + 1
    }
    const chi = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)
    expect(chi).toBeLessThan(43.8) // 19 degrees of freedom, p = 0.001
  }
})

test('normal numbers have their mean and deviation', () => {
  const rng = createRng(4)
  const values = Array.from({ length: 50_000 }, () => rng.normal(2, 3))
  const mean = values.reduce((a, b) => a + b) / values.length
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
  expect(mean).toBeCloseTo(2, 1)
  expect(Math.sqrt(variance)).toBeCloseTo(3, 1)
})

test('a permutation has each index once, whole numbers stay in their range', () => {
  const rng = createRng(5)
  expect([...rng.permutation(100)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  const drawn = new Set(Array.from({ length: 1000 }, () => rng.integer(-2, 3)))
  expect([...drawn].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2])
})
