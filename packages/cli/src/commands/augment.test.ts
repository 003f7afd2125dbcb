import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parametersText } from '../augment/parameters-text.ts'
import { clas } from '../capture.test-helper.ts'
import { temporaryFolder } from '../shapes.test-helper.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let photos: string[]
const at = (name: string): string => join(folder.path, name)

const RECIPE = {
  transforms: [
    { name: 'PadCrop', options: { padding: 2, size: 8 } },
    { name: 'Compose', options: { transforms: [{ name: 'RandFlipImage', options: { p: 0 } }] } },
    { name: 'NormalizeImage', options: {} },
  ],
  batchTransforms: [{ name: 'Mixup', options: { alpha: 5 } }],
}

beforeAll(async () => {
  folder = await temporaryFolder()
  photos = [at('one.png'), at('<two>.png')]
  for (const [i, file] of photos.entries()) {
    const create = { width: 9, height: 8, channels: 3, background: { r: 200 * i, g: 90, b: 40 } } as const
    await sharp({ create }).png().toFile(file)
  }
  await writeFile(at('recipe.json'), JSON.stringify(RECIPE))
})
afterAll(() => folder[Symbol.asyncDispose]())

test('the page shows each step of each draw on each picture, and needs nothing else', async () => {
  const args = ['augment', 'preview', ...photos, '--config', at('recipe.json'), '--count', '3', '--seed', '5', '--out']
  const { code, stderr } = await clas([...args, at('page.html')])
  expect({ code, stderr }).toEqual({ code: 0, stderr: `preview: ${at('page.html')}\n` })
  const page = await readFile(at('page.html'), 'utf8')
  // Two pictures of three draws with an original and three steps, and three batches of two.
  expect(page.match(/<figure/g)?.length).toBe(2 * 3 * 4 + 3 * 2)
  expect(page).toContain(
    'each picture\n  PadCrop padding: 2, size: 8\n  RandFlipImage p: 0\n  NormalizeImage\neach batch\n',
  )
  expect(page).toMatch(/<b>PadCrop<\/b><small>8 × 8<\/small><code>left -?\d, top -?\d<\/code>/)
  expect(page).toMatch(/<b>RandFlipImage<\/b><small>as before<\/small><code>flip false<\/code>/)
  expect(page).toMatch(/\d+% one, \d+% &#60;two&#62;/)
  expect(page).not.toContain('<two>')
  expect(page.match(/(src|href)="(?!data:image\/png;base64,)/)).toBeNull()
  expect(page).not.toMatch(/https?:|url\(|<script/)
  await clas([...args, at('again.html')])
  expect(await readFile(at('again.html'), 'utf8')).toBe(page)
})

test('pictures of several sizes make no batch', async () => {
  await writeFile(at('mix.json'), JSON.stringify({ ...RECIPE, transforms: [] }))
  await sharp(photos[0]).resize(5).toFile(at('small.png'))
  const pictures = [photos[0] ?? '', at('small.png')]
  const { code, stderr } = await clas([
    'augment',
    'preview',
    ...pictures,
    '--config',
    at('mix.json'),
    '--out',
    at('p.html'),
  ])
  expect(code).toBe(1)
  expect(stderr).toContain('error [shape-mismatch] the pictures of a batch must have one size')
})

test.each([
  [['augment'], 'augment has preview, found nothing'],
  [['augment', 'show'], "augment has preview, found 'show'"],
  [['augment', 'preview'], 'needs one picture or more'],
  [['augment', 'preview', 'a.png'], 'needs --config FILE'],
  [['augment', 'preview', 'a.png', '--config', 'c.json'], 'needs --out PAGE'],
  [['augment', 'preview', 'a.png', '--config', 'c', '--out', 'p', '--count', '0'], '--count must be a whole number'],
])('%j has the exit code 2', async (args, message) => {
  const { code, stderr } = await clas(args)
  expect(stderr).toContain(message)
  expect(code).toBe(2)
})

test('parameters are written to be read', () => {
  expect(parametersText(null)).toBe('')
  expect(parametersText({ left: 3, angle: -0.123456, flip: true })).toBe('left 3, angle -0.123, flip true')
  expect(parametersText({ order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })).toBe('order [0, 1, 2, 3, 4, 5, 6, 7, … 10 in all]')
  expect(parametersText({ index: 1, name: 'Blur', parameters: { sigma: 2 } })).toBe('Blur (sigma 2)')
  expect(parametersText([{ index: 1, name: 'Flip', parameters: null }])).toBe('[Flip]')
  expect(parametersText({ value: 0.5, parameters: { inner: { a: 1 } } })).toBe(
    'value 0.5, parameters { inner { a 1 } }',
  )
})
