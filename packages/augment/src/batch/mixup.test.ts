import { createRng, isClasError } from '@clas/core'
import { expect, test } from 'vitest'
import { expectDistribution } from '../erase/distribution.test-helper.ts'
import { mixup } from '../index.ts'
import { sampleBeta } from './beta.ts'
import { batchOf, reference } from './reference.test-helper.ts'
import { expectBatch } from './same-batch.test-helper.ts'

const info = { batch: 4, classes: 3, height: 1, width: 2 }

test.each(reference.distributions.beta)('Beta($alpha, $beta) is drawn as by NumPy', ({ alpha, beta, ...expected }) => {
  const rng = createRng(7)
  const drawn = Array.from({ length: 10_000 }, () => sampleBeta(rng, alpha, beta))
  expectDistribution(drawn, expected, `Beta(${alpha}, ${beta})`)
})

test('Beta with a tiny alpha is a number', () => {
  const rng = createRng(7)
  const drawn = Array.from({ length: 100 }, () => sampleBeta(rng, 1e-4))
  expect(drawn.every((value) => value >= 0 && value <= 1)).toBe(true)
})

test('with what PaddleClas drew it makes the same batch', () => {
  expectBatch(mixup().apply(batchOf(reference.mixup), reference.mixup), reference.mixup)
})

test('draws one permutation and one lambda', () => {
  const { lambda, order } = mixup({ alpha: 0.2 }).sample(createRng(2), info) ?? expect.unreachable()
  expect([...order].sort()).toEqual([0, 1, 2, 3])
  expect(lambda).toBeGreaterThanOrEqual(0)
  expect(lambda).toBeLessThanOrEqual(1)
})

test('mixes a part of the batches, none from an epoch on', () => {
  const transform = mixup({ p: 0.3, offEpoch: 5 })
  const partAt = (epoch: number): number => {
    const rng = createRng(1)
    const drawn = Array.from({ length: 2000 }, () => transform.sample(rng, { ...info, epoch }))
    return drawn.filter((parameters) => parameters !== null).length / 2000
  }
  expect(partAt(4)).toBeCloseTo(0.3, 1)
  expect(partAt(5)).toBe(0)
  const batch = batchOf(reference.mixup)
  expect(transform.apply(batch, null)).toBe(batch)
})

test('writes into memory that it is given, other than the batch and of its length', () => {
  const batch = batchOf(reference.mixup)
  const out = new Float32Array(batch.images.length)
  const mixed = mixup().apply(batch, reference.mixup, out)
  expect(mixed.images).toBe(out)
  expectBatch(mixed, reference.mixup)
  expect(() => mixup().apply(batch, reference.mixup, batch.images)).toThrow(/own memory/)
  expect(() => mixup().apply(batch, reference.mixup, new Float32Array(1))).toThrow(/found 1 values/)
})

test('bad options and parameters of another batch are refused', () => {
  for (const alpha of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => mixup({ alpha })).toThrow(/alpha/)
  expect(() => mixup({ p: 1.5 })).toThrow(/p must/)
  expect(() => mixup({ offEpoch: -1 })).toThrow(/offEpoch/)
  const batch = { images: new Float32Array(2), labels: new Float32Array(2), shape: [2, 1, 1, 1] as const }
  for (const order of [[0], [0, 2]]) {
    try {
      mixup().apply(batch, { lambda: 0.5, order })
      expect.unreachable()
    } catch (error) {
      expect(isClasError(error) && error.code).toBe('shape-mismatch')
    }
  }
})
