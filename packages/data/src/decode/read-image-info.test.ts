import { describe, expect, it } from 'vitest'
import { fixture, fixtures } from './fixtures.test-helper.ts'
import { readImageInfo } from './read-image-info.ts'

describe('readImageInfo', () => {
  it.each(fixtures)('reads $name', ({ name, format, bytes, width, height }) => {
    const info = readImageInfo(bytes)
    const orientation = Number(/orientation (\d)/.exec(name)?.[1] ?? 1)
    expect(info).toMatchObject({ format, orientation })
    // The fixture's size is that of the upright picture.
    expect([info.width, info.height]).toEqual(orientation >= 5 ? [height, width] : [width, height])
    expect(info.profile !== undefined).toBe(/sRGB|P3|Adobe RGB|gamma/.test(name))
  })

  it.each([
    ['JPEG grey', { channels: 1, bits: 8, colour: 'grey' }],
    ['JPEG CMYK', { channels: 4, bits: 8, colour: 'cmyk' }],
    ['PNG 16 bits', { channels: 3, bits: 16, colour: 'rgb' }],
    ['PNG palette of 4 bits', { channels: 3, bits: 4, colour: 'rgb' }],
    ['PNG grey with alpha', { channels: 2, bits: 8, colour: 'grey' }],
    ['WebP with alpha', { channels: 4, bits: 8, colour: 'rgb' }],
    ['TIFF CMYK', { channels: 4, bits: 8, colour: 'cmyk' }],
    ['TIFF 16 bits', { channels: 3, bits: 16, colour: 'rgb' }],
  ])('says what the values of %s are', (name, expected) => {
    expect(readImageInfo(fixture(name).bytes)).toMatchObject(expected)
  })

  it.each(['JPEG 4:2:0', 'PNG', 'WebP', 'AVIF', 'GIF', 'BMP'])('is content with the header of %s', (name) => {
    const { bytes, width, height } = fixture(name)
    const enough = name === 'GIF' || name === 'JPEG 4:2:0' ? 800 : name === 'AVIF' ? 400 : 64
    expect(readImageInfo(bytes.subarray(0, enough))).toMatchObject({ width, height })
  })

  it.each(fixtures.filter(({ name }) => !name.includes(' ')))('refuses $name cut off in its header', ({ bytes }) => {
    const expected = {
      code: 'corrupt-image',
      message: expect.stringContaining('cut.file'),
      fields: expect.objectContaining({ bytes: 20 }),
    }
    expect(() => readImageInfo(bytes.subarray(0, 20), 'cut.file')).toThrow(expect.objectContaining(expected))
  })

  it('refuses what is no picture', () => {
    const text = new TextEncoder().encode('hello, world')
    expect(() => readImageInfo(text, 'a.txt')).toThrow(/^a\.txt.*12 bytes that start with 'hello, w'/)
  })
})
