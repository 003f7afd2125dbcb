import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { batchInfo, createBatchTransform } from '../index.ts'
import { cases } from './batch-cases.test-helper.ts'

const all = Object.entries(cases).flatMap(([name, list]) => list.map(({ options }) => ({ name, options })))

test.each(all)('$name fills all of the memory that it is given: $options', (spec) => {
  const transform = createBatchTransform(spec)
  const images = Float32Array.from({ length: 4 * 5 * 6 * 3 }, (_, i) => i)
  const batch = { images, labels: new Float32Array(4 * 2).fill(0.5), shape: [4, 5, 6, 3] as const }
  for (let seed = 0; seed < 8; seed++) {
    const parameters = transform.sample(createRng(seed), batchInfo(batch))
    const out = new Float32Array(images.length).fill(Number.NaN)
    expect(transform.apply(batch, parameters, out)).toEqual(transform.apply(batch, parameters))
  }
})

test('a batch has an epoch, from 0', () => {
  const batch = { images: new Float32Array(2), labels: new Float32Array(6), shape: [2, 1, 1, 1] as const }
  expect(batchInfo(batch)).toEqual({ batch: 2, classes: 3, height: 1, width: 1, epoch: 0 })
  expect(batchInfo(batch, 7).epoch).toBe(7)
})
