import { expect, test } from 'vitest'
import { differences, imageOf, type ReferencePicture, readFixture } from '../geometry/differences.test-helper.ts'
import type { Image } from '../image.ts'
import {
  adjustBrightness,
  adjustContrast,
  adjustGamma,
  adjustHue,
  adjustSaturation,
  adjustSharpness,
  autocontrast,
  blurImage,
  equalize,
  gaussianBlur,
  grayscale,
  invert,
  jpegCompression,
  posterize,
  solarize,
  solarizeAdd,
} from '../index.ts'

interface Case {
  readonly change: string
  readonly amounts: readonly [number, number, number]
  /** Base64. */
  readonly output: string
}

const { pictures } = readFixture<{ pictures: readonly ReferencePicture<Case>[] }>('color.json')

type Change = (image: Image, ...amounts: readonly [number, number, number]) => Image

const CHANGES: Readonly<Record<string, Change>> = {
  adjustBrightness,
  adjustContrast,
  adjustSaturation,
  adjustSharpness,
  adjustHue,
  invert,
  solarize,
  solarizeAdd: (image, amount) => solarizeAdd(image, amount),
  posterize,
  autocontrast,
  equalize,
  grayscale,
  adjustGamma: (image, gamma) => adjustGamma(image, gamma),
  jpegCompression: (image, quality) => jpegCompression().apply(image, { quality }),
  gaussianBlur: (image, width, height, sigma) => gaussianBlur({ kernelSize: [width, height] }).apply(image, { sigma }),
  blurImage: (image, width, height) => blurImage().apply(image, { method: 'gaussian', kernelSize: [width, height] }),
  motionOfBlurImage: (image, kernelSize, angle) => blurImage().apply(image, { method: 'motion', kernelSize, angle }),
}

for (const [name, change] of Object.entries(CHANGES)) {
  test(`${name} gives the same bits as its reference, whatever the shape`, () => {
    let compared = 0
    for (const picture of pictures) {
      for (const { amounts, output } of picture.cases.filter((one) => one.change === name)) {
        const found = change(imageOf(picture), ...amounts).data
        const place = `${picture.width}×${picture.height}×${picture.channels}, ${amounts}`
        expect(differences(found, new Uint8Array(Buffer.from(output, 'base64'))).largest, place).toBe(0)
        compared++
      }
    }
    expect(compared).toBeGreaterThanOrEqual(pictures.length)
  })
}

test('every change of the fixture is compared', () => {
  const named = new Set(pictures.flatMap(({ cases }) => cases.map(({ change }) => change)))
  expect([...named].sort()).toEqual(Object.keys(CHANGES).sort())
})

test('black is where 0 bits stay', () => {
  const image = { data: new Uint8Array([7, 255, 128]), width: 3, height: 1, channels: 1 }
  expect(posterize(image, 0).data).toEqual(new Uint8Array(3))
})

test('changes of 8 bits refuse float32 pictures by name', () => {
  const image = { data: new Float32Array(3), width: 1, height: 1, channels: 3 }
  expect(() => adjustHue(image, 0)).toThrow(/^adjustHue: needs a picture of 8 bits/)
  expect(() => jpegCompression().apply(image, { quality: 50 })).toThrow(/^JpegCompression: needs a picture of 8 bits/)
})

test('a hue turns by half a circle at most', () => {
  const image = { data: new Uint8Array(3), width: 1, height: 1, channels: 3 }
  for (const shift of [0.51, -0.6, Number.NaN]) expect(() => adjustHue(image, shift)).toThrow(/shift/)
})
