import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { type Image, normalizeImage, type RandomErasingOptions, type Rectangle, randomErasing } from '../index.ts'
import { expectDistribution, meanOf } from './distribution.test-helper.ts'
import { bytesOf, floatPicture, picture, reference } from './reference.test-helper.ts'
import { scriptedRng } from './scripted-rng.test-helper.ts'

/** PaddleClas's options as ours. */
function optionsOf(paddle: Readonly<Record<string, unknown>>): RandomErasingOptions {
  const { EPSILON = 0.5, sl = 0.02, sh = 0.4, r1 = 0.3, attempt = 100, use_log_aspect = false } = paddle
  return {
    p: Number(EPSILON),
    scale: [Number(sl), Number(sh)],
    ratio: [Number(r1), 1 / Number(r1)],
    attempts: Number(attempt),
    useLogAspect: Boolean(use_log_aspect),
  }
}

test.each(reference.randomErasing)('with the draws of PaddleClas it makes the same picture: $options', (one) => {
  const transform = randomErasing({ ...optionsOf(one.options), fill: one.options.mean })
  // The logarithm's range was recorded, its exponent is taken by both.
  const parameters = transform.sample(scriptedRng(one.draws), floatPicture)
  expect(parameters).not.toBeNull()
  expect(transform.apply(floatPicture, parameters).data).toEqual(new Float32Array(bytesOf(one.output).buffer))
})

const { randomErasing: usual, randomErasingLog: log, randomErasingLarge: large, noise } = reference.distributions

test.each([
  ['by default', { options: {}, ...usual }],
  [
    'as in recipes for transformers',
    { options: { EPSILON: 0.25, sh: 1 / 3, attempt: 10, use_log_aspect: true }, ...log },
  ],
  ['large ones, that often do not fit', { options: { EPSILON: 1, sl: 0.4, sh: 1, r1: 0.2, attempt: 2 }, ...large }],
])('rectangles are those of PaddleClas over many draws, %s', (_, { options, part, ...expected }) => {
  const transform = randomErasing(optionsOf(options))
  const rng = createRng(12)
  const draws = 40_000
  const found = Array.from({ length: draws }, () => transform.sample(rng, { width: 48, height: 64, channels: 3 }))
  const boxes = found.filter((box) => box !== null)
  expect(Math.abs(boxes.length / draws - part)).toBeLessThan(0.01)
  const columns = {
    ...Object.fromEntries(
      (['left', 'top', 'width', 'height'] as const).map((name) => [name, boxes.map((box: Rectangle) => box[name])]),
    ),
    area: boxes.map(({ width, height }) => (width * height) / (48 * 64)),
    ratio: boxes.map(({ width, height }) => height / width),
  }
  for (const [name, values] of Object.entries(columns)) {
    expectDistribution(values.slice(0, 10_000), expected[name as keyof typeof expected], name)
  }
})

/** The first erased values of many pictures. */
function erasedValues(mode: 'rand' | 'pixel', image: Image): number[] {
  const transform = randomErasing({ p: 1, mode })
  const rng = createRng(5)
  return Array.from({ length: 10_000 }, () => {
    const box = transform.sample(rng, image) ?? expect.unreachable()
    return transform.apply(image, box).data[(box.top * image.width + box.left) * image.channels] as number
  })
}

test.each(['rand', 'pixel'] as const)('the values of %s are normal', (mode) => {
  const image = { data: new Float32Array(16 * 16 * 3).fill(99), width: 16, height: 16, channels: 3 }
  expectDistribution(erasedValues(mode, image), noise[mode], mode, 1 / 6)
})

test.each(['rand', 'pixel'] as const)('the values of %s in 8 bits are normal once normalised', (mode) => {
  const image = { data: new Uint8Array(16 * 16 * 3).fill(99), width: 16, height: 16, channels: 3 }
  const values = Uint8Array.from(erasedValues(mode, image))
  const data = normalizeImage({ mean: 0.485, std: 0.229 }).apply(
    { data: values, width: 100, height: 100, channels: 1 },
    null,
  ).data
  const mean = meanOf(data)
  const square = meanOf(Array.from(data, (value) => value ** 2))
  expect(Math.abs(mean)).toBeLessThan(0.04)
  // What is cut off at 0 and 255 takes a little of the deviation of 1.
  expect(square).toBeGreaterThan(0.9)
  expect(square).toBeLessThan(1)
})

test('noise is another for each value, a colour the same for each pixel; what lies outside stays', () => {
  const image = { data: new Float32Array(8 * 8 * 4).fill(50), width: 8, height: 8, channels: 4 }
  const box = { left: 2, top: 1, width: 5, height: 4, key: [1, 2] as const }
  const noisy = randomErasing({ mode: 'pixel' })
    .apply(image, box)
    .data.filter((value) => value !== 50)
  expect(new Set(noisy).size).toBeGreaterThan(5 * 4 * 3 - 3)
  expect(noisy.length).toBe(5 * 4 * 3)
  const flat = randomErasing({ mode: 'rand' })
    .apply(image, box)
    .data.filter((value) => value !== 50)
  expect(new Set(flat).size).toBe(3)
  expect(flat.length).toBe(5 * 4 * 3)
})

test('nothing is erased where no rectangle is smaller than the picture', () => {
  const info = { width: 1, height: 9, channels: 3 }
  expect(randomErasing({ p: 1, scale: [0.5, 0.9] }).sample(createRng(1), info)).toBeNull()
  expect(randomErasing().apply(picture, null)).toBe(picture)
})

test('bad options are refused', () => {
  for (const options of [
    { p: 2 },
    { scale: [0.5, 0.1] as const },
    { scale: [0, 1.5] as const },
    { ratio: [0, 1] as const },
    { attempts: 0 },
    { mode: 'noise' as 'pixel' },
    { fill: Number.POSITIVE_INFINITY },
  ]) {
    expect(() => randomErasing(options)).toThrow(Object.keys(options)[0])
  }
})
