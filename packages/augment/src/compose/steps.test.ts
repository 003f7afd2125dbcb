import { createRng, isClasError } from '@clas/core'
import { describe, expect, test } from 'vitest'
import {
  compose,
  createTransform,
  cropImage,
  defineTransform,
  type Image,
  oneOf,
  type Ramp,
  randCropImage,
  randFlipImage,
  resizeImage,
  schedule,
  someOf,
  type Transform,
  withProbability,
} from '../index.ts'

const photo: Image = {
  data: Uint8Array.from({ length: 20 * 10 * 3 }, (_, i) => i % 256),
  width: 20,
  height: 10,
  channels: 3,
}

/** Adds to each value, so that what was applied, and in which order, shows. */
const digit = (value: number): Transform<null> =>
  defineTransform({
    name: `Digit${value}`,
    sample: () => null,
    apply: (image) => ({ ...image, data: image.data.map((before) => before * 3 + value) }),
  })
const one: Image = { data: new Float32Array([0]), width: 1, height: 1, channels: 1 }
const applied = (transform: Transform, seed: number): number | undefined =>
  transform.apply(one, transform.sample(createRng(seed), one)).data[0]
const shares = (transform: Transform, draws = 6000): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (let seed = 0; seed < draws; seed++) {
    const value = String(applied(transform, seed))
    counts[value] = (counts[value] ?? 0) + 1 / draws
  }
  return counts
}
const codeOf = (f: () => unknown): string | undefined => {
  try {
    f()
  } catch (error) {
    return isClasError(error) ? error.code : 'other'
  }
  return undefined
}
/** Five deviations of a share of 6000 draws. */
const near = (share: number) => ({ asymmetricMatch: (found: number) => Math.abs(found - share) < 0.033 })

describe('oneOf', () => {
  test('chooses each alike, or by weight', () => {
    expect(shares(oneOf([digit(1), digit(2)]))).toEqual({ 1: near(1 / 2), 2: near(1 / 2) })
    expect(shares(oneOf([digit(1), digit(2), digit(0)], [1, 3, 0]))).toEqual({ 1: near(1 / 4), 2: near(3 / 4) })
  })

  test('states the size of the step that was chosen', () => {
    const either = oneOf([cropImage({ size: 4 }), resizeImage({ size: [3, 2] }), randFlipImage()])
    const sizes = new Set<string>()
    for (let seed = 0; seed < 30; seed++) {
      const drawn = either.sample(createRng(seed), photo)
      const { width, height } = either.apply(photo, drawn)
      expect(either.outputInfo?.(photo, drawn)).toMatchObject({ width, height })
      sizes.add(`${width}×${height}`)
    }
    expect([...sizes].sort()).toEqual(['20×10', '3×2', '4×4'])
  })

  test('refuses what does not fit', () => {
    for (const weights of [[1], [0, 0], [1, -1], [1, Number.NaN], [1, 1, 1]]) {
      expect(
        codeOf(() => oneOf([digit(1), digit(2)], weights)),
        String(weights),
      ).toBe('bad-option')
    }
    expect(codeOf(() => oneOf([]))).toBe('bad-option')
    const other = { index: 0, name: 'Digit2', parameters: null }
    expect(codeOf(() => oneOf([digit(1)]).apply(one, other))).toBe('bad-option')
    expect(codeOf(() => oneOf([digit(1)]).apply(one, { ...other, index: 3 }))).toBe('bad-option')
  })
})

describe('someOf', () => {
  test('chooses each pair alike, in the order of the list', () => {
    // 1 then 2 makes 5, 1 then 0 makes 3, 2 then 0 makes 6.
    expect(shares(someOf([digit(1), digit(2), digit(0)], 2))).toEqual({
      5: near(1 / 3),
      3: near(1 / 3),
      6: near(1 / 3),
    })
  })

  test('draws the number from a range', () => {
    const lengths = Array.from(
      { length: 6000 },
      (_, seed) => someOf([digit(1), digit(2), digit(0)], [0, 2]).sample(createRng(seed), one).length,
    )
    for (const length of [0, 1, 2]) expect(lengths.filter((l) => l === length).length / 6000).toEqual(near(1 / 3))
  })

  test('gives each step the size that the one before it made', () => {
    const steps = someOf([resizeImage({ size: [4, 4] }), randCropImage({ size: 2, scale: [1, 1], ratio: [1, 1] })], 2)
    const [, crop] = steps.sample(createRng(1), photo)
    expect(crop?.parameters).toEqual({ left: 0, top: 0, width: 4, height: 4 })
  })

  test('refuses a number that there are not', () => {
    for (const count of [3, -1, 1.5, [2, 1], [0, 3]] as (number | [number, number])[]) {
      expect(
        codeOf(() => someOf([digit(1), digit(2)], count)),
        String(count),
      ).toBe('bad-option')
    }
  })
})

describe('withProbability', () => {
  test('leaves the other part as it is', () => {
    expect(shares(withProbability(0.3, digit(1)))).toEqual({ 0: near(0.7), 1: near(0.3) })
    expect(applied(withProbability(0, digit(1)), 1)).toBe(0)
    expect(applied(withProbability(1, digit(1)), 1)).toBe(1)
  })

  test('states the size, changed or not', () => {
    const maybe = withProbability(0.5, compose([cropImage({ size: 4 })]))
    for (let seed = 0; seed < 10; seed++) {
      const drawn = maybe.sample(createRng(seed), photo)
      expect(maybe.outputInfo?.(photo, drawn).width).toBe(drawn ? 4 : 20)
      expect(maybe.apply(photo, drawn).width).toBe(drawn ? 4 : 20)
    }
  })

  test('refuses parameters of another step, and no probability', () => {
    expect(codeOf(() => withProbability(1, digit(1)).apply(one, { name: 'Digit2', parameters: null }))).toBe(
      'bad-option',
    )
    expect(codeOf(() => withProbability(1.01, digit(1)))).toBe('bad-option')
  })
})

describe('schedule', () => {
  const valueAt = (ramp: Ramp, epoch?: number): unknown =>
    schedule(randFlipImage(), 'p', ramp).sample(createRng(1), { ...photo, ...(epoch !== undefined && { epoch }) }).value

  test('follows a line, or half a cosine, and stays at its end', () => {
    const line: Ramp = { from: 0.5, to: 1, epochs: 8 }
    expect([undefined, 0, 2, 4, 8, 100].map((epoch) => valueAt(line, epoch))).toEqual([0.5, 0.5, 0.625, 0.75, 1, 1])
    const cosine: Ramp = { from: 1, to: 0, epochs: 6, shape: 'cosine' }
    expect([0, 2, 3, 6, 7].map((epoch) => Number(valueAt(cosine, epoch)).toFixed(6))).toEqual(
      [1, 0.75, 0.5, 0, 0].map((value) => value.toFixed(6)),
    )
  })

  test('goes through stages at the epochs of PaddleClas', () => {
    // 350 epochs in four stages: from 1, those after 87, 175 and 262 begin another.
    const growing = schedule(randCropImage({ size: 9 }), 'size', { values: [171, 214, 257, 300], epochs: 350 })
    const sizes = [0, 86, 87, 174, 175, 261, 262, 349, 400].map(
      (epoch) => growing.sample(createRng(1), { ...photo, epoch }).value,
    )
    expect(sizes).toEqual([171, 171, 214, 214, 257, 257, 300, 300, 300])
    const drawn = growing.sample(createRng(1), { ...photo, epoch: 87 })
    expect(growing.outputInfo?.(photo, drawn)).toEqual({ width: 214, height: 214, channels: 3 })
    expect(growing.apply(photo, drawn).width).toBe(214)
  })

  test('is given the epoch by a pipeline', () => {
    const flips = compose([schedule(withProbability(0, cropImage({ size: 4 })), 'p', { values: [0, 1], epochs: 10 })])
    expect(flips.run(photo, createRng(1), 4).image.width).toBe(20)
    expect(flips.run(photo, createRng(1), 5).image.width).toBe(4)
  })

  test('refuses a ramp, a value or a transform that does not do', () => {
    const ramps: unknown[] = [
      undefined,
      {},
      { from: 0, to: 1 },
      { from: 0, to: 1, epochs: 0 },
      { from: 0, to: 1, epochs: 9, shape: 'square' },
      { values: [], epochs: 9 },
      { values: [1], from: 0, to: 1, epochs: 9 },
      { from: 0, to: 1.5, epochs: 9 },
    ]
    for (const ramp of ramps)
      expect(
        codeOf(() => valueAt(ramp as Ramp)),
        JSON.stringify(ramp),
      ).toBe('bad-option')
    expect(codeOf(() => schedule(digit(1), 'value', { from: 0, to: 1, epochs: 2 }))).toBe('bad-option')
    expect(() => valueAt({ from: 0, to: 1.5, epochs: 9 })).toThrow('Schedule of p of RandFlipImage: ')
  })

  test('is rebuilt from JSON, inside of others too', () => {
    const nested = oneOf([
      someOf([withProbability(0.5, randFlipImage()), randFlipImage({ flipCode: 0 })], [1, 2]),
      schedule(randFlipImage(), 'p', { from: 0, to: 1, epochs: 3 }),
    ])
    const spec = JSON.parse(JSON.stringify(nested.describe?.()))
    for (let seed = 0; seed < 20; seed++) {
      const info = { ...photo, epoch: 2 }
      expect(createTransform(spec).sample(createRng(seed), info)).toEqual(nested.sample(createRng(seed), info))
    }
    expect(oneOf([digit(1)]).describe).toBeUndefined()
    expect(someOf([digit(1)], 1).describe).toBeUndefined()
    expect(withProbability(1, digit(1)).describe).toBeUndefined()
  })
})
