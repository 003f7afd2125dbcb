import { createRng } from '@clas/core'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { BOMBS } from './bombs.test-helper.ts'
import { concatenate } from './bounded-view.ts'
import { decodeBy, fixture, librariesOf } from './fixtures.test-helper.ts'
import { decodeHostile, hostileFile, librariesFor, makeSeeds } from './hostile.test-helper.ts'

// benchmarks/hostile-pictures.ts goes through a hundred thousand of them, in processes that may crash.

const MAX_PIXELS = 2 ** 22

/** Of JavaScript, array buffers and WebAssembly. */
function bytesInUse(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

describe('hostile pictures', () => {
  it('decode or are refused by name, whichever library reads them', async () => {
    const [seeds, rng] = [await makeSeeds(), createRng(1)]
    const counts = { decoded: 0, 'refused by its header': 0, 'refused by the decoder': 0 }
    for (let i = 0; i < 2500; i++) {
      const { bytes } = hostileFile(seeds, rng.fork(i))
      const libraries = librariesFor(bytes)
      for (const library of libraries.length > 0 ? libraries : [undefined])
        counts[await decodeHostile(bytes, library, MAX_PIXELS)]++
    }
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(500)
  })

  it.each(Object.entries(BOMBS))('%s takes little memory and time', async (_, make) => {
    const bytes = make(createRng(3))
    const before = bytesInUse()
    const libraries = librariesFor(bytes)
    for (const library of libraries.length > 0 ? libraries : [undefined]) {
      const begun = performance.now()
      await decodeHostile(bytes, library, MAX_PIXELS)
      expect(performance.now() - begun).toBeLessThan(5000)
    }
    expect(bytesInUse() - before).toBeLessThan(2 ** 27)
  })

  it.each(librariesOf('avif'))('an AVIF larger than its header says is refused by %s', async (library) => {
    const create = { width: 3000, height: 2000, channels: 3, background: 'red' } as const
    const bytes = new Uint8Array(await sharp({ create }).avif({ effort: 0 }).toBuffer())
    const size = Buffer.from(bytes).indexOf('ispe') + 8
    new DataView(bytes.buffer).setUint32(size, 16)
    new DataView(bytes.buffer).setUint32(size + 4, 16)
    await expect(decodeBy(library, bytes, { maxPixels: 256 })).rejects.toMatchObject({ code: 'corrupt-image' })
  })

  it.each(librariesOf('jpeg'))(
    'a JPEG whose tables are lost is refused by %s, whatever it decoded before',
    async (library) => {
      const { bytes } = fixture('JPEG 4:2:0')
      const table = Buffer.from(bytes).indexOf(Buffer.of(0xff, 0xdb))
      // Without the marker, the table is bytes that every decoder passes over with a warning.
      const damaged = concatenate([bytes.subarray(0, table), Uint8Array.of(0), bytes.subarray(table + 2)])
      await decodeBy(library, bytes)
      await expect(decodeBy(library, damaged)).rejects.toMatchObject({ code: 'corrupt-image' })
    },
  )

  it.each(librariesOf('jpeg'))('a JPEG with harmless bytes between its segments is decoded by %s', async (library) => {
    const { bytes, pillow } = fixture('JPEG 4:2:0')
    const table = Buffer.from(bytes).indexOf(Buffer.of(0xff, 0xdb))
    const padded = concatenate([bytes.subarray(0, table), Uint8Array.of(1, 2, 3), bytes.subarray(table)])
    expect((await decodeBy(library, padded)).data).toEqual(pillow)
  })
})
