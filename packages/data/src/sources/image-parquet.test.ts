import { readFile, writeFile } from 'node:fs/promises'
import * as zlib from 'node:zlib'
import { createRng, isClasError } from '@clas/core'
import { describe, expect, it } from 'vitest'
import { firstPixels, fixture, labelsOf, useFolder } from './folder.test-helper.ts'
import { imageParquet } from './image-parquet.ts'
import { readItem } from './read-item.ts'

const LABELS = [2, 0, 1, 1, 2, 0, 2]
const COLOURS = [
  [0, 0, 255],
  [0, 128, 0],
  [255, 0, 0],
]
const folder = useFolder()

describe('imageParquet', () => {
  it.each(['snappy', 'gzip', 'brotli', 'none', 'version-2'])(
    'reads what pyarrow writes, %s, with the names of Hugging Face',
    async (name) => {
      const source = await imageParquet([fixture(`${name}.parquet`)])
      expect([source.classes, labelsOf(source)]).toEqual([['blue', 'green', 'red'], LABELS])
      expect(await firstPixels(source)).toEqual(LABELS.map((label) => COLOURS[label]))
      expect(source.name(4)).toBe(`${fixture(`${name}.parquet`)}/row 4`)
      const item = source.item?.(4)
      expect(item).toEqual({ kind: 'parquet', file: fixture(`${name}.parquet`), column: 'image', row: 4 })
      expect(item && [...(await readItem(item, 'row 4')).data.subarray(0, 3)]).toEqual([255, 0, 0])
    },
  )

  it('reads several files, plain bytes, names and rows of labels', async () => {
    const files = [fixture('snappy.parquet'), fixture('gzip.parquet')]
    const named = await imageParquet(files, { image: 'raw', label: 'name' })
    expect([named.classes, labelsOf(named)]).toEqual([
      ['blue', 'green', 'red'],
      [...LABELS, ...LABELS],
    ])
    expect((await named.read(13)).data.slice(0, 3)).toEqual(new Uint8Array([255, 0, 0]))
    const tagged = await imageParquet(files, { label: 'tags' })
    expect([tagged.classes, tagged.targets?.(0), tagged.targets?.(1)]).toEqual([
      ['bright', 'warm'],
      [1, 1],
      [0, 0],
    ])
  })

  it('refuses columns that there are not, and labels beyond the classes', async () => {
    const error = { code: 'bad-option', message: expect.stringContaining('image.bytes, image.path, name, raw') }
    await expect(imageParquet([fixture('snappy.parquet')], { image: 'img' })).rejects.toMatchObject(error)
    await expect(imageParquet([fixture('snappy.parquet')], { classes: ['a'] })).rejects.toMatchObject({
      code: 'class-mismatch',
      message: expect.stringContaining('snappy.parquet/row 0'),
    })
    for (const options of [{ image: 'label' }, { label: 'image' }, { label: 'kind' }]) {
      await expect(imageParquet([fixture('snappy.parquet')], options)).rejects.toMatchObject({ code: 'bad-option' })
    }
  })

  it('reads Zstandard where Node does', async () => {
    if ('zstdDecompressSync' in zlib) {
      expect(labelsOf(await imageParquet([fixture('zstd.parquet')]))).toEqual(LABELS)
    } else {
      const error = { code: 'backend-unavailable', message: expect.stringContaining('Node 22.15') }
      await expect(imageParquet([fixture('zstd.parquet')])).rejects.toMatchObject(error)
    }
  })

  it('says which encodings it does not read', async () => {
    const error = { code: 'corrupt-file', message: expect.stringContaining('the encoding 5') }
    await expect(imageParquet([fixture('delta.parquet')])).rejects.toMatchObject(error)
  })

  it('never fails but with an error that has the name of the file', async () => {
    const codes = new Set<string>()
    const good = await Promise.all(['none', 'snappy'].map((name) => readFile(fixture(`${name}.parquet`))))
    for (let i = 0; i < 400; i++) {
      const rng = createRng(7).fork(i)
      const bytes = Uint8Array.from(good[i % 2] as Buffer)
      for (let k = rng.integer(1, 6); k > 0; k--) bytes[rng.integer(0, bytes.length)] = rng.integer(0, 256)
      const file = folder.file(`${i}.parquet`)
      await writeFile(file, bytes)
      try {
        const source = await imageParquet([file], { label: i % 3 === 0 ? 'tags' : 'label' })
        for (let j = 0; j < source.length; j++) await source.read(j)
      } catch (error) {
        if (!isClasError(error)) throw error
        codes.add(error.code)
        expect(error.message).toContain(file)
      }
    }
    expect([...codes]).toContain('corrupt-file')
  })

  it('refuses damaged files with their names', async () => {
    const bytes = await readFile(fixture('none.parquet'))
    const damaged = {
      'cut off': bytes.subarray(0, 3000),
      empty: new Uint8Array(0),
      text: new TextEncoder().encode('no parquet at all'),
      'a footer longer than the file': Buffer.concat([
        bytes.subarray(0, -8),
        Buffer.from([255, 255, 255, 1]),
        bytes.subarray(-4),
      ]),
    }
    for (const [name, content] of Object.entries(damaged)) {
      await writeFile(folder.file(`${name}.parquet`), content)
      await expect(imageParquet([folder.file(`${name}.parquet`)])).rejects.toMatchObject({
        code: 'corrupt-file',
        message: expect.stringContaining(`${name}.parquet`),
      })
    }
    await expect(imageParquet([folder.file('none')])).rejects.toMatchObject({ code: 'io' })
  })
})
