import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { type BatchTransform, createBatchTransform, cutmix, mixup, opSampler } from '../index.ts'
import { batchOf, reference } from './reference.test-helper.ts'

const info = { batch: 4, classes: 3, height: 8, width: 6 }
const steps = [mixup({ alpha: 0.2 }), cutmix({ alpha: 1 })]

test('chooses by the probabilities, and nothing for the rest', () => {
  const sampler = opSampler(steps, { probabilities: [0.5, 0.2] })
  const rng = createRng(3)
  const counts: Record<string, number> = {}
  for (let i = 0; i < 10_000; i++) {
    const name = sampler.sample(rng, info)?.name ?? 'none'
    counts[name] = (counts[name] ?? 0) + 1
  }
  expect(counts.Mixup).toBeGreaterThan(4800)
  expect(counts.Mixup).toBeLessThan(5200)
  expect(counts.Cutmix).toBeGreaterThan(1850)
  expect(counts.Cutmix).toBeLessThan(2150)
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(10_000)
})

test('does what the chosen transform does', () => {
  const batch = batchOf(reference.mixup)
  const sampler = opSampler(steps, { probabilities: [0, 1] })
  const drawn = sampler.sample(createRng(1), info) ?? expect.unreachable()
  const parameters = { index: 0, name: 'Mixup', parameters: { order: [2, 0, 1], lambda: 0.3 } }
  expect(drawn.index).toBe(1)
  expect(sampler.apply(batch, parameters)).toEqual(mixup().apply(batch, { order: [2, 0, 1], lambda: 0.3 }))
  expect(sampler.apply(batch, null)).toBe(batch)
  expect(() => sampler.apply(batch, { ...parameters, name: 'Fmix' })).toThrow(/Fmix/)
})

test('nothing is chosen from an epoch on', () => {
  const sampler = opSampler(steps, { probabilities: [0.5, 0.5], offEpoch: 10 })
  expect(sampler.sample(createRng(1), { ...info, epoch: 9 })).not.toBeNull()
  expect(sampler.sample(createRng(1), { ...info, epoch: 10 })).toBeNull()
})

test('is described when its transforms are', () => {
  const spec = opSampler(steps, { probabilities: [0.5, 0.2] }).describe?.()
  expect(spec && createBatchTransform(spec).describe?.()).toEqual(spec)
  const own: BatchTransform<null> = { name: 'Own', sample: () => null, apply: (batch) => batch }
  expect(opSampler([own], { probabilities: [1] }).describe).toBeUndefined()
})

test('probabilities must fit', () => {
  for (const probabilities of [[0.5], [0.7, 0.4], [-0.1, 0.5], [Number.NaN, 0.5]]) {
    expect(() => opSampler(steps, { probabilities })).toThrow(/probabilities/)
  }
  expect(() => opSampler([...steps, mixup()], { probabilities: [0.1, 0.2, 0.7] })).not.toThrow()
  expect(() => opSampler(steps, { probabilities: [1, 0], offEpoch: -1 })).toThrow(/offEpoch/)
})
