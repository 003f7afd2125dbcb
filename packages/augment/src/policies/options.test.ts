import { createRng } from '@clas/core'
import { describe, expect, test } from 'vitest'
import {
  augMix,
  autoAugment,
  createTransform,
  type PolicyStep,
  randAugment,
  randAugmentV2,
  randAugmentV3,
  timmAutoAugment,
  trivialAugment,
} from '../index.ts'

const info = { width: 32, height: 24, channels: 3 }

test.each([
  ['RandAugment', { numLayers: 0 }, 'numLayers'],
  ['RandAugment', { numLayers: 1.5 }, 'numLayers'],
  ['RandAugment', { magnitude: -1 }, 'magnitude'],
  ['RandAugment', { magnitude: 21 }, 'magnitude'],
  ['RandAugment', { fill: 'gray' }, 'fill'],
  ['RandAugmentV2', { epochs: 10 }, 'epochs'],
  ['RandAugmentV2', { progressMagnitude: [5, 10] }, 'epochs'],
  ['RandAugmentV2', { progressMagnitude: [], epochs: 10 }, 'progressMagnitude'],
  ['RandAugmentV2', { progressMagnitude: [5, 100], epochs: 10 }, 'magnitude'],
  ['RandAugmentV3', { interpolation: 'nearest' }, 'interpolation'],
  ['AutoAugment', { policy: 'mnist' }, 'policy'],
  ['TrivialAugment', { interpolation: 'area' }, 'interpolation'],
  ['AugMix', { p: 2 }, 'p'],
  ['AugMix', { alpha: 0 }, 'alpha'],
  ['AugMix', { width: 0 }, 'width'],
  ['AugMix', { depth: 0 }, 'depth'],
  ['AugMix', { severity: 0 }, 'severity'],
  ['TimmAutoAugment', { p: -1 }, 'p'],
  ['TimmAutoAugment', { mean: [0.5] }, 'mean'],
  ['TimmAutoAugment', { mean: [124, 116, 104] }, 'mean'],
  ['TimmAutoAugment', { interpolation: 'lanczos' }, 'interpolation'],
])('%s refuses %o, and says which option it is', (name, options, option) => {
  expect(() => createTransform({ name, options })).toThrow(
    expect.objectContaining({ code: 'bad-option', fields: expect.objectContaining({ transform: name, option }) }),
  )
})

test.each([
  'ran-m9',
  'rand-m',
  'rand-inc',
  'rand-m9x',
  'rand-z1',
  'rand-n0',
  'rand-n1.5',
  'rand-w1',
  'rand-n14-w0',
  'rand-n4-t3aw-n15',
  'rand-tall',
  'auto',
  'auto-v1',
  'v0-m9',
  'augmix-w0',
  'augmix-n2',
  'augmix-a0',
])('the string %s is refused', (config) => {
  expect(() => timmAutoAugment({ config })).toThrow(expect.objectContaining({ code: 'bad-option' }))
})

describe('strings of timm', () => {
  test.each(['original', 'originalr', 'v0', 'v0r', '3a'])('%s may have auto- before it', (config) => {
    const drawn = [config, `auto-${config}-mstd0`].map((each) =>
      Array.from({ length: 20 }, (_, i) => timmAutoAugment({ config: each }).sample(createRng(i), info)),
    )
    expect(drawn[0]).toEqual(drawn[1])
  })

  test('inc makes all operations stronger, whatever its number', () => {
    const levels = (config: string): number[] =>
      Array.from({ length: 300 }, (_, i) => timmAutoAugment({ config }).sample(createRng(i), info))
        .flatMap((drawn) => ('chains' in drawn ? [] : drawn))
        .filter(([operation]) => operation === 'solarize')
        .map(([, level]) => level)
    expect(new Set(levels('rand-m10'))).toEqual(new Set([256]))
    expect(new Set(levels('rand-m10-inc1'))).toEqual(new Set([0]))
    expect(new Set(levels('rand-m10-inc0'))).toEqual(new Set([0]))
  })

  test('a random interpolation is drawn for what looks between pixels, and for nothing else', () => {
    const policy = timmAutoAugment({ config: 'rand-p1', interpolation: 'random' })
    const steps = Array.from({ length: 400 }, (_, i) => policy.sample(createRng(i), info)).flatMap((drawn) =>
      'chains' in drawn ? [] : drawn,
    )
    const warps = ['shearX', 'shearY', 'translateX', 'translateY', 'rotate']
    const drawn = steps.filter(([operation]) => warps.includes(operation)).map(([, , detail]) => detail?.interpolation)
    expect(new Set(drawn)).toEqual(new Set(['bilinear', 'bicubic']))
    expect(steps.filter(([operation, , detail]) => !warps.includes(operation) && detail)).toEqual([])
  })

  test('p is the probability that anything happens', () => {
    const policy = timmAutoAugment({ config: 'rand-p1', p: 0.25 })
    const drawn = Array.from({ length: 2000 }, (_, i) => policy.sample(createRng(i), info))
    const changed = drawn.filter((steps) => 'length' in steps && steps.length > 0).length
    expect(changed / drawn.length).toBeCloseTo(0.25, 1)
  })
})

test('the magnitude of RandAugmentV2 grows when a stage begins', () => {
  // PaddleClas counts epochs from 1, and goes on when one is above 87, 175 and 262 of 350.
  const policy = randAugmentV2({ progressMagnitude: [5, 8, 11, 15], epochs: 350 })
  const magnitudeAt = (epoch: number): number | undefined => {
    const steps = Array.from({ length: 100 }, (_, i) => policy.sample(createRng(i), { ...info, epoch })).flat()
    const level = steps.find(([operation]) => operation === 'brightness')?.[1] ?? Number.NaN
    return Math.round(((level - 0.1) / 1.8) * 10)
  }
  expect([0, 86, 87, 174, 175, 261, 262, 349, 1000].map(magnitudeAt)).toEqual([5, 5, 8, 8, 11, 11, 15, 15, 15])
})

describe('pictures', () => {
  const gray = { data: new Uint8Array(12 * 9).fill(200), width: 12, height: 9, channels: 1 }
  const clear = { data: new Uint8Array(12 * 9 * 4).fill(200), width: 12, height: 9, channels: 4 }
  const shift: readonly PolicyStep[] = [['translateX', 5]]

  test('what lies outside of a grey picture has the mean of the fill, of one with alpha is transparent', () => {
    expect(timmAutoAugment().apply(gray, shift).data[11]).toBe(115)
    expect([...timmAutoAugment().apply(clear, shift).data.subarray(44, 48)]).toEqual([124, 116, 104, 0])
    expect([
      ...randAugmentV3({ fill: [1, 2, 3] })
        .apply(clear, shift)
        .data.subarray(44, 48),
    ]).toEqual([1, 2, 3, 0])
  })

  test('a fill for another number of channels is refused', () => {
    const apply = (): unknown => randAugment({ fill: [1, 2] }).apply(clear, shift)
    expect(apply).toThrow(expect.objectContaining({ code: 'shape-mismatch' }))
  })

  test('corners of turned pictures are 128 in AutoAugment, whatever the fill', () => {
    const turned = autoAugment({ fill: 7 }).apply(gray, [['rotate', 30]])
    expect(turned.data[0]).toBe(128)
    expect(trivialAugment({ fill: 7 }).apply(gray, [['rotate', 30]]).data[0]).toBe(7)
  })

  test.each([
    [{ ...gray, data: new Float32Array(12 * 9) }, 'float32'],
    [{ ...gray, width: 6, channels: 2 }, '2'],
  ])('others are refused by name', (image, found) => {
    for (const policy of [randAugment(), augMix(), timmAutoAugment({ config: 'augmix' })]) {
      const apply = (): unknown => policy.apply(image, (policy.name === 'AugMix' ? noMixture : shift) as never)
      expect(apply).toThrow(new RegExp(`^${policy.name}: .*${found}`))
      expect(apply).toThrow(expect.objectContaining({ code: 'shape-mismatch' }))
    }
  })

  test('a picture that AugMix leaves alone is returned itself', () => {
    expect(augMix({ p: 0 }).sample(createRng(1), info)).toEqual(noMixture)
    expect(augMix().apply(gray, noMixture)).toBe(gray)
  })

  const noMixture = { share: 0, weights: [], chains: [] }
})
