import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { centerCrop, type Image, visionResize } from '../index.ts'

const { vision } = JSON.parse(readFileSync(new URL('../../fixtures/paddle_configs.json', import.meta.url), 'utf8')) as {
  vision: { width: number; height: number; resized: [number, number]; left: number; top: number }[]
}

test.each(vision)('$width×$height is resized and cropped to 24 as by paddle.vision', (reference) => {
  const { width, height } = reference
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return [pixel % width, Math.floor(pixel / width), 0][i % 3] as number
  })
  const photo: Image = { data, width, height, channels: 3 }
  const resized = visionResize({ size: 24 }).apply(photo, null)
  expect([resized.width, resized.height]).toEqual(reference.resized)
  const cropped = centerCrop({ size: 24 }).apply(photo, null)
  expect(Array.from(cropped.data.subarray(0, 2))).toEqual([reference.left, reference.top])
})
