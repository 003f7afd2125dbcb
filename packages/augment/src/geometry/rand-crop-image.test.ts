import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { type Image, randCropImage, resize, resizeImage } from '../index.ts'

const rng = createRng(1)

test('rectangles are inside, and large and of a fair shape as the options say', () => {
  const crop = randCropImage({ size: 224 })
  const info = { width: 500, height: 375, channels: 3 }
  const drawn = Array.from({ length: 4000 }, (_, i) => crop.sample(rng.fork(i), info))
  for (const { left, top, width, height } of drawn) {
    expect(left >= 0 && top >= 0 && left + width <= 500 && top + height <= 375).toBe(true)
    expect(width / height).toBeGreaterThan(0.74)
    expect(width / height).toBeLessThan(1.35)
  }
  // The ratio is uniform in [3/4, 4/3]; the area in [0.08, 1], cut off by the largest rectangle of that ratio.
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  expect(mean(drawn.map(({ width, height }) => width / height))).toBeCloseTo((3 / 4 + 4 / 3) / 2, 1)
  const bounds = Array.from({ length: 4000 }, (_, i) => (3 / 4 + ((4 / 3 - 3 / 4) * (i + 0.5)) / 4000) / (4 / 3))
  const expectedArea = mean(bounds.map((bound) => (0.08 + Math.min(1, bound)) / 2))
  const area = mean(drawn.map(({ width, height }) => (width * height) / (500 * 375)))
  expect(Math.abs(area - expectedArea)).toBeLessThan(0.015)
  // Places are uniform: the middle of the free space on average.
  expect(mean(drawn.map(({ left, width }) => left / (500 - width + 1)))).toBeCloseTo(0.5, 1)
})

test('a scale above what fits gives the largest rectangle that fits', () => {
  const { width, height } = randCropImage({ size: 8, scale: [1, 1], ratio: [1, 1] }).sample(rng, {
    width: 100,
    height: 40,
    channels: 3,
  })
  expect([width, height]).toEqual([40, 40])
})

test('is the crop and then the resize', () => {
  const image: Image = {
    data: Uint8Array.from({ length: 600 }, () => rng.integer(0, 256)),
    width: 20,
    height: 10,
    channels: 3,
  }
  const rectangle = { left: 5, top: 2, width: 9, height: 7 }
  const cut = resize(image, [9, 7], { rectangle })
  for (const interpolation of ['nearest', 'bilinear', 'bicubic', 'area'] as const) {
    expect(randCropImage({ size: [6, 4], interpolation }).apply(image, rectangle)).toEqual(
      resizeImage({ size: [6, 4], interpolation }).apply(cut, null),
    )
  }
})

test('floats are resized like bytes, without rounding', () => {
  const data = Uint8Array.from({ length: 20 * 10 }, () => rng.integer(0, 256))
  const bytes = resize({ data, width: 20, height: 10, channels: 1 }, [13, 7]).data
  const floats = resize({ data: Float32Array.from(data), width: 20, height: 10, channels: 1 }, [13, 7]).data
  expect(Math.max(...Array.from(floats, (value, i) => Math.abs(value - (bytes[i] as number))))).toBeLessThan(1)
})
