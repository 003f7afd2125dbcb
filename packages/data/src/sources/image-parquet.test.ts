import { readFile, writeFile } from 'node:fs/promises'
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
  it.each(['snappy', 'zstd', 'none'])('reads what pyarrow writes, %s, with the names of Hugging Face', async (name) => {
    const source = await imageParquet([fixture(`${name}.parquet`)])
    expect([source.classes, labelsOf(source)]).toEqual([['blue', 'green', 'red'], LABELS])
    expect(await firstPixels(source)).toEqual(LABELS.map((label) => COLOURS[label]))
    expect(source.name(4)).toBe(`${fixture(`${name}.parquet`)}/row 4`)
    const item = source.item?.(4)
    expect(item).toEqual({ kind: 'parquet', file: fixture(`${name}.parquet`), column: 'image', row: 4 })
    expect(item && [...(await readItem(item, 'row 4')).data.subarray(0, 3)]).toEqual([255, 0, 0])
  })

  it('reads several files, plain bytes, names and rows of labels', async () => {
    const files = [fixture('snappy.parquet'), fixture('zstd.parquet')]
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
    const error = { code: 'bad-option', message: expect.stringContaining('image, label, name, tags, raw') }
    await expect(imageParquet([fixture('snappy.parquet')], { image: 'img' })).rejects.toMatchObject(error)
    await expect(imageParquet([fixture('snappy.parquet')], { classes: ['a'] })).rejects.toMatchObject({
      code: 'class-mismatch',
      message: expect.stringContaining('snappy.parquet/row 0'),
    })
    const numbers = await imageParquet([fixture('snappy.parquet')], { image: 'label' })
    await expect(numbers.read(0)).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringContaining('row 0'),
    })
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
