import type { Image } from '@clas/augment'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeImage } from './decode-image.ts'
import { importSharp } from './libraries/sharp.ts'

/** 8×4 pixels of one colour. */
function flat(...colour: number[]): Sharp {
  const channels = colour.length as 1 | 2 | 3 | 4
  const values = Uint8Array.from({ length: 32 * channels }, (_, i) => colour[i % channels] as number)
  return sharp(values, { raw: { width: 8, height: 4, channels } })
}

function deep(...colour: number[]): Sharp {
  const channels = colour.length as 1 | 3
  const values = Uint16Array.from({ length: 32 * channels }, (_, i) => colour[i % channels] as number)
  return sharp(values, { raw: { width: 8, height: 4, channels } })
}

const noise = (): Sharp =>
  sharp({
    create: {
      width: 80,
      height: 60,
      channels: 3,
      background: 'red',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })

async function decode(picture: Sharp): Promise<Image> {
  return decodeImage(await picture.toBuffer(), { name: 'picture' })
}

const lossless = { quality: 100, chromaSubsampling: '4:4:4' }

describe('decodeImage', () => {
  it.each([
    ['jpeg', flat(200, 100, 50).jpeg(lossless), [200, 100, 50]],
    ['png', flat(200, 100, 50).png(), [200, 100, 50]],
    ['png with a palette', flat(200, 100, 50).png({ palette: true }), [200, 100, 50]],
    ['webp', flat(200, 100, 50).webp({ lossless: true }), [200, 100, 50]],
    ['grey png', flat(77).toColourspace('b-w').png(), [77, 77, 77]],
    ['grey jpeg', flat(77).toColourspace('b-w').jpeg(), [77, 77, 77]],
    ['grey png with alpha', flat(77, 128).png(), [77, 77, 77]],
    ['png with alpha', flat(200, 100, 50, 10).png(), [200, 100, 50]],
    ['transparent png', flat(200, 100, 50, 0).png(), [200, 100, 50]],
    ['png of 16 bits', deep(51400, 25700, 12850).toColourspace('rgb16').png(), [200, 100, 50]],
    [
      'grey png of 16 bits',
      deep(77 * 257)
        .toColourspace('grey16')
        .png(),
      [77, 77, 77],
    ],
  ])('decodes a %s to RGB', async (_, picture, colour) => {
    const image = await decode(picture)
    expect([image.width, image.height, image.channels]).toEqual([8, 4, 3])
    expect([...image.data]).toEqual(Array.from({ length: 96 }, (_, i) => colour[i % 3]))
  })

  it('converts CMYK to sRGB', async () => {
    const bytes = await flat(200, 100, 50).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer()
    expect((await sharp(bytes).metadata()).space).toBe('cmyk')
    const { data, channels } = await decodeImage(bytes, { name: 'print.jpg' })
    expect(channels).toBe(3)
    // The colour goes there and back through a print profile, which has no such orange.
    for (const [i, value] of [200, 100, 50].entries()) expect(Math.abs((data[i] as number) - value)).toBeLessThan(35)
  })

  it('turns pictures upright', async () => {
    // Left half black, right half white, said to be turned: 6 means that the right side is the bottom.
    const values = Uint8Array.from({ length: 96 }, (_, i) => (Math.floor(i / 3) % 8 < 4 ? 0 : 255))
    const picture = sharp(values, { raw: { width: 8, height: 4, channels: 3 } })
    const image = await decode(picture.withMetadata({ orientation: 6 }).png())
    expect([image.width, image.height]).toEqual([4, 8])
    expect([...image.data]).toEqual(Array.from({ length: 96 }, (_, i) => (i < 48 ? 0 : 255)))
  })

  it.each([
    ['no bytes', new Uint8Array(), '0 bytes'],
    ['text', new TextEncoder().encode('hello, world'), "12 bytes that start with 'hello, w'"],
    ['svg', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), '41 bytes'],
    ['the first bytes of a jpeg', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0]), '5 bytes'],
  ])('refuses %s', async (_, bytes, found) => {
    const error = { code: 'corrupt-image', message: expect.stringContaining(found), fields: { file: 'cats/tom.jpg' } }
    await expect(decodeImage(bytes, { name: 'cats/tom.jpg' })).rejects.toMatchObject(error)
  })

  it.each([
    ['jpeg', noise().jpeg()],
    ['png', noise().png()],
    ['webp', noise().webp()],
  ])('refuses a %s that is cut off', async (_, picture) => {
    const bytes = await picture.toBuffer()
    await expect(decodeImage(bytes, { name: 'whole' })).resolves.toMatchObject({ width: 80, height: 60 })
    for (const length of [Math.floor(bytes.length / 2), bytes.length - 40]) {
      const error = { code: 'corrupt-image', message: expect.stringContaining(`half.jpg`), fields: { bytes: length } }
      await expect(decodeImage(bytes.subarray(0, length), { name: 'half.jpg' })).rejects.toMatchObject(error)
    }
  })

  it('refuses more pixels than allowed and says how many there are', async () => {
    const bytes = await noise().png().toBuffer()
    await expect(decodeImage(bytes, { name: 'large.png', maxPixels: 4799 })).rejects.toMatchObject({
      code: 'corrupt-image',
      message: expect.stringMatching(/large\.png.*4799 pixels.*80×60/),
    })
    await expect(decodeImage(bytes, { name: 'large.png', maxPixels: 4800 })).resolves.toMatchObject({ width: 80 })
  })

  it('says how to install sharp where it is missing', async () => {
    const load = (): Promise<never> => Promise.reject(new Error("Cannot find package 'sharp'\nat …"))
    const error = { code: 'backend-unavailable', message: expect.stringMatching(/'sharp'\).*npm install sharp$/) }
    await expect(importSharp(load)).rejects.toMatchObject(error)
  })
})
