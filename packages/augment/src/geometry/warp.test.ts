import { describe, expect, test } from 'vitest'
import type { Image } from '../image.ts'
import { affine } from './affine.ts'
import type { AffineMatrix } from './affine-positions.ts'
import { bytesOf, differences, imageOf, type ReferencePicture, readFixture } from './differences.test-helper.ts'
import { type ElasticTransformOptions, moveEach, movement } from './elastic-transform.ts'
import { type Corners, perspective } from './perspective.ts'
import { type RandAffineOptions, type RandAffineParameters, randAffine } from './rand-affine.ts'
import { type RandomRotationOptions, randomRotation } from './random-rotation.ts'
import { type RotateOptions, rotate } from './rotate.ts'
import type { WarpOptions } from './warp-options.ts'

type WarpCase = { readonly output: string } & (
  | { readonly op: 'affine'; readonly arguments: { matrix: AffineMatrix; options: WarpOptions } }
  | { readonly op: 'rotate'; readonly arguments: { degrees: number; options: RotateOptions; size?: [number, number] } }
  | {
      readonly op: 'randomRotation'
      readonly arguments: { parameters: { angle: number }; options: RandomRotationOptions; size: [number, number] }
    }
  | { readonly op: 'randAffine'; readonly arguments: { parameters: RandAffineParameters; options: RandAffineOptions } }
  | { readonly op: 'perspective'; readonly arguments: { corners: Corners; to: Corners; options: WarpOptions } }
  | {
      readonly op: 'elastic'
      readonly arguments: Required<Pick<ElasticTransformOptions, 'alpha' | 'sigma'>> & {
        options: WarpOptions
        noise: [string, string]
        pixels: [string, string]
      }
    }
)

const { pictures } = readFixture<{ pictures: readonly ReferencePicture<WarpCase>[] }>('geometry_warp.json')

/** Where the reference computes in whole numbers or in the same order, every value is the same. */
const EXACT = ['affine', 'rotate', 'perspective']

function run(image: Image, one: WarpCase): Image {
  switch (one.op) {
    case 'affine':
      return affine(image, one.arguments.matrix, one.arguments.options)
    case 'rotate':
      return rotate(image, one.arguments.degrees, one.arguments.options)
    case 'randomRotation':
      return randomRotation(one.arguments.options).apply(image, one.arguments.parameters)
    case 'randAffine':
      return randAffine(one.arguments.options).apply(image, one.arguments.parameters)
    case 'perspective':
      return perspective(image, one.arguments.corners, one.arguments.to, one.arguments.options)
    case 'elastic': {
      const [across, down] = one.arguments.pixels.map(floatsOf) as [Float32Array, Float32Array]
      return moveEach(image, across, down, one.arguments.options)
    }
  }
}

function floatsOf(text: string): Float32Array {
  return new Float32Array(bytesOf(text).buffer)
}

for (const picture of pictures) {
  describe(`a picture of ${picture.width}×${picture.height}×${picture.channels}`, () => {
    const image = imageOf(picture)
    for (const op of new Set(picture.cases.map((one) => one.op))) {
      test(`${op} as its reference`, () => {
        for (const one of picture.cases.filter((other) => other.op === op)) {
          const result = run(image, one)
          const { largest, mean } = differences(result.data, bytesOf(one.output))
          const told = JSON.stringify({ ...one.arguments, noise: undefined, pixels: undefined })
          expect(largest, told).toBeLessThanOrEqual(EXACT.includes(op) ? 0 : 1)
          expect(mean, told).toBeLessThan(0.1)
          if ('size' in one.arguments) expect([result.width, result.height], told).toEqual(one.arguments.size)
        }
      })
    }
  })
}

test('elastic movements are as smooth and as large as torchvision makes them of the same noise', () => {
  let checked = 0
  for (const picture of pictures) {
    for (const one of picture.cases) {
      if (one.op !== 'elastic') continue
      const { alpha, sigma, noise, pixels } = one.arguments
      noise.forEach((values, i) => {
        const found = movement(floatsOf(values), picture, sigma, alpha)
        const expected = floatsOf(pixels[i] as string)
        expect(Math.max(...found.map((value, j) => Math.abs(value - (expected[j] as number))))).toBeLessThan(1e-4)
      })
      checked++
    }
  }
  expect(checked).toBeGreaterThan(0)
})

test('the size of a turned picture is told before', () => {
  for (const backend of ['cv2', 'pil'] as const) {
    const turn = randomRotation({ degrees: 180, p: 1, expand: true, backend })
    const image = { data: new Uint8Array(5 * 4), width: 5, height: 4, channels: 1 }
    for (const angle of [0, 1, 45, 90, 180, -90, 200]) {
      const { width, height, channels } = turn.apply(image, { angle })
      expect(turn.outputInfo?.(image, { angle })).toEqual({ width, height, channels })
    }
  }
})

test('a fill of too many values says so', () => {
  const image = { data: new Uint8Array(3), width: 1, height: 1, channels: 3 }
  expect(() => affine(image, [1, 0, 0, 0, 1, 0], { fill: [1, 2] })).toThrow(/the fill has 2 values.*3 channels/)
})
