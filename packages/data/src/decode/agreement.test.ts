import { describe, expect, it } from 'vitest'
import { conversionOf } from './colour-profile.ts'
import { decodeBy, difference, type Fixture, fixture, fixtures, librariesOf } from './fixtures.test-helper.ts'
import { readImageInfo } from './read-image-info.ts'

// fixtures/decode.py makes the files and their pixels with Pillow and OpenCV.

/** Largest and mean difference that is allowed; none unless said here. */
function tolerance({ name }: Fixture, library: string, colour: string): { largest: number; mean: number } {
  // libheif gives each pixel the nearest colour, libavif and Pillow one between the neighbours.
  if (name.startsWith('AVIF')) return library === 'sharp' ? { largest: 130, mean: 7 } : { largest: 12, mean: 0.5 }
  // By a print profile.
  if (name.includes('CMYK') && library === 'sharp') return { largest: 90, mean: 20 }
  // Little CMS calculates with other roundings.
  if (colour === 'srgb' && /Display P3|Adobe RGB|sampled|gamma/.test(name)) return { largest: 1, mean: 0.05 }
  return { largest: 0, mean: 0 }
}

const cases = fixtures.flatMap((each) => librariesOf(each.format).map((library) => ({ ...each, library })))

describe('every decoder agrees with Pillow', () => {
  it.each(cases)('$name by $library', async ({ library, ...each }) => {
    // Pillow clips grey of 16 bits at 255; OpenCV takes the higher 8 bits.
    const expected = each.name.includes('grey 16 bits') ? { srgb: each.opencv, stored: each.opencv } : pillow(each)
    for (const colour of ['srgb', 'stored'] as const) {
      const { width, height, data } = await decodeBy(library, each.bytes, { colour })
      expect([width, height]).toEqual([each.width, each.height])
      const found = difference(data, expected[colour])
      const allowed = tolerance(each, library, colour)
      expect(found.largest).toBeLessThanOrEqual(allowed.largest)
      expect(found.mean).toBeLessThanOrEqual(allowed.mean)
    }
  })
})

const pillow = ({ pillow, stored }: Fixture): { srgb: Uint8Array; stored: Uint8Array } => ({ srgb: pillow, stored })

describe('every decoder agrees with OpenCV', () => {
  const named = [
    'JPEG 4:2:0',
    'JPEG progressive 4:2:0',
    'JPEG grey',
    'PNG 16 bits',
    'PNG with alpha',
    'JPEG orientation 6',
  ]
  it.each(cases.filter(({ name }) => named.includes(name)))('$name by $library', async ({ library, bytes, opencv }) => {
    expect((await decodeBy(library, bytes, { colour: 'stored' })).data).toEqual(opencv)
  })

  it('by 1 where inks are mixed', async () => {
    const { bytes, opencv } = fixture('JPEG CMYK')
    for (const library of ['@julusian/jpeg-turbo', '@cwasm/jpeg-turbo'])
      expect(difference((await decodeBy(library, bytes)).data, opencv).largest).toBeLessThanOrEqual(1)
  })
})

describe('orientation', () => {
  it.each(cases.filter(({ name }) => /orientation [2-8]/.test(name) && !name.startsWith('AVIF')))(
    'is left to $name by $library when so asked',
    async ({ library, bytes }) => {
      const { width, height } = await decodeBy(library, bytes, { orient: false })
      expect([width, height]).toEqual([25, 18])
    },
  )
})

describe('colour profiles', () => {
  const profileOf = (name: string): Uint8Array => readImageInfo(fixture(name).bytes).profile?.bytes ?? new Uint8Array()

  it('of sRGB need no conversion', () => {
    expect(conversionOf(profileOf('JPEG sRGB'), 'rgb')).toBe('none')
  })

  it('of grey say nothing of RGB', () => {
    const grey = profileOf('JPEG grey gamma 1.8')
    expect(conversionOf(grey, 'rgb')).toBe('none')
    expect(conversionOf(grey, 'grey')).toBeTypeOf('function')
  })

  it('that are damaged count as none', () => {
    const profile = profileOf('JPEG Display P3')
    expect(conversionOf(profile, 'rgb')).toBeTypeOf('function')
    for (const length of [0, 100, 130, 200, profile.length - 300]) {
      expect(conversionOf(profile.subarray(0, length), 'rgb')).toBe('none')
    }
  })

  it('with tables are known as such', () => {
    const profile = profileOf('JPEG Display P3').slice()
    const at = Buffer.from(profile).indexOf('cprt')
    profile.set(new TextEncoder().encode('A2B0'), at)
    expect(conversionOf(profile, 'rgb')).toBe('tables')
  })
})
