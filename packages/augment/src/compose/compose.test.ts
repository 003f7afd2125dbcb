import { createRng, isClasError } from '@clas/core'
import { expect, test } from 'vitest'
import {
  compose,
  createTransform,
  cropImage,
  defineTransform,
  deserialize,
  type Image,
  normalizeImage,
  padCrop,
  randAffine,
  randCropImage,
  randFlipImage,
  resizeImage,
  serialize,
} from '../index.ts'

const noise = createRng(11)
const photo: Image = {
  data: Uint8Array.from({ length: 40 * 30 * 3 }, () => noise.integer(0, 256)),
  width: 40,
  height: 30,
  channels: 3,
}

const pipeline = compose([
  resizeImage({ shortSide: 24 }),
  randCropImage({ size: 16 }),
  compose([randFlipImage(), padCrop({ padding: 2 })]),
  normalizeImage(),
])

const codeOf = (f: () => unknown): string | undefined => {
  try {
    f()
  } catch (error) {
    return isClasError(error) ? error.code : 'other'
  }
  return undefined
}

test('a replay gives the bits of the run, from plain JSON too', () => {
  const before = photo.data.slice()
  const { image, parameters } = pipeline.run(photo, createRng(3))
  expect(parameters.map(({ name }) => name)).toEqual(['ResizeImage', 'RandCropImage', 'Compose', 'NormalizeImage'])
  expect(pipeline.replay(photo, JSON.parse(JSON.stringify(parameters)))).toEqual(image)
  expect(photo.data).toEqual(before)
  expect([image.width, image.height, image.channels]).toEqual([16, 16, 3])
})

test('a seed decides everything, whatever was drawn elsewhere', () => {
  const used = createRng(3)
  used.next()
  expect(pipeline.run(photo, used)).toEqual(pipeline.run(photo, createRng(3)))
  expect(pipeline.run(photo, createRng(4)).image.data).not.toEqual(pipeline.run(photo, createRng(3)).image.data)
})

test('sample, without a picture, draws what run draws', () => {
  expect(pipeline.sample(createRng(3), photo)).toEqual(pipeline.run(photo, createRng(3)).parameters)
})

test('a step draws the same whatever the step before it draws', () => {
  const flipAfter = (first: Parameters<typeof compose>[0][number]) =>
    compose([first, randFlipImage()]).run(photo, createRng(8)).parameters[1]
  expect(flipAfter(randAffine({ degrees: [-9, 9] }))).toEqual(flipAfter(cropImage({ size: 9 })))
})

test('parameters of other steps are refused', () => {
  const { parameters } = pipeline.run(photo, createRng(1))
  expect(codeOf(() => compose([randFlipImage()]).replay(photo, parameters))).toBe('bad-option')
  expect(codeOf(() => pipeline.replay(photo, parameters.slice(1)))).toBe('bad-option')
  expect(codeOf(() => pipeline.replay(photo, parameters))).toBeUndefined()
})

test('a run can write into a place, with and without steps that do so themselves', () => {
  const straight = defineTransform({
    name: 'Straight',
    sample: () => null,
    apply: (image) => ({ ...image, data: Float32Array.from(image.data, (value) => value / 2) }),
    applyInto: (image, _, out) => {
      image.data.forEach((value, i) => {
        out[i] = value / 2
      })
    },
  })
  const copied = defineTransform({ name: 'Straight', sample: () => null, apply: straight.apply })
  for (const last of [straight, copied, compose([straight]), compose([])]) {
    const steps = compose([randCropImage({ size: 6 }), last])
    const place = new Float32Array(6 * 6 * 3)
    const { image, parameters } = steps.run(photo, createRng(3), 0, place)
    expect(image.data).toBe(place)
    expect([...place]).toEqual([...steps.replay(photo, parameters).data])
    expect([image.width, image.height, image.channels]).toEqual([6, 6, 3])
    expect(codeOf(() => steps.run(photo, createRng(3), 0, new Float32Array(7)))).toBe('shape-mismatch')
  }
})

test('an empty pipeline gives the picture back', () => {
  expect(compose([]).run(photo, createRng(1))).toEqual({ image: photo, parameters: [] })
})

test('a pipeline crosses as JSON', () => {
  const rebuilt = deserialize(JSON.parse(JSON.stringify(serialize(pipeline))))
  expect(rebuilt.run(photo, createRng(6))).toEqual(pipeline.run(photo, createRng(6)))
})

test("an app's own transform infers its parameters, and makes its pipeline one that can't cross", () => {
  const band = defineTransform({
    name: 'Band',
    sample: (rng, { height }) => ({ top: rng.integer(0, height), rows: 8 }),
    apply: (image, { top, rows }) => {
      const length = image.width * image.channels
      const inside = (i: number) => i >= top * length && i < (top + rows) * length
      return { ...image, data: image.data.map((value, i) => (inside(i) ? 255 - value : value)) }
    },
  })
  const own = compose([compose([band]), normalizeImage()])
  const { image, parameters } = own.run(photo, createRng(2))
  expect(own.replay(photo, parameters)).toEqual(image)
  expect(serialize(own)).toBeUndefined()
  expect(serialize(band)).toBeUndefined()
})

test('a name that is not registered tells the names near it', () => {
  expect(() => createTransform({ name: 'RandCropImages', options: {} })).toThrow(/RandCropImage/)
})

test('bad options are refused', () => {
  const bad: (() => unknown)[] = [
    () => resizeImage({ size: 0 }),
    () => resizeImage({ size: [3, 2.5] }),
    () => resizeImage({ shortSide: -1 }),
    () => createTransform({ name: 'ResizeImage', options: {} }),
    () => createTransform({ name: 'ResizeImage', options: { size: 2, shortSide: 2 } }),
    () => createTransform({ name: 'ResizeImage', options: { size: 2, interpolation: 'cubic' } }),
    () => createTransform({ name: 'Compose', options: {} }),
    () => cropImage({ size: Number.NaN }),
    () => randCropImage({ size: 8, scale: [0, 1] }),
    () => randCropImage({ size: 8, scale: [0.5, 1.5] }),
    () => randCropImage({ size: 8, ratio: [2, 1] }),
    () => randFlipImage({ p: 1.1 }),
    () => createTransform({ name: 'RandFlipImage', options: { flipCode: 2 } }),
    () => normalizeImage({ std: [1, 0, 1] }),
    () => normalizeImage({ mean: [] }),
    () => padCrop({ padding: -1 }),
    () => randAffine({ scale: [0, 1] }),
    () => randAffine({ shear: [-90, 0] }),
    () => randAffine({ translate: [0, 2] }),
  ]
  for (const make of bad) expect(codeOf(make), String(make)).toBe('bad-option')
})

test("pictures that don't fit are refused", () => {
  const grey: Image = { data: new Uint8Array(4), width: 2, height: 2, channels: 1 }
  expect(codeOf(() => normalizeImage().apply(grey, null))).toBe('shape-mismatch')
  expect(codeOf(() => cropImage({ size: 3 }).apply(grey, null))).toBe('shape-mismatch')
  expect(codeOf(() => padCrop({ padding: 1, size: 5 }).sample(createRng(1), grey))).toBe('shape-mismatch')
  const outside = { left: 1, top: 0, width: 2, height: 2 }
  expect(codeOf(() => randCropImage({ size: 4 }).apply(grey, outside))).toBe('shape-mismatch')
})
