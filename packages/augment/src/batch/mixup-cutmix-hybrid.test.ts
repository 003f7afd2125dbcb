import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { expectDistribution } from '../erase/distribution.test-helper.ts'
import { type MixupCutmixHybridOptions, mixupCutmixHybrid } from '../index.ts'
import { boxColumns } from './box-columns.test-helper.ts'
import { batchOf, reference } from './reference.test-helper.ts'
import { expectBatch } from './same-batch.test-helper.ts'

test.each(reference.mixupCutmixHybrid)('with what timm drew it makes the same batch: $options', (one) => {
  const { label_smoothing: labelSmoothing = 0.1 } = one.options
  const transform = mixupCutmixHybrid({ labelSmoothing: Number(labelSmoothing) })
  expectBatch(transform.apply(batchOf(one), { mixes: one.mixes }), one)
})

const info = { batch: 6, classes: 3, height: 64, width: 48 }

/** What is drawn for the first picture of many batches. */
function firstMixes(options: MixupCutmixHybridOptions, count: number) {
  const transform = mixupCutmixHybrid(options)
  const rng = createRng(13)
  return Array.from({ length: count }, () => transform.sample(rng, info).mixes[0] ?? expect.unreachable())
}

test.each(reference.distributions.hybrid)(
  'boxes and lambdas are those of PaddleClas over many draws: minmax $minmax, corrected $correct',
  ({ minmax, correct, lambda, ...expected }) => {
    const mixes = firstMixes(
      { mixupAlpha: 0, cutmixAlpha: 1, correctLambda: correct, ...(minmax && { cutmixMinmax: minmax }) },
      10_000,
    )
    expectDistribution(
      mixes.map((mix) => mix.lambda),
      lambda,
      'lambda',
    )
    const columns = boxColumns(mixes.map(({ box }) => box ?? expect.unreachable()))
    for (const [name, values] of Object.entries(columns)) {
      expectDistribution(values, expected[name as keyof typeof columns], name)
    }
  },
)

test('a part of what is mixed gets cutmix, a part is not mixed', () => {
  const mixes = firstMixes({ cutmixAlpha: 1, p: 0.8, switchProbability: 0.25, mode: 'elem' }, 10_000)
  const isUnmixed = ({ lambda, box }: (typeof mixes)[number]): boolean => lambda === 1 && box === null
  expect(mixes.filter(isUnmixed).length / 10_000).toBeCloseTo(0.2, 1)
  expect(mixes.filter(({ box }) => box !== null).length / 10_000).toBeCloseTo(0.2, 1)
})

test('draws for the batch, for pairs or for each picture', () => {
  const lambdasOf = (mode: 'batch' | 'pair' | 'elem', batch: number): number[] =>
    mixupCutmixHybrid({ mode })
      .sample(createRng(2), { ...info, batch })
      .mixes.map(({ lambda }) => lambda)
  expect(new Set(lambdasOf('batch', 6)).size).toBe(1)
  expect(new Set(lambdasOf('elem', 6)).size).toBe(6)
  const pairs = lambdasOf('pair', 5)
  expect(pairs).toEqual(pairs.toReversed())
  expect(pairs[2]).toBe(1)
  expect(new Set(pairs).size).toBe(3)
})

test('from an epoch on it smooths labels only', () => {
  const transform = mixupCutmixHybrid({ offEpoch: 2, labelSmoothing: 0.3 })
  const batch = {
    images: new Float32Array([1, 2]),
    labels: new Float32Array([1, 0, 0, 0, 1, 0]),
    shape: [2, 1, 1, 1] as const,
  }
  const mixed = transform.apply(batch, transform.sample(createRng(1), { ...info, batch: 2, epoch: 2 }))
  expect([...mixed.images]).toEqual([1, 2])
  mixed.labels.forEach((value, i) => {
    expect(value).toBeCloseTo([0.8, 0.1, 0.1, 0.1, 0.8, 0.1][i] ?? 0, 6)
  })
})

test('bad options are refused', () => {
  for (const options of [
    { mixupAlpha: -1 },
    { cutmixAlpha: Number.NaN },
    { cutmixMinmax: [0.5, 1.5] as const },
    { switchProbability: 2 },
    { mode: 'all' as 'elem' },
    { labelSmoothing: -0.1 },
    { p: 3 },
    { offEpoch: Number.NaN },
  ]) {
    expect(() => mixupCutmixHybrid(options)).toThrow(Object.keys(options)[0])
  }
  expect(() => mixupCutmixHybrid({ mixupAlpha: 0 })).toThrow(/cutmixAlpha/)
})
