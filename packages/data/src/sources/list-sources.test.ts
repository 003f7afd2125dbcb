import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readClassNames } from './class-names.ts'
import { useFolder, writeFiles } from './folder.test-helper.ts'
import { imageCsv } from './image-csv.ts'
import { imageList } from './image-list.ts'
import type { Source } from './source.ts'

const folder = useFolder()

/** Empty files: sources look at names only. */
const touch = (...paths: string[]): Promise<void> =>
  writeFiles(folder.path, Object.fromEntries(paths.map((path) => [path, ''])))

function contents(source: Source): string[] {
  return Array.from({ length: source.length }, (_, i) => `${relative(folder.path, source.name(i))} ${source.label(i)}`)
}

describe('imageList of PaddleClas with several labels, weights and labels with gaps', () => {
  const write = (text: string): Promise<void> => writeFile(folder.file('list.txt'), text)

  it('reads rows of labels behind a tab', async () => {
    await touch('a b.jpg', 'c.jpg')
    await write('a b.jpg\t0,1,1\nc.jpg\t0,0,0\n')
    const source = await imageList(folder.file('list.txt'), { multiLabel: true })
    expect([contents(source), source.classes]).toEqual([
      ['a b.jpg 1', 'c.jpg 0'],
      ['0', '1', '2'],
    ])
    expect([source.targets?.(0), source.targets?.(1), source.weight]).toEqual([[0, 1, 1], [0, 0, 0], undefined])
    await write('a b.jpg\t0,1,1\nc.jpg\t0,0\n')
    const error = { code: 'class-mismatch', message: expect.stringContaining('list.txt:2') }
    await expect(imageList(folder.file('list.txt'), { multiLabel: true })).rejects.toMatchObject(error)
    await write('a b.jpg\t0,2\n')
    await expect(imageList(folder.file('list.txt'), { multiLabel: true })).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringContaining('list.txt:1: expected path<tab>label with 0 or 1 per class'),
    })
  })

  it('reads weights behind the labels', async () => {
    await touch('a,b.jpg', 'c.jpg')
    await write('a,b.jpg,1,0.5\nc.jpg,0,2e1\n')
    const source = await imageList(folder.file('list.txt'), { delimiter: ',', weights: true })
    expect([contents(source), source.weight?.(0), source.weight?.(1)]).toEqual([['a,b.jpg 1', 'c.jpg 0'], 0.5, 20])
    for (const line of ['c.jpg,0', 'c.jpg,0,-1', 'c.jpg,0,', 'c.jpg,0,1e999', 'c.jpg,0,x']) {
      await write(line)
      const error = { code: 'corrupt-file', message: expect.stringContaining('path,label,weight') }
      await expect(imageList(folder.file('list.txt'), { delimiter: ',', weights: true })).rejects.toMatchObject(error)
    }
  })

  it('numbers labels anew', async () => {
    await touch('a.jpg')
    await write('\uFEFFa.jpg 107\na.jpg 5\na.jpg 107\n')
    const source = await imageList(folder.file('list.txt'), { relabel: true })
    expect([contents(source), source.classes]).toEqual([
      ['a.jpg 1', 'a.jpg 0', 'a.jpg 1'],
      ['5', '107'],
    ])
  })

  it('makes no million classes of one large label', async () => {
    await touch('a.jpg')
    await write('a.jpg 999999999\n')
    await expect(imageList(folder.file('list.txt'))).rejects.toMatchObject({ code: 'class-mismatch' })
  })
})

describe('imageList with onBadLine and readClassNames', () => {
  it('leaves out lines that are no good and tells of them', async () => {
    await touch('a.jpg', 'c.jpg')
    await writeFile(folder.file('list.txt'), 'a.jpg 0\nb.jpg 1\nhm\nc.jpg 1\n')
    const bad: unknown[] = []
    const source = await imageList(folder.file('list.txt'), { onBadLine: ({ fields }) => bad.push(fields.line) })
    expect([contents(source), bad]).toEqual([
      ['a.jpg 0', 'c.jpg 1'],
      [3, 2],
    ])
  })

  it('reads numbered names and plain ones', async () => {
    const read = async (text: string) => {
      await writeFile(folder.file('names.txt'), text)
      return readClassNames(folder.file('names.txt'))
    }
    expect(await read('0 great white shark\r\n\n1 hen\n')).toEqual(['great white shark', 'hen'])
    expect(await read('shark\n2 hens\n')).toEqual(['shark', '2 hens'])
    const error = { code: 'corrupt-file', message: expect.stringContaining('names.txt:2') }
    await expect(read('0 shark\n2 hen\n')).rejects.toMatchObject(error)
    await expect(readClassNames(folder.file('none'))).rejects.toMatchObject({ code: 'io' })
  })
})

describe('imageCsv', () => {
  const write = (text: string): Promise<void> => writeFile(folder.file('photos.csv'), text)

  it('reads columns by name, quoted fields and names of classes', async () => {
    await touch('a, "1".jpg', 'b.jpg')
    await write('note,file,kind,share\r\n"two\nlines","a, ""1"".jpg",dog,0.5\r\n\r\n,b.jpg,cat,1')
    const source = await imageCsv(folder.file('photos.csv'), { path: 'file', label: 'kind', weight: 'share' })
    expect([contents(source), source.classes]).toEqual([
      ['a, "1".jpg 1', 'b.jpg 0'],
      ['cat', 'dog'],
    ])
    expect([source.weight?.(0), source.weight?.(1)]).toEqual([0.5, 1])
  })

  it('reads numbers, and one column per class', async () => {
    await touch('a.jpg', 'b.jpg')
    await write('path;label;red;blue\na.jpg;1;1;0\nb.jpg;0;0.25;1\n')
    const numbered = await imageCsv(folder.file('photos.csv'), { delimiter: ';' })
    expect([contents(numbered), numbered.classes]).toEqual([
      ['a.jpg 1', 'b.jpg 0'],
      ['0', '1'],
    ])
    const columns = await imageCsv(folder.file('photos.csv'), { delimiter: ';', label: ['blue', 'red'] })
    expect([columns.classes, columns.targets?.(0), columns.targets?.(1)]).toEqual([
      ['blue', 'red'],
      [0, 1],
      [1, 0.25],
    ])
    const named = await imageCsv(folder.file('photos.csv'), { delimiter: ';', classes: ['1', '0'] })
    expect([named.label(0), named.label(1)]).toEqual([0, 1]) // '1' is the name of the first class here
  })

  it.each([
    ['path,label\na.jpg,"cat\n', 'photos.csv:2: a field begins with a double quote'],
    ['path,label\na.jpg,ca"t\n', 'photos.csv:2: found ca"t'],
    ['path,label\n"a.jpg"x,cat\n', 'photos.csv:2: expected the delimiter'],
    ['path,label\n"a\nb",1\na.jpg,cat,1\n', 'photos.csv:4: expected 2 fields as in the first line, found 3'],
    ['path,label\na.jpg,\na.jpg,1\n', 'photos.csv:2 has the label'],
  ])('refuses %j and says where', async (text, message) => {
    await touch('a.jpg', 'a\nb')
    await write(text)
    await expect(imageCsv(folder.file('photos.csv'), { classes: ['cat', 'dog'] })).rejects.toMatchObject({
      message: expect.stringContaining(message),
    })
  })

  it('refuses columns that there are not, numbers that are none, missing pictures and empty files', async () => {
    await touch('a.jpg')
    await write('path,label,weight\na.jpg,1,much\nb.jpg,1,1\n')
    const read = (options = {}) => imageCsv(folder.file('photos.csv'), options)
    await expect(read({ label: 'kind' })).rejects.toMatchObject({
      code: 'bad-option',
      message: expect.stringContaining('path, label, weight'),
    })
    await expect(read()).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('photos.csv:3') })
    await touch('b.jpg')
    await expect(read({ weight: 'weight' })).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringContaining('photos.csv:2'),
    })
    await write('path,label\n')
    await expect(read()).rejects.toMatchObject({ code: 'no-images' })
  })
})
