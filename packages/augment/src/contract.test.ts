import { createRng } from '@clas/core'
import { describe, expect, test } from 'vitest'
import {
  batchInfo,
  batchTransforms,
  createBatchTransform,
  createTransform,
  type Image,
  type ImageBatch,
  type TransformSpec,
  transforms,
} from './index.ts'

// What the contract runs each registered name with. `least` is the smallest side that the options allow.
const CASES: Readonly<Record<string, readonly { options: object; least?: number }[]>> = {
  ResizeImage: [
    { options: { size: [5, 3] } },
    { options: { shortSide: 4, interpolation: 'bicubic' } },
    { options: { size: 2, interpolation: 'area' } },
    { options: { size: 3, interpolation: 'nearest' } },
  ],
  CropImage: [{ options: { size: 1 } }, { options: { size: [6, 5] }, least: 6 }],
  RandCropImage: [{ options: { size: 4 } }, { options: { size: [3, 7], scale: [0.5, 1], interpolation: 'area' } }],
  RandFlipImage: [{ options: {} }, { options: { flipCode: -1, p: 1 } }],
  RandAffine: [
    { options: {} },
    { options: { degrees: [-30, 30], translate: [0.2, 0.1], scale: [0.5, 2], shear: [-9, 9] } },
  ],
  PadCrop: [{ options: { padding: 2 } }, { options: { padding: 0, size: 1 } }],
  NormalizeImage: [{ options: { mean: 0.5, std: 0.25 } }],
  Compose: [
    {
      options: {
        transforms: [
          { name: 'RandCropImage', options: { size: 4 } },
          { name: 'RandFlipImage', options: {} },
        ],
      },
    },
  ],
}

const SIZES = [
  [1, 1],
  [1, 9],
  [9, 1],
  [7, 6],
  [31, 64],
] as const

function pictures(least: number): Image[] {
  const rng = createRng(5)
  return SIZES.filter((size) => Math.min(...size) >= least).flatMap(([width, height]) =>
    [1, 3, 4].flatMap((channels) => {
      const data = Uint8Array.from({ length: width * height * channels }, () => rng.integer(0, 256))
      return [
        { data, width, height, channels },
        { data: Float32Array.from(data, (value) => value / 99 - 1), width, height, channels },
      ]
    }),
  )
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('every registered transform has cases', () => {
  expect(Object.keys(CASES).sort()).toEqual(
    transforms
      .list()
      .map(({ name }) => name)
      .sort(),
  )
})

for (const [name, cases] of Object.entries(CASES)) {
  for (const { options, least = 1 } of cases) {
    describe(`${name} ${JSON.stringify(options)}`, () => {
      const transform = createTransform({ name, options })

      test('is rebuilt from its description', () => {
        const spec = plain(transform.describe?.()) as TransformSpec
        expect(spec).toEqual({ name, options })
        expect(createTransform(spec).describe?.()).toEqual(spec)
      })

      test('keeps the contract on small, thin and usual pictures of 1, 3 and 4 channels', () => {
        pictures(least).forEach((image, index) => {
          const before = image.data.slice()
          const { width, height, channels } = image
          const info = { width, height, channels }
          const parameters = transform.sample(createRng(index), info)
          const result = transform.apply(image, parameters)

          expect(image.data, 'input unchanged').toEqual(before)
          const size = transform.outputInfo?.(info, parameters) ?? info
          expect({ width: result.width, height: result.height, channels: result.channels }).toEqual(size)
          expect(result.data.length).toBe(size.width * size.height * size.channels)
          expect(result.data.every(Number.isFinite)).toBe(true)
          if (name !== 'NormalizeImage') expect(result.data.constructor).toBe(image.data.constructor)

          expect(plain(parameters), 'plain JSON').toEqual(parameters)
          expect(transform.sample(createRng(index), info), 'same seed').toEqual(parameters)
          expect(transform.apply(image, plain(parameters)), 'replayed').toEqual(result)
          expect(createTransform({ name, options }).apply(image, parameters), 'rebuilt').toEqual(result)
        })
      })
    })
  }
}

describe('batch transforms', () => {
  const batches: ImageBatch[] = [
    { images: new Float32Array([3]), labels: new Float32Array([1]), shape: [1, 1, 1, 1] },
    {
      images: Float32Array.from({ length: 36 }, (_, i) => i),
      labels: new Float32Array([1, 0, 0, 1, 0, 1]),
      shape: [3, 2, 2, 3],
    },
  ]
  for (const { name } of batchTransforms.list()) {
    test(`${name} keeps the contract`, () => {
      const transform = createBatchTransform({ name, options: {} })
      expect(createBatchTransform(transform.describe?.() as TransformSpec).name).toBe(name)
      batches.forEach((batch, seed) => {
        const before = structuredClone(batch)
        const parameters = transform.sample(createRng(seed), batchInfo(batch))
        const result = transform.apply(batch, parameters)
        expect(batch).toEqual(before)
        expect(result.shape).toEqual(batch.shape)
        expect(result.images.length).toBe(batch.images.length)
        expect(result.labels.length).toBe(batch.labels.length)
        expect(transform.sample(createRng(seed), batchInfo(batch))).toEqual(parameters)
        expect(transform.apply(batch, plain(parameters))).toEqual(result)
      })
    })
  }
})
