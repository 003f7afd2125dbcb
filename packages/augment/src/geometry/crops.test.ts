import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { createTransform, type Image, type Size } from '../index.ts'
import { cropWithPadding } from './crop-with-padding.ts'
import { bytesOf, differences, imageOf, type ReferencePicture, readFixture } from './differences.test-helper.ts'
import { tenCrop } from './multi-crop.ts'
import { padv2 } from './padv2.ts'
import { randCropImageV2, randomCropImage } from './random-crop-image.ts'
import { randomInterpolationAugment } from './random-interpolation-augment.ts'
import { randomRot90 } from './random-rot90.ts'
import { resizeImage } from './resize-image.ts'

interface CropCase {
  readonly op: string
  readonly options: { readonly size?: Size; readonly vertical?: boolean }
  readonly size: [number, number]
  readonly output: string
}

const reference = readFixture<ReferencePicture<CropCase>>('geometry_crops.json')
const photo = imageOf(reference)

/** One below the other. */
function stacked(images: readonly Image[]): Image {
  const [first] = images as [Image]
  const height = images.reduce((sum, image) => sum + image.height, 0)
  return { ...first, height, data: Uint8Array.from(images.flatMap(({ data }) => [...data])) }
}

for (const { op, options, size, output } of reference.cases) {
  test(`${op} as its reference, ${JSON.stringify(options)}`, () => {
    const result =
      op === 'tenCrop'
        ? stacked(tenCrop(photo, options.size as Size, { vertical: options.vertical === true }))
        : createTransform({ name: op, options }).apply(photo, null)
    expect([result.width, result.height]).toEqual(size)
    expect(differences(result.data, bytesOf(output)).largest).toBeLessThanOrEqual(op === 'CropImageAtRatio' ? 1 : 0)
  })
}

const row: Image = { data: new Uint8Array([1, 2, 3, 4, 5]), width: 5, height: 1, channels: 1 }

test('crops of a fixed size are in the picture, at each place as often', () => {
  const counts = new Array<number>(4).fill(0)
  const crop = randCropImageV2({ size: [2, 1] })
  for (let i = 0; i < 4000; i++) {
    const parameters = crop.sample(createRng(i), row)
    counts[parameters.left] = (counts[parameters.left] ?? 0) + 1
    expect(parameters).toEqual(randomCropImage({ size: [2, 1] }).sample(createRng(i), row))
  }
  const chi = counts.reduce((sum, found) => sum + (found - 1000) ** 2 / 1000, 0)
  expect(chi).toBeLessThan(16.3) // 3 degrees of freedom, p = 0.001
  expect(() => crop.sample(createRng(1), { ...row, width: 1 })).toThrow(/RandCropImageV2: a crop of 2×1 is larger/)
})

test('all but the crop is filled in', () => {
  const result = cropWithPadding({ fill: 9 }).apply(row, { left: 1, top: 0, width: 3, height: 1 })
  expect([...result.data]).toEqual([9, 2, 3, 4, 9])
  const never = cropWithPadding({ p: 0 })
  expect(never.apply(row, never.sample(createRng(1), row))).toBe(row)
})

test('padding that leaves no room for the picture says so', () => {
  expect(() => padv2({ size: 4 }).apply(row, null)).toThrow(/Padv2: a picture of 5×1 at \(0, 0\).*4×4/)
  expect(() => padv2({ size: 6, padMode: -1, offsets: [2, 0] }).apply(row, null)).toThrow(/5×1 at \(2, 0\)/)
  expect(() => padv2({ size: 6, padMode: -1 })).toThrow(/offsets must be/)
})

test('quarter turns are as often, and as NumPy turns', () => {
  const turn = randomRot90()
  const drawn = Array.from({ length: 400 }, (_, i) => turn.sample(createRng(i), row).quarters)
  for (const quarters of [0, 1, 2, 3]) expect(drawn.filter((other) => other === quarters).length).toBeGreaterThan(70)
  const image: Image = { data: new Uint8Array([1, 2, 3, 4, 5, 6]), width: 3, height: 2, channels: 1 }
  const turned = [0, 1, 2, 3].map((quarters) => [...turn.apply(image, { quarters }).data])
  expect(turned).toEqual([
    [1, 2, 3, 4, 5, 6],
    [3, 6, 2, 5, 1, 4],
    [6, 5, 4, 3, 2, 1],
    [4, 1, 5, 2, 6, 3],
  ])
})

test('a random interpolation is one of two, and the same again', () => {
  const resizing = resizeImage({ size: 3, interpolation: 'random' })
  const drawn = new Set(Array.from({ length: 40 }, (_, i) => resizing.sample(createRng(i), photo)?.interpolation))
  expect([...drawn].sort()).toEqual(['bicubic', 'bilinear'])
  expect(resizing.apply(photo, { interpolation: 'bicubic' })).toEqual(
    resizeImage({ size: 3, interpolation: 'bicubic' }).apply(photo, null),
  )
})

test('details are lost to a square of 0.2 to 1 times the height', () => {
  const lose = randomInterpolationAugment({ p: 0.5 })
  const drawn = Array.from({ length: 2000 }, (_, i) => lose.sample(createRng(i), { width: 9, height: 50, channels: 3 }))
  const sides = drawn.flatMap((parameters) => (parameters ? [parameters.side] : []))
  expect(sides.length / 2000).toBeCloseTo(0.5, 1)
  expect([Math.min(...sides), Math.max(...sides)]).toEqual([10, 49])
  expect(new Set(drawn.map((parameters) => parameters?.down)).size).toBe(6)
})
