import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import {
  channelOrder,
  colorJitter,
  gaussianBlur,
  type Image,
  jpegCompression,
  motionBlur,
  normalizeImage,
  randomAdjustSharpness,
  randomPosterize,
  toFloat,
} from '../index.ts'

function randomPicture(width: number, height: number, channels: number): Image {
  const rng = createRng(8)
  const data = Uint8Array.from({ length: width * height * channels }, () => rng.integer(0, 256))
  return { data, width, height, channels }
}

test.each([
  [1, 1, 3],
  [5, 3, 3],
  [4, 4, 3],
  [7, 3, 1],
  [5, 2, 4],
])('normalising %d×%d×%d is NumPy’s in float32, of bytes and floats, made or written into a place', (...shape) => {
  const image = randomPicture(...(shape as [number, number, number]))
  const { channels } = image
  const mean = [0.4, 0.5, 0.6, 0.1].slice(0, channels)
  const std = [0.2, 0.3, 0.4, 0.9].slice(0, channels)
  const normalize = normalizeImage({ mean, std, scale: 1 / 255 })
  const f = Math.fround
  const expected = Float32Array.from(image.data, (value, i) => {
    const c = i % channels
    return f(f(f(value * f(1 / 255)) - f(mean[c] as number)) / f(std[c] as number))
  })
  expect(normalize.apply(image, null).data).toEqual(expected)
  expect(normalize.apply({ ...image, data: Float32Array.from(image.data) }, null).data).toEqual(expected)
  // In the middle of a batch, whose other values stay.
  const batch = new Float32Array(expected.length + 5).fill(9)
  normalize.applyInto?.(image, null, batch.subarray(3, 3 + expected.length))
  expect(batch.subarray(3, 3 + expected.length)).toEqual(expected)
  expect([...batch.subarray(0, 3), ...batch.subarray(-2)]).toEqual([9, 9, 9, 9, 9])
})

test('toFloat makes 0 to 1 of bytes, and leaves floats', () => {
  const image = randomPicture(5, 5, 3)
  const floats = toFloat().apply(image, null)
  expect(floats.data).toEqual(Float32Array.from(image.data, (value) => value / 255))
  expect(toFloat().apply(floats, null)).toBe(floats)
})

test('channelOrder moves colours, and leaves alpha and grey', () => {
  const pixel = { data: new Uint8Array([1, 2, 3, 4]), width: 1, height: 1, channels: 4 }
  expect([...channelOrder().apply(pixel, null).data]).toEqual([3, 2, 1, 4])
  expect([...channelOrder({ order: [1, 2, 0] }).apply(pixel, null).data]).toEqual([2, 3, 1, 4])
  const grey = randomPicture(3, 1, 1)
  expect(channelOrder().apply(grey, null)).toBe(grey)
})

test('a motion keeps the brightness of an even picture, a Gaussian the mean of floats', () => {
  const even = { data: new Uint8Array(75).fill(90), width: 5, height: 5, channels: 3 }
  expect(motionBlur().apply(even, { kernelSize: 11, angle: 45 }).data).toEqual(even.data)
  const dot = { data: new Float32Array(25), width: 5, height: 5, channels: 1 }
  dot.data[12] = 1
  const blurred = gaussianBlur({ kernelSize: 3 }).apply(dot, { sigma: 0.8 }).data
  expect(Array.from(blurred).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6)
  expect(blurred[12]).toBeCloseTo((1 / (1 + 2 * Math.exp(-0.5 / 0.64))) ** 2, 6)
})

test('options that do not fit are refused, each by its name', () => {
  expect(() => normalizeImage({ std: [1, 0, 1] })).toThrow(/std/)
  expect(() => colorJitter({ brightness: -0.1 })).toThrow(/brightness must be at least 0/)
  expect(() => colorJitter({ saturation: [-1, 2] })).toThrow(/saturation/)
  expect(() => colorJitter({ hue: 0.6 })).toThrow(/hue/)
  expect(() => gaussianBlur({ kernelSize: 4 })).toThrow(/kernelSize/)
  expect(() => gaussianBlur({ kernelSize: 3, sigma: 0 })).toThrow(/sigma/)
  expect(() => motionBlur({ kernelSize: [4, 7] })).toThrow(/kernelSize/)
  expect(() => jpegCompression({ quality: [0, 50] })).toThrow(/quality/)
  expect(() => jpegCompression({ quality: [40.5, 50] })).toThrow(/quality/)
  expect(() => jpegCompression({ quality: 101 })).toThrow(/quality/)
  expect(() => randomPosterize({ bits: 2.5 })).toThrow(/bits/)
  expect(() => randomAdjustSharpness({ sharpnessFactor: -1 })).toThrow(/sharpnessFactor/)
  expect(() => channelOrder({ order: [0, 0, 1] })).toThrow(/order/)
})
