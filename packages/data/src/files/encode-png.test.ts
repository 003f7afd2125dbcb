import { createRng } from '@clas/core'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { encodePng } from './encode-png.ts'

it.each([1, 3, 4])('writes pictures of %d channels that another decoder reads to the byte', async (channels) => {
  const rng = createRng(channels)
  const data = Uint8Array.from({ length: 7 * 5 * channels }, () => rng.integer(0, 256))
  const png = encodePng({ data, width: 7, height: 5, channels })
  const { data: found, info } = await sharp(png)
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width: 7, height: 5, channels })
  expect([...found]).toEqual([...data])
})

it('refuses data of another length', () => {
  const image = { data: new Uint8Array(5), width: 2, height: 1, channels: 3 }
  expect(() => encodePng(image)).toThrow(expect.objectContaining({ code: 'shape-mismatch' }))
  expect(() => encodePng({ ...image, data: new Uint8Array(4), channels: 2 })).toThrow()
})
