import { createRng, isClasError } from '@clas/core'
import { expect, test } from 'vitest'
import { mixup } from '../index.ts'
import { sampleBeta } from './beta.ts'

test.each([0.2, 0.8, 1, 4])('Beta(%f, %f) has its mean and its variance', (alpha) => {
  const rng = createRng(7)
  const drawn = Array.from({ length: 20_000 }, () => sampleBeta(rng, alpha))
  const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length
  expect(drawn.every((value) => value >= 0 && value <= 1)).toBe(true)
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.01)
  expect(Math.abs(variance - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.003)
})

test('Beta with a tiny alpha is a number', () => {
  const rng = createRng(7)
  const drawn = Array.from({ length: 100 }, () => sampleBeta(rng, 1e-4))
  expect(drawn.every((value) => value >= 0 && value <= 1)).toBe(true)
})

test('pictures and labels are mixed alike; labels keep their sum', () => {
  const images = Float32Array.from({ length: 4 * 2 }, (_, i) => i)
  const labels = new Float32Array([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0])
  const batch = { images, labels, shape: [4, 1, 2, 1] as const }
  const mix = mixup({ alpha: 0.2 })
  const { lambda, order } = mix.sample(createRng(2), { batch: 4, classes: 3, height: 1, width: 2 })
  expect([...order].sort()).toEqual([0, 1, 2, 3])
  const mixed = mix.apply(batch, { lambda, order })
  order.forEach((other, own) => {
    for (let i = 0; i < 2; i++) {
      const expected = lambda * (images[own * 2 + i] as number) + (1 - lambda) * (images[other * 2 + i] as number)
      expect(mixed.images[own * 2 + i]).toBeCloseTo(expected, 5)
    }
    const sum = mixed.labels.subarray(own * 3, own * 3 + 3).reduce((total, value) => total + value, 0)
    expect(sum).toBeCloseTo(1, 6)
  })
})

test('bad options and parameters of another batch are refused', () => {
  for (const alpha of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => mixup({ alpha })).toThrow(/alpha/)
  const batch = { images: new Float32Array(2), labels: new Float32Array(2), shape: [2, 1, 1, 1] as const }
  try {
    mixup().apply(batch, { lambda: 0.5, order: [0] })
    expect.unreachable()
  } catch (error) {
    expect(isClasError(error) && error.code).toBe('shape-mismatch')
  }
})
