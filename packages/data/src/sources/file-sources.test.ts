import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { idxFiles } from './idx-files.ts'
import { imageFolder } from './image-folder.ts'
import { imageList } from './image-list.ts'
import type { Source } from './source.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'clas-data-'))
})
afterEach(() => rm(root, { recursive: true }))

/** Empty files: sources look at names only. */
async function touch(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), '')
  }
}

function contents(source: Source): string[] {
  return Array.from({ length: source.length }, (_, i) => `${relative(root, source.name(i))} ${source.label(i)}`)
}

describe('imageFolder', () => {
  it('finds pictures in folders of any depth, in the order of names', async () => {
    await touch(
      'dog/b.PNG',
      'dog/a.jpeg',
      'dog/2020/c.webp',
      'Cat/x.jpg',
      'Cat/notes.txt',
      'Cat/.x.jpg',
      '.hidden/a.jpg',
      'a.jpg',
    )
    const source = await imageFolder(root)
    expect(source.classes).toEqual(['Cat', 'dog'])
    expect(contents(source)).toEqual(['Cat/x.jpg 0', 'dog/2020/c.webp 1', 'dog/a.jpeg 1', 'dog/b.PNG 1'])
    expect(source.item?.(1)).toEqual({ kind: 'file', path: join(root, 'dog/2020/c.webp') })
  })

  it('follows links, but not in circles', async () => {
    await touch('cat/a.jpg', 'elsewhere/b.jpg')
    await symlink(join(root, 'cat'), join(root, 'cat', 'self'))
    await symlink(join(root, 'elsewhere'), join(root, 'dog'))
    expect(contents(await imageFolder(root))).toEqual(['cat/a.jpg 0', 'dog/b.jpg 1', 'elsewhere/b.jpg 2'])
  })

  it('reads the pictures', async () => {
    await mkdir(join(root, 'red'))
    await sharp({ create: { width: 4, height: 2, channels: 3, background: '#ff0000' } }).toFile(
      join(root, 'red', 'a.png'),
    )
    const image = await (await imageFolder(root)).read(0)
    expect([image.width, image.height, ...image.data.subarray(0, 3)]).toEqual([4, 2, 255, 0, 0])
  })

  it('names empty classes, or leaves them out', async () => {
    await touch('ant/a.jpg', 'bee/readme.md', 'cow/c.jpg')
    const error = { code: 'empty-class', message: expect.stringContaining("'bee'"), fields: { classes: ['bee'] } }
    await expect(imageFolder(root)).rejects.toMatchObject(error)
    const source = await imageFolder(root, { emptyClasses: 'skip' })
    expect([source.classes, contents(source)]).toEqual([
      ['ant', 'cow'],
      ['ant/a.jpg 0', 'cow/c.jpg 1'],
    ])
  })

  it('takes the classes of the training pictures', async () => {
    await touch('cow/c.jpg', 'ant/a.jpg')
    const classes = ['cow', 'bee', 'ant']
    await expect(imageFolder(root, { classes })).rejects.toMatchObject({ code: 'empty-class' })
    const source = await imageFolder(root, { classes, emptyClasses: 'skip' })
    expect([source.classes, contents(source)]).toEqual([classes, ['cow/c.jpg 0', 'ant/a.jpg 2']])
    const error = { code: 'class-mismatch', message: expect.stringContaining('ant') }
    await expect(imageFolder(root, { classes: ['cow'] })).rejects.toMatchObject(error)
  })

  it('refuses a folder that is missing, empty or has no classes', async () => {
    await expect(imageFolder(join(root, 'none'))).rejects.toMatchObject({ code: 'io' })
    await expect(imageFolder(root)).rejects.toMatchObject({ code: 'no-images' })
    await touch('a.jpg')
    await expect(imageFolder(root)).rejects.toMatchObject({ code: 'no-images' })
    await touch('cat/readme.md')
    await expect(imageFolder(root, { emptyClasses: 'skip' })).rejects.toMatchObject({ code: 'no-images' })
  })

  it('says which picture vanished', async () => {
    await touch('cat/a.jpg')
    const source = await imageFolder(root)
    await rm(join(root, 'cat/a.jpg'))
    await expect(source.read(0)).rejects.toMatchObject({ code: 'io', fields: { file: join(root, 'cat/a.jpg') } })
  })
})

describe('imageList', () => {
  const write = (text: string): Promise<void> => writeFile(join(root, 'list.txt'), text)

  it('splits at the last delimiter', async () => {
    await touch('a b.jpg', 'c.jpg')
    await write('a b.jpg 2\r\n\nc.jpg 0')
    const source = await imageList(join(root, 'list.txt'))
    expect([contents(source), source.classes]).toEqual([
      ['a b.jpg 2', 'c.jpg 0'],
      ['0', '1', '2'],
    ])
  })

  it('takes a root, a delimiter and classes', async () => {
    await touch('images/a.jpg')
    await write('a.jpg\t1\n')
    const options = { root: join(root, 'images'), delimiter: '\t', classes: ['cat', 'dog'] }
    const source = await imageList(join(root, 'list.txt'), options)
    expect([contents(source), source.classes]).toEqual([['images/a.jpg 1'], ['cat', 'dog']])
  })

  it.each(['b.jpg cat', 'b.jpg', ' 3', 'b.jpg -1', 'b.jpg 1.5', 'b.jpg '])("refuses the line '%s'", async (line) => {
    await touch('a.jpg')
    await write(`a.jpg 0\n${line}\n`)
    await expect(imageList(join(root, 'list.txt'))).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringContaining('list.txt:2'),
      fields: { line: 2, found: line },
    })
  })

  it('reports all missing pictures at once', async () => {
    await touch('a.jpg')
    await write('a.jpg 0\nb.jpg 0\nc.jpg 1\n')
    await expect(imageList(join(root, 'list.txt'))).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(/2 of 3.*b\.jpg.*list\.txt:2.*c\.jpg.*list\.txt:3/),
      fields: { missing: [join(root, 'b.jpg'), join(root, 'c.jpg')] },
    })
  })

  it('refuses labels beyond the classes, empty and missing lists', async () => {
    await touch('a.jpg')
    await write('a.jpg 2\n')
    const error = { code: 'class-mismatch', message: expect.stringContaining('list.txt:1') }
    await expect(imageList(join(root, 'list.txt'), { classes: ['cat', 'dog'] })).rejects.toMatchObject(error)
    await write('\n')
    await expect(imageList(join(root, 'list.txt'))).rejects.toMatchObject({ code: 'no-images' })
    await expect(imageList(join(root, 'none.txt'))).rejects.toMatchObject({ code: 'io' })
  })
})

describe('idxFiles', () => {
  const images = new Uint8Array([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9])
  const labels = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 0])

  it('reads plain and packed files', async () => {
    await writeFile(join(root, 'images.gz'), gzipSync(images))
    await writeFile(join(root, 'labels'), labels)
    const source = await idxFiles(join(root, 'images.gz'), join(root, 'labels'), { classes: ['zero'] })
    const image = await source.read(0)
    expect([[...image.data], image.width, source.label(0), source.classes]).toEqual([[7, 9], 2, 0, ['zero']])
    expect(source.name(0)).toContain('images.gz')
  })

  it('refuses a packed file that is cut off, and a missing one', async () => {
    await writeFile(join(root, 'images.gz'), gzipSync(images).subarray(0, 20))
    await writeFile(join(root, 'labels'), labels)
    const error = { code: 'corrupt-file', message: expect.stringContaining('images.gz') }
    await expect(idxFiles(join(root, 'images.gz'), join(root, 'labels'))).rejects.toMatchObject(error)
    await expect(idxFiles(join(root, 'none'), join(root, 'labels'))).rejects.toMatchObject({ code: 'io' })
  })
})
