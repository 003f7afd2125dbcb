import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { expectDistribution } from '../erase/distribution.test-helper.ts'
import { scriptedRng } from '../erase/scripted-rng.test-helper.ts'
import { type FmixOptions, fmix } from '../index.ts'
import { lowFrequencyImage, maskOf } from './fmix-mask.ts'
import { doublesOf, floatsOf, reference } from './reference.test-helper.ts'

test.each(reference.fmix)('with the draws of PaddleClas it makes the same mask: $shape, $options', (one) => {
  const { lambda, isRoundedUp, options } = one
  const [, height, width] = one.shape
  const { normal } = scriptedRng([...doublesOf(one.normals)])
  const image = lowFrequencyImage({ width, height, decayPower: options.decay_power ?? 3, normal: () => normal() })
  const kept = lambda * width * height
  const soft = Math.floor(width * height * Math.min(options.max_soft ?? 0, lambda, 1 - lambda))
  const mask = maskOf(image, isRoundedUp ? Math.ceil(kept) : Math.floor(kept), soft)
  const expected = floatsOf(one.mask)
  mask.forEach((part, pixel) => {
    expect(part).toBeCloseTo(expected[pixel] as number, 6)
  })
})

test('pictures are mixed by the mask, labels by lambda, as in PaddleClas', () => {
  const [height, width] = [24, 32]
  const transform = fmix({ maxSoft: 0.1 })
  const parameters = transform.sample(createRng(3), { batch: 3, classes: 3, height, width }) ?? expect.unreachable()
  const pixels = height * width
  // Each picture has one value, so the mask can be read off.
  const images = Float32Array.from(
    { length: 3 * pixels * 2 },
    (_, i) => [1, 10, 100][Math.floor(i / (2 * pixels))] ?? 0,
  )
  const labels = new Float32Array([1, 0, 0, 0, 1, 0, 0, 0, 1])
  const { order, lambda } = parameters
  const soft = 2 * Math.min(0.1, lambda, 1 - lambda)
  const mixed = transform.apply({ images, labels, shape: [3, height, width, 2] }, parameters)
  order.forEach((other, own) => {
    const [mine, others] = [10 ** own, 10 ** other]
    const values = mixed.images.subarray(own * pixels * 2, (own + 1) * pixels * 2)
    if (own === other) {
      expect(values.every((value) => Math.abs(value / mine - 1) < 1e-6)).toBe(true)
      return
    }
    const parts = Array.from(values, (value) => (value - others) / (mine - others))
    expect(parts.reduce((sum, part) => sum + part, 0) / parts.length).toBeCloseTo(lambda, 2)
    expect(parts.filter((part) => part > 0.001 && part < 0.999).length / parts.length).toBeCloseTo(soft, 1)
    expect(mixed.labels[own * 3 + own]).toBeCloseTo(lambda, 6)
    expect(mixed.labels[own * 3 + other]).toBeCloseTo(1 - lambda, 6)
  })
})

test.each([
  ['by default', { options: {}, height: 24, width: 32, expected: reference.distributions.fmix }],
  [
    'soft, with more of the own picture',
    {
      options: { alpha: 2, decayPower: 2, maxSoft: 0.2, reformulate: true },
      height: 21,
      width: 13,
      expected: reference.distributions.fmixSoft,
    },
  ],
])('masks are those of PaddleClas over many draws, %s', (_, { options, height, width, expected }) => {
  const drawn = maskStatistics(options, height, width)
  for (const [name, distribution] of Object.entries(expected)) {
    expectDistribution(
      drawn.map((row) => row[name as keyof typeof row]),
      distribution,
      name,
      1 / 3,
    )
  }
})

/** Of many masks: how much of a picture stays, and how often neighbours differ along a row and down a column. */
function maskStatistics(
  options: FmixOptions,
  height: number,
  width: number,
): { lambda: number; part: number; along: number; down: number }[] {
  const transform = fmix(options)
  const rng = createRng(21)
  const pixels = height * width
  // The first picture is all 1 and the second all 0.
  const batch = {
    images: new Float32Array(2 * pixels).fill(1, 0, pixels),
    labels: new Float32Array(4),
    shape: [2, height, width, 1] as const,
  }
  return Array.from({ length: 4000 }, () => {
    const parameters = transform.sample(rng, { batch: 2, classes: 2, height, width }) ?? expect.unreachable()
    const mask = transform.apply(batch, { ...parameters, order: [1, 0] }).images.subarray(0, pixels)
    let along = 0
    let down = 0
    mask.forEach((value, i) => {
      if ((i + 1) % width !== 0 && Math.abs(value - (mask[i + 1] as number)) > 0.5) along++
      if (i + width < pixels && Math.abs(value - (mask[i + width] as number)) > 0.5) down++
    })
    return {
      lambda: parameters.lambda,
      part: mask.reduce((sum, value) => sum + value, 0) / pixels,
      along: along / (height * (width - 1)),
      down: down / ((height - 1) * width),
    }
  })
}

test('bad options are refused', () => {
  for (const options of [{ alpha: 0 }, { decayPower: -1 }, { decayPower: Number.NaN }, { maxSoft: 0.6 }]) {
    expect(() => fmix(options)).toThrow(Object.keys(options)[0])
  }
})
