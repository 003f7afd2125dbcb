import type { Image, Rectangle } from '@clas/augment'
import { createRng } from '@clas/core'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { addImageDecoder } from './added-decoders.ts'
import { decodeImage } from './decode-image.ts'
import { decoders } from './decoders.ts'
import { decodeBy, difference, fixture, librariesOf } from './fixtures.test-helper.ts'
import { readImageInfo } from './read-image-info.ts'

const name = 'picture'

/** Waves of 97×61 with an orientation. */
function photo(orientation: number, options: { readonly chromaSubsampling?: string; readonly progressive?: boolean }) {
  const values = Uint8Array.from({ length: 97 * 61 * 3 }, (_, i) => 127 + 120 * Math.sin(i / 7) * Math.cos(i / 1000))
  return sharp(values, { raw: { width: 97, height: 61, channels: 3 } })
    .withMetadata({ orientation })
    .jpeg(options)
    .toBuffer()
}

function cut({ data, width }: Image, rectangle: Rectangle): Uint8Array {
  return Uint8Array.from({ length: rectangle.width * rectangle.height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % rectangle.width, Math.floor(i / 3 / rectangle.width)]
    return data[((rectangle.top + y) * width + rectangle.left + x) * 3 + (i % 3)] as number
  })
}

describe('region', () => {
  it.each(librariesOf('jpeg'))('is cut out of JPEG by %s as from the whole picture', async (library) => {
    const rng = createRng(1)
    for (let i = 0; i < 48; i++) {
      const options = { chromaSubsampling: i % 3 === 0 ? '4:4:4' : '4:2:0', progressive: i % 2 === 0 }
      const bytes = await photo((i % 8) + 1, options)
      const whole = await decodeBy(library, bytes)
      const [width, height] = [rng.integer(1, whole.width + 1), rng.integer(1, whole.height + 1)]
      const [left, top] = [rng.integer(0, whole.width - width + 1), rng.integer(0, whole.height - height + 1)]
      const region = { left, top, width, height }
      const data = cut(whole, region)
      expect(await decodeBy(library, bytes, { region })).toEqual({ data, width, height, channels: 3 })
    }
  })

  it.each(['PNG', 'PNG orientation 6', 'WebP', 'TIFF CMYK', 'AVIF orientation 6', 'JPEG CMYK'])(
    'is cut out of %s',
    async (of) => {
      const { format, bytes } = fixture(of)
      const region = { left: 3, top: 4, width: 11, height: 7 }
      for (const library of librariesOf(format)) {
        const data = cut(await decodeBy(library, bytes), region)
        expect((await decodeBy(library, bytes, { region })).data).toEqual(data)
      }
    },
  )

  it.each([
    { left: 20, top: 0, width: 6, height: 1 },
    { left: -1, top: 0, width: 6, height: 1 },
    { left: 0, top: 0, width: 0, height: 1 },
    { left: 0, top: 0.5, width: 1, height: 1 },
  ])('must be inside: $left, $top, $width, $height', async (region) => {
    const error = { code: 'bad-option', message: expect.stringContaining('picture of 25×18') }
    await expect(decodeImage(fixture('PNG').bytes, { name, region })).rejects.toMatchObject(error)
  })
})

describe('minimumSize', () => {
  it.each(['@julusian/jpeg-turbo', '@cwasm/jpeg-turbo'])('lets %s decode to fewer pixels', async (library) => {
    const bytes = await photo(1, {})
    const sizes = [62, 61, 31, 30, 16, 9, 8, 1].map(async (minimumSize) => {
      const { width, height } = await decodeBy(library, bytes, { minimumSize })
      return `${width}×${height}`
    })
    expect(await Promise.all(sizes)).toEqual(['97×61', '97×61', '49×31', '49×31', '25×16', '25×16', '13×8', '13×8'])
  })

  it('gives the same pixels by every library that knows it', async () => {
    const bytes = await photo(6, {})
    const region = { left: 5, top: 9, width: 40, height: 70 }
    const native = await decodeBy('@julusian/jpeg-turbo', bytes, { minimumSize: 10, region })
    expect([native.width, native.height]).toEqual([11, 18])
    expect(await decodeBy('@cwasm/jpeg-turbo', bytes, { minimumSize: 10, region })).toEqual(native)
  })

  it('is no more than a hint', async () => {
    expect(await decodeBy('sharp', await photo(1, {}), { minimumSize: 1 })).toMatchObject({ width: 97 })
    expect(await decodeImage(fixture('PNG').bytes, { name, minimumSize: 1 })).toMatchObject({ width: 25 })
    expect(await decodeImage(await photo(1, {}), { name, minimumSize: 1 })).toMatchObject({ width: 13 })
  })
})

describe('allocate', () => {
  it.each([1, 6])('gives the memory of a picture of orientation %d', async (orientation) => {
    const memory = new Uint8Array(97 * 61 * 3 + 10)
    const bytes = await photo(orientation, {})
    const { data } = await decodeImage(bytes, { name, allocate: () => memory })
    expect(data.buffer).toBe(memory.buffer)
    expect(data).toEqual((await decodeImage(bytes, { name })).data)
  })

  it('must give enough', async () => {
    const error = { code: 'bad-option', message: expect.stringContaining('17751 bytes, found 9') }
    const bytes = await photo(1, {})
    await expect(decodeImage(bytes, { name, allocate: () => new Uint8Array(9) })).rejects.toMatchObject(error)
  })
})

describe('limits', () => {
  it('hold for the file', async () => {
    const error = { code: 'corrupt-image', message: expect.stringMatching(/^large\.png.*at most 100 bytes/) }
    await expect(decodeImage(fixture('PNG').bytes, { name: 'large.png', maxBytes: 100 })).rejects.toMatchObject(error)
  })
})

describe('CMYK', () => {
  it('is converted by a print profile where sharp is, and mixed where values are wanted as stored', async () => {
    const { bytes, pillow } = fixture('JPEG CMYK')
    const [converted, stored] = [
      await decodeImage(bytes, { name }),
      await decodeImage(bytes, { name, colour: 'stored' }),
    ]
    expect(stored.data).toEqual(pillow)
    expect(difference(converted.data, pillow).mean).toBeGreaterThan(1)
    expect(converted).toEqual(await decodeBy('sharp', bytes))
  })
})

describe('decoders', () => {
  it('are listed by format, one of each in use', async () => {
    const list = await decoders()
    const used = list.filter(({ state }) => state === 'used').map(({ format, library }) => `${format} ${library}`)
    expect(used).toEqual([
      'jpeg @julusian/jpeg-turbo',
      'png node:zlib',
      'webp @jsquash/webp',
      'avif sharp',
      'gif @clas/data',
      'bmp @clas/data',
      'tiff sharp',
    ])
    expect(list).toContainEqual({ format: 'jpeg', library: '@cwasm/jpeg-turbo', state: 'ready' })
  })

  it('can be added for a format of an app', async () => {
    const [width, height] = [2, 1]
    addImageDecoder({
      format: 'dots',
      library: 'app',
      readInfo: (bytes) =>
        bytes[0] === 0x2e
          ? { ...{ format: 'dots', width, height, channels: 1, bits: 8 }, colour: 'grey', orientation: 6 }
          : undefined,
      decode: (bytes) => ({ data: bytes.slice(1), width, height, channels: 1 }),
    })
    const bytes = Uint8Array.of(0x2e, 10, 20)
    expect(readImageInfo(bytes)).toMatchObject({ format: 'dots', width })
    expect(await decodeImage(bytes, { name })).toEqual({
      ...{ data: Uint8Array.of(10, 10, 10, 20, 20, 20), width: 1, height: 2, channels: 3 },
    })
    expect((await decoders())[0]).toEqual({ format: 'dots', library: 'app', state: 'used' })
    const wrong = decodeImage(Uint8Array.of(0x2e, 10), { name })
    await expect(wrong).rejects.toThrow('expected 2 values from the decoder, found 1')
  })
})
