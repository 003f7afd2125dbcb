import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { expectDistribution } from '../erase/distribution.test-helper.ts'
import { scriptedRng } from '../erase/scripted-rng.test-helper.ts'
import { batchInfo, cutmix } from '../index.ts'
import { boxColumns } from './box-columns.test-helper.ts'
import { areaOf, sampleBox } from './cutmix.ts'
import { batchOf, reference } from './reference.test-helper.ts'
import { expectBatch } from './same-batch.test-helper.ts'

test.each(reference.cutmix)('with the draws of PaddleClas it makes the same batch: $lambda, $draws', (one) => {
  const batch = batchOf(one)
  const info = batchInfo(batch)
  const box = sampleBox(scriptedRng(one.draws), info, one.lambda)
  expectBatch(cutmix().apply(batch, { order: one.order, lambda: 1 - areaOf(box, info), box }), one)
})

test.each(reference.distributions.cutmix)('boxes are those of PaddleClas over many draws, alpha $alpha', (one) => {
  const { alpha, ...expected } = one
  const transform = cutmix({ alpha })
  const rng = createRng(9)
  const info = { batch: 2, classes: 2, height: 64, width: 48 }
  const drawn = Array.from({ length: 10_000 }, () => transform.sample(rng, info) ?? expect.unreachable())
  expect(drawn.every(({ box, lambda }) => lambda === 1 - areaOf(box, info))).toBe(true)
  const columns = boxColumns(drawn.map(({ box }) => box))
  for (const [name, values] of Object.entries(columns)) {
    expectDistribution(values, expected[name as keyof typeof columns], name)
  }
})

test('bad options are refused', () => {
  expect(() => cutmix({ alpha: 0 })).toThrow(/alpha/)
  expect(() => cutmix({ p: -1 })).toThrow(/p must/)
})
