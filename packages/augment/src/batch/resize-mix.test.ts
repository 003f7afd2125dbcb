import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { resizeMix } from '../index.ts'
import { batchOf, reference } from './reference.test-helper.ts'
import { expectBatch } from './same-batch.test-helper.ts'

test('puts small pictures where OpenCV and NumPy put them', () => {
  expectBatch(resizeMix().apply(batchOf(reference.resizeMix), reference.resizeMix), reference.resizeMix)
})

test('boxes are inside, with sides in the range and everywhere; labels go by their area', () => {
  const [height, width] = [64, 48]
  const transform = resizeMix({ scale: [0.25, 0.5] })
  const rng = createRng(4)
  const drawn = Array.from({ length: 4000 }, () => {
    return transform.sample(rng, { batch: 2, classes: 2, height, width }) ?? expect.unreachable()
  })
  const places = drawn.map(({ box, lambda }) => {
    expect(lambda).toBeCloseTo(1 - (box.width * box.height) / (width * height), 10)
    expect(box.width).toBeGreaterThanOrEqual(12)
    expect(box.width).toBeLessThanOrEqual(24)
    expect(Math.abs(box.height / height - box.width / width)).toBeLessThan(1 / 48)
    return [box.left / (width - box.width), box.top / (height - box.height)] as const
  })
  for (const axis of [0, 1] as const) {
    const values = places.map((place) => place[axis])
    expect(Math.min(...values)).toBe(0)
    expect(Math.max(...values)).toBe(1)
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1)
  }
})

test('bad options are refused', () => {
  expect(() => resizeMix({ scale: [0, 0.5] })).toThrow(/scale/)
  expect(() => resizeMix({ scale: [0.5, 1.5] })).toThrow(/scale/)
  expect(() => resizeMix({ interpolation: 'hamming' })).toThrow(/interpolation/)
})
