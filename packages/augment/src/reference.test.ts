import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  cropImage,
  type Image,
  type Interpolation,
  normalizeImage,
  randAffine,
  randFlipImage,
  resize,
  resizeImage,
} from './index.ts'

interface Reference {
  resizes: {
    width: number
    height: number
    channels: number
    data: string
    size: [number, number]
    outputs: Record<Interpolation, string>
  }[]
  picture: {
    width: number
    height: number
    channels: number
    data: string
    crop5x4: string
    flips: Record<'1' | '0' | '-1', string>
    normalized: string
    affines: {
      parameters: { angle: number; translate: [number, number]; scale: number; shear: number }
      output: string
    }[]
  }
  roundedSides: { width: number; height: number; shortSide: number; size: [number, number] }[]
}

const reference = JSON.parse(readFileSync(new URL('../fixtures/reference.json', import.meta.url), 'utf8')) as Reference

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
const imageOf = ({
  width,
  height,
  channels,
  data,
}: {
  width: number
  height: number
  channels: number
  data: string
}): Image => ({
  width,
  height,
  channels,
  data: bytes(data),
})
const photo = imageOf(reference.picture)

function differences(found: Image['data'], expected: Uint8Array): { largest: number; mean: number } {
  expect(found.length).toBe(expected.length)
  const all = Array.from(expected, (value, i) => Math.abs(value - (found[i] as number)))
  return { largest: Math.max(...all), mean: all.reduce((sum, value) => sum + value, 0) / all.length }
}

for (const one of reference.resizes) {
  for (const [name, output] of Object.entries(one.outputs)) {
    test(`${one.width}×${one.height}×${one.channels} to ${one.size.join('×')}, ${name}, as OpenCV`, () => {
      const { largest, mean } = differences(
        resize(imageOf(one), one.size, { interpolation: name as Interpolation }).data,
        bytes(output),
      )
      expect(largest).toBeLessThanOrEqual(1)
      expect(mean).toBeLessThan(0.1)
    })
  }
}

test('crops as NumPy slices', () => {
  expect(cropImage({ size: [5, 4] }).apply(photo, null).data).toEqual(bytes(reference.picture.crop5x4))
})

test('flips as OpenCV', () => {
  for (const flipCode of [1, 0, -1] as const) {
    const { data } = randFlipImage({ flipCode }).apply(photo, { flip: true })
    expect(data).toEqual(bytes(reference.picture.flips[flipCode]))
  }
})

test('normalises as NumPy in float32, bytes and floats alike', () => {
  const expected = new Float32Array(bytes(reference.picture.normalized).buffer)
  expect(normalizeImage().apply(photo, null).data).toEqual(expected)
  const floats = { ...photo, data: Float32Array.from(photo.data) }
  expect(normalizeImage().apply(floats, null).data).toEqual(expected)
})

test('warps as OpenCV', () => {
  for (const { parameters, output } of reference.picture.affines) {
    const { largest, mean } = differences(randAffine({ fill: 9 }).apply(photo, parameters).data, bytes(output))
    expect(largest).toBeLessThanOrEqual(1)
    expect(mean).toBeLessThan(0.1)
  }
})

test('rounds the sides of a resize by the shorter side as PaddleClas', () => {
  for (const { width, height, shortSide, size } of reference.roundedSides) {
    const resized = resizeImage({ shortSide }).outputInfo?.({ width, height, channels: 3 }, null)
    expect(resized).toEqual({ width: size[0], height: size[1], channels: 3 })
  }
})
