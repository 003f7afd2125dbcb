import { describe, expect, it } from 'vitest'
import { decodeBlob } from './decode-blob.ts'
import { fixture, fixtures } from './fixtures.test-helper.ts'

// What needs a browser is tested in one, by scripts/decode-browser.test.ts.

const ours = fixtures.filter(
  ({ name, format }) => ['png', 'gif', 'bmp', 'tiff'].includes(format) && !/16|RGB|P3|gamma/.test(name),
)

describe('decodeBlob', () => {
  it.each(ours)('decodes $name as Pillow does', async ({ bytes, width, height, pillow }) => {
    const file = new Blob([bytes.slice()])
    expect(await decodeBlob(file)).toEqual({ data: pillow, width, height, channels: 3 })
  })

  it('takes the name of a file', async () => {
    const file = new File([fixture('PNG').bytes.slice(0, 200)], 'cats/tom.png')
    await expect(decodeBlob(file)).rejects.toMatchObject({ code: 'corrupt-image', fields: { file: 'cats/tom.png' } })
  })

  it('looks at the size before it reads', async () => {
    const file = new Blob([new Uint8Array(1000)])
    const error = { code: 'corrupt-image', message: expect.stringMatching(/^a\.png.*at most 999 bytes, found 1000/) }
    await expect(decodeBlob(file, { name: 'a.png', maxBytes: 999 })).rejects.toMatchObject(error)
  })

  it('stops at more rows than the picture has', async () => {
    const { bytes } = fixture('TIFF tiff_adobe_deflate')
    const short = bytes.slice()
    // The height of 18, as a short in the second entry.
    const at = 8 + 2 + 12 + 8
    const directory = new DataView(short.buffer).getUint32(4, true)
    new DataView(short.buffer).setUint16(directory + at - 8, 5, true)
    await expect(decodeBlob(short)).rejects.toThrow('more')
  })

  it('says what to use where there is no browser', async () => {
    const error = { code: 'backend-unavailable', message: expect.stringContaining('@clas/data/node') }
    await expect(decodeBlob(fixture('WebP').bytes)).rejects.toMatchObject(error)
  })
})
