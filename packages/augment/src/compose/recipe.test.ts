import { createRng, isClasError } from '@clas/core'
import { expect, test } from 'vitest'
import {
  batchInfo,
  compose,
  composeBatch,
  createBatchTransform,
  createRecipe,
  defineTransform,
  formatTransform,
  mixup,
  normalizeImage,
  oneOf,
  randAffine,
  randCropImage,
  randFlipImage,
  recipe,
  schedule,
  serialize,
} from '../index.ts'

const own = defineTransform({ name: 'Own', sample: () => null, apply: (image) => image })
const batch = {
  images: Float32Array.from({ length: 3 * 4 }, (_, i) => i),
  labels: new Float32Array([1, 0, 0, 1, 0, 1]),
  shape: [3, 2, 2, 1] as const,
}

test('a recipe has a pipeline, and a batch transform where there is one', () => {
  const plain = recipe([randFlipImage(), normalizeImage()])
  expect(plain.transform.steps.length).toBe(2)
  expect('batchTransform' in plain).toBe(false)
  expect(recipe([], [mixup()]).batchTransform?.name).toBe('Mixup')
  expect(recipe([], [mixup(), mixup()]).batchTransform?.name).toBe('Compose')
})

test('a recipe crosses as JSON', () => {
  const training = recipe([randCropImage({ size: 8 }), normalizeImage()], [mixup({ alpha: 0.2 }), mixup()])
  const spec = training.describe?.()
  expect(spec?.transforms).toEqual(serialize(training.transform))
  const again = createRecipe(JSON.parse(JSON.stringify(spec)))
  expect(again.describe?.()).toEqual(spec)
  const info = batchInfo(batch)
  expect(again.batchTransform?.sample(createRng(4), info)).toEqual(training.batchTransform?.sample(createRng(4), info))
  expect(recipe([own]).describe).toBeUndefined()
  expect(recipe([randFlipImage()]).describe?.()).toEqual({ transforms: [{ name: 'RandFlipImage', options: {} }] })
})

test('what is wrong with a recipe is told with its place', () => {
  const refused = (spec: unknown): string => {
    try {
      createRecipe(spec as Parameters<typeof createRecipe>[0])
    } catch (error) {
      return isClasError(error) ? `${error.code} ${error.message}` : 'other'
    }
    return 'none'
  }
  const flip = { name: 'RandFlipImage', options: {} }
  expect(refused({ transforms: [flip, { name: 'RandFlopImage' }] })).toMatch(
    /^unknown-name transforms\[1\]: .*'RandFlipImage'/,
  )
  expect(refused({ transforms: [], batchTransforms: [{ name: 'Mixup', options: { alpha: 0 } }] })).toMatch(
    /^bad-option batchTransforms\[0\]: Mixup: alpha/,
  )
  for (const spec of [{}, [flip], { transforms: flip }]) expect(refused(spec)).toMatch(/^bad-option a recipe must be/)
})

test('batch transforms are applied in order, each with a stream of its own', () => {
  const info = batchInfo(batch)
  const both = composeBatch([mixup({ alpha: 0.2 }), mixup()])
  const drawn = both.sample(createRng(9), info)
  const first = mixup({ alpha: 0.2 }).apply(batch, drawn[0]?.parameters as never)
  expect(both.apply(batch, drawn)).toEqual(mixup().apply(first, drawn[1]?.parameters as never))
  expect(composeBatch([mixup({ alpha: 5 }), mixup()]).sample(createRng(9), info)[1]).toEqual(drawn[1])
  expect(() => both.apply(batch, drawn.slice(1))).toThrow(/other batch steps/)
  const spec = JSON.parse(JSON.stringify(both.describe?.()))
  expect(createBatchTransform(spec).sample(createRng(9), info)).toEqual(drawn)
})

test('a pipeline is written as text, a line a step', () => {
  const rising = schedule(randFlipImage(), 'p', { from: 0, to: 0.5, epochs: 9 })
  const pipeline = compose([
    randCropImage({ size: 224, ratio: [3 / 4, 4 / 3] }),
    compose([rising, oneOf([randAffine(), randFlipImage({ p: 1 })], [1, 3])]),
    own,
  ])
  const text = `RandCropImage size: 224, ratio: [0.75, 1.333]
Schedule option: p, ramp: { from: 0, to: 0.5, epochs: 9 }
  RandFlipImage
OneOf weights: [1, 3]
  RandAffine
  RandFlipImage p: 1
Own
`
  expect(formatTransform(pipeline)).toBe(text)
  expect(formatTransform(randFlipImage())).toBe('RandFlipImage\n')
  expect(formatTransform(recipe([randFlipImage()], [mixup({ alpha: 0.2 })]))).toBe(
    'each picture\n  RandFlipImage\neach batch\n  Mixup alpha: 0.2\n',
  )
})
