import { describe, expect, it } from 'vitest'
import { chooseDecoder, reportOn } from './decoders.ts'
import { fixtures } from './fixtures.test-helper.ts'
import { type DecoderEntry, ENTRIES } from './node-decoders.ts'

const any = { profiles: 'any', reduces: false } as const

/** What there is without these packages. */
function without(...missing: readonly string[]): readonly DecoderEntry[] {
  return ENTRIES.map((entry) =>
    missing.includes(entry.library)
      ? { ...entry, load: () => Promise.reject(new Error(`Cannot find package '${entry.library}'\nat somewhere`)) }
      : entry,
  )
}

const native = ['sharp', '@julusian/jpeg-turbo']

describe('chooseDecoder', () => {
  it.each([
    ['jpeg', '@cwasm/jpeg-turbo'],
    ['png', 'node:zlib'],
    ['webp', '@jsquash/webp'],
    ['avif', '@jsquash/avif'],
    ['gif', '@clas/data'],
    ['bmp', '@clas/data'],
    ['tiff', '@clas/data'],
  ])('decodes %s by %s where nothing native is', async (format, library) => {
    expect(await chooseDecoder(format, any, without(...native))).toMatchObject({ format, library })
  })

  it('leaves no format out', () => {
    expect(new Set(ENTRIES.map(({ format }) => format))).toEqual(new Set(fixtures.map(({ format }) => format)))
  })

  it('takes sharp for every profile, and others for inks as stored', async () => {
    const library = async (profiles: 'every' | 'none'): Promise<string> =>
      (await chooseDecoder('tiff', { ...any, profiles })).library
    expect([await library('every'), await library('none')]).toEqual(['sharp', '@clas/data'])
    expect((await chooseDecoder('tiff', { ...any, profiles: 'every' }, without('sharp'))).library).toBe('@clas/data')
  })

  it('takes one that decodes to fewer pixels, if there is one', async () => {
    const reduced = { ...any, reduces: true }
    expect((await chooseDecoder('jpeg', reduced, without('@julusian/jpeg-turbo'))).library).toBe('@cwasm/jpeg-turbo')
    const onlySharp = without('@julusian/jpeg-turbo', '@cwasm/jpeg-turbo')
    expect((await chooseDecoder('jpeg', reduced, onlySharp)).library).toBe('sharp')
  })

  it('says what to install', async () => {
    const message = expect.stringMatching(
      /^no decoder for avif.*'sharp'; run: npm install sharp; .*install @jsquash\/avif$/,
    )
    const choice = chooseDecoder('avif', any, without('sharp', '@jsquash/avif'))
    await expect(choice).rejects.toMatchObject({ code: 'backend-unavailable', message })
  })
})

describe('reportOn', () => {
  it('says why a decoder is missing', async () => {
    const list = (await reportOn(without('sharp'))).filter(({ format }) => format === 'avif')
    const reason = "Cannot find package 'sharp'; run: npm install sharp"
    expect(list).toEqual([
      { format: 'avif', library: 'sharp', state: 'missing', reason },
      { format: 'avif', library: '@jsquash/avif', state: 'used' },
    ])
  })
})
