import { describe, expect, test } from 'vitest'
import type { Image } from '../image.ts'
import { bytesOf, differences, imageOf, type ReferencePicture, readFixture } from './differences.test-helper.ts'
import { INTERPOLATIONS, type Interpolation, type ResizeBackend } from './interpolation.ts'
import { resize } from './resample.ts'
import { resizeImage } from './resize-image.ts'

interface ResizeCase {
  readonly size: [number, number]
  readonly backend: ResizeBackend
  readonly interpolation: Interpolation
  readonly output: string
}

const { pictures } = readFixture<{ pictures: readonly ReferencePicture<ResizeCase>[] }>('geometry_resize.json')

for (const picture of pictures) {
  describe(`a picture of ${picture.width}×${picture.height}×${picture.channels}`, () => {
    const image = imageOf(picture)
    for (const { size, backend, interpolation, output } of picture.cases) {
      test(`to ${size.join('×')}, ${backend} ${interpolation}`, () => {
        const { largest, mean } = differences(resize(image, size, { backend, interpolation }).data, bytesOf(output))
        expect(largest).toBeLessThanOrEqual(backend === 'pil' ? 0 : 1)
        expect(mean).toBeLessThan(0.1)
      })
    }
  })
}

const photo: Image = {
  data: Uint8Array.from({ length: 23 * 17 * 3 }, (_, i) => (i * 2654435761) >>> 24),
  width: 23,
  height: 17,
  channels: 3,
}

for (const backend of ['cv2', 'pil'] as const) {
  test.each(INTERPOLATIONS[backend])(`${backend} %s of a rectangle is that of the crop`, (interpolation) => {
    const rectangle = { left: 5, top: 3, width: 13, height: 11 }
    const cut = resize(photo, [13, 11], { rectangle })
    for (const size of [
      [7, 5],
      [20, 4],
      [30, 31],
    ] as const) {
      expect(resize(photo, size, { backend, interpolation, rectangle })).toEqual(
        resize(cut, size, { backend, interpolation }),
      )
    }
  })

  test.each(INTERPOLATIONS[backend])(`${backend} %s of floats is that of bytes, without rounding`, (interpolation) => {
    const options = { backend, interpolation }
    const floats = resize({ ...photo, data: Float32Array.from(photo.data) }, [31, 9], options).data
    const bytes = resize(photo, [31, 9], options).data
    const saturated = floats.map((value) => Math.min(Math.max(value, 0), 255))
    // Bytes are rounded between the passes too.
    expect(differences(saturated, bytes as Uint8Array).largest).toBeLessThan(1.5)
  })
}

test('a backend that lacks an interpolation says which it has', () => {
  expect(() => resize(photo, [4, 4], { interpolation: 'box' })).toThrow(
    'resize: interpolation must be one of nearest, bilinear, area, bicubic, lanczos with the backend cv2, found "box"',
  )
  expect(() => resizeImage({ size: 4, interpolation: 'area', backend: 'pil' })).toThrow(/^ResizeImage: .*backend pil/)
  expect(() => resizeImage({ size: 4, backend: 'PIL' as 'pil' })).toThrow(/backend must be one of "cv2", "pil"/)
})
