import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { findChromium, inChromium } from './chromium.test-helper.ts'

// The built packages decode pictures in a browser: the files of packages/data/fixtures, against what Pillow makes of them.

const root = fileURLToPath(new URL('..', import.meta.url))
const chromium = await findChromium(process.env)
if (!chromium) console.log('skipped decoding in a browser: no Chromium; install it, or say where in CHROMIUM')

const PAGE = `
  import { decodeBlob } from '@clas/data'

  const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const unpack = async (base64) => {
    const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream('deflate'))
    return new Uint8Array(await new Response(stream).arrayBuffer())
  }

  async function largestDifference({ bytes, size, pillow }) {
    const { width, height, data } = await decodeBlob(new Blob([bytesOf(bytes)]))
    const expected = await unpack(pillow)
    if (width !== size[0] || height !== size[1] || data.length !== expected.length) return width + '×' + height
    return data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0)
  }

  const { cases } = await (await fetch('/decode.json')).json()
  const answer = {}
  for (const [name, each] of Object.entries(cases))
    answer[name] = await largestDifference(each).catch((error) => String(error))
  const cut = bytesOf(cases['JPEG 4:2:0'].bytes).subarray(0, 700)
  answer.cut = await decodeBlob(new File([cut], 'cut.jpg')).catch(({ code, fields }) => ({ code, file: fields.file }))
  await fetch('/answer', { method: 'POST', body: JSON.stringify(answer) })
`

describe.skipIf(!chromium)('decodeBlob in a browser', () => {
  test('agrees with Pillow in every format, and refuses what is cut off', async () => {
    const { outputFiles } = await build({
      stdin: { contents: PAGE, resolveDir: root, loader: 'js', sourcefile: 'page.js' },
      ...{ bundle: true, format: 'esm', platform: 'browser', write: false, logLevel: 'error' },
    })
    const fixtures = await readFile(`${root}/packages/data/fixtures/decode.json`)
    const files = { '/page.js': outputFiles[0]?.text ?? '', '/decode.json': fixtures }
    const answer = await inChromium(chromium as string, { files })
    const { cut, ...differences } = JSON.parse(answer) as Readonly<Record<string, unknown>>
    expect(cut).toEqual({ code: 'corrupt-image', file: 'cut.jpg' })
    for (const [name, largest] of Object.entries(differences)) {
      // Pillow clips grey of 16 bits, and a canvas forgets the colour under transparency.
      if (name.includes('grey 16 bits') || /^WebP.*alpha/.test(name)) continue
      const profile = /Display P3|Adobe RGB|sampled|gamma/.test(name)
      expect(largest, name).toBeLessThanOrEqual(name.startsWith('AVIF') ? 12 : profile ? 3 : 0)
    }
  })
})
