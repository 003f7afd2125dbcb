import { createRng } from '@clas/core'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeBy } from '../fixtures.test-helper.ts'
import { decodeBmp } from './bmp.ts'

// What the fixtures don't have, against sharp or by hand.

const [WIDTH, HEIGHT] = [157, 83]

/** Waves and noise, so that tables of codes fill up. */
function picture(channels: 1 | 3): Sharp {
  const rng = createRng(5)
  const values = Uint8Array.from(
    { length: WIDTH * HEIGHT * channels },
    (_, i) => 100 + 90 * Math.sin(i / 9) + rng.uniform(0, 60),
  )
  const raw = sharp(values, { raw: { width: WIDTH, height: HEIGHT, channels } })
  return channels === 1 ? raw.toColourspace('b-w') : raw
}

describe('PNG', () => {
  it.each([
    ['RGB', picture(3).png({ progressive: true })],
    ['grey', picture(1).png({ progressive: true })],
    ['a palette of 4 bits', picture(3).png({ progressive: true, palette: true, colours: 12 })],
    ['RGB of 16 bits', picture(3).toColourspace('rgb16').png({ progressive: true })],
    ['adaptive filters', picture(3).png({ adaptiveFiltering: true })],
  ])('decodes interlaced or filtered %s as sharp does', async (_, png) => {
    const bytes = await png.toBuffer()
    expect(await decodeBy('node:zlib', bytes)).toEqual(await decodeBy('sharp', bytes))
  })
})

describe('TIFF', () => {
  const tiles = { tile: true, tileWidth: 32, tileHeight: 16 }
  it.each([
    ['tiles by LZW', picture(3).tiff({ ...tiles, compression: 'lzw', predictor: 'horizontal' })],
    ['tiles by Deflate', picture(3).tiff({ ...tiles, compression: 'deflate', predictor: 'none' })],
    ['tiles of grey', picture(1).tiff({ ...tiles, compression: 'none' })],
    [
      '16 bits with a predictor',
      picture(3).toColourspace('rgb16').tiff({ compression: 'lzw', predictor: 'horizontal' }),
    ],
    ['1 bit where 0 is white', picture(1).threshold().tiff({ bitdepth: 1, compression: 'none', miniswhite: true })],
    ['LZW of many codes', picture(3).tiff({ compression: 'lzw', predictor: 'none' })],
  ])('decodes %s as sharp does', async (_, tiff) => {
    const bytes = await tiff.toBuffer()
    expect(await decodeBy('@clas/data', bytes)).toEqual(await decodeBy('sharp', bytes))
  })

  it('says what it needs for others', async () => {
    const bytes = await picture(3).tiff({ compression: 'jpeg' }).toBuffer()
    await expect(decodeBy('@clas/data', bytes)).rejects.toThrow(/install sharp.*compression 7/)
  })
})

describe('GIF', () => {
  it('decodes many codes as sharp does', async () => {
    const bytes = await picture(3).gif().toBuffer()
    const { data } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    expect((await decodeBy('@clas/data', bytes)).data).toEqual(new Uint8Array(data))
  })
})

describe('BMP', () => {
  const palette = [0, 0, 0, 0, 1, 2, 3, 0, 40, 50, 60, 0]

  /** A header of 40 bytes, what comes between it and the pixels, and the pixels. */
  function bmp(
    width: number,
    height: number,
    bits: number,
    compression: number,
    extra: number[],
    pixels: number[],
  ): Uint8Array {
    const header = new DataView(new ArrayBuffer(54))
    header.setUint16(0, 0x424d)
    header.setUint32(10, 54 + extra.length, true)
    header.setUint32(14, 40, true)
    header.setInt32(18, width, true)
    header.setInt32(22, height, true)
    header.setUint16(28, bits, true)
    header.setUint32(30, compression, true)
    header.setUint32(46, bits > 8 ? 0 : 3, true)
    return Uint8Array.from([...new Uint8Array(header.buffer), ...extra, ...pixels])
  }

  it('unpacks runs, colours as they are, moves and ends of rows', () => {
    // Below: 1 1 2; in the middle: moved by one, then 2; above: 1 2 1, with a byte to fill up.
    const runs = [2, 1, 1, 2, 0, 0, 0, 2, 1, 0, 1, 2, 0, 0, 0, 3, 1, 2, 1, 0, 0, 1]
    const colours = [1, 2, 1, 0, 2, 0, 1, 1, 2]
    const { data } = decodeBmp(bmp(3, 3, 8, 1, palette, runs))
    expect([...data]).toEqual(
      colours.flatMap(
        (colour) =>
          [
            [0, 0, 0],
            [3, 2, 1],
            [60, 50, 40],
          ][colour],
      ),
    )
  })

  it('unpacks runs of 4 bits, whose two colours take turns', () => {
    const { data } = decodeBmp(bmp(5, 1, 4, 2, palette, [3, 0x12, 0, 0, 0, 1]))
    expect([...data]).toEqual([3, 2, 1, 60, 50, 40, 3, 2, 1, 0, 0, 0, 0, 0, 0])
  })

  it('reads 16 bits by masks, from the top where the height is negative', () => {
    const masks = [0x00, 0xf8, 0, 0, 0xe0, 0x07, 0, 0, 0x1f, 0, 0, 0]
    const { data, height } = decodeBmp(bmp(1, -2, 16, 3, masks, [0x00, 0xf8, 0, 0, 0xe0, 0x07, 0, 0]))
    expect(height).toBe(2)
    expect([...data]).toEqual([255, 0, 0, 0, 255, 0])
  })

  it('reads 16 bits of 5 each', () => {
    expect([...decodeBmp(bmp(2, 1, 16, 0, [], [0x1f, 0, 0x10, 0x42])).data]).toEqual([0, 0, 255, 132, 132, 132])
  })

  it('refuses runs that end too early', () => {
    expect(() => decodeBmp(bmp(3, 3, 8, 1, palette, [2, 1]))).toThrow('the end of the file')
  })
})
