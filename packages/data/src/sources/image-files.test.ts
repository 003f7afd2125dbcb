import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { labelsOf } from './folder.test-helper.ts'
import { imageFiles } from './image-files.ts'

/** A file as a browser gives it for a folder that was chosen. */
function chosen(path: string, content: Uint8Array<ArrayBuffer>[] = []): File {
  const file = new File(content, path.split('/').at(-1) ?? '')
  Object.defineProperty(file, 'webkitRelativePath', { value: path })
  return file
}

describe('imageFiles', () => {
  const files = [
    'pets/dog/b/2.PNG',
    'pets/cat/1.jpg',
    'pets/cat/.hidden.jpg',
    'pets/cat/notes.txt',
    'pets/loose.jpg',
    'alone.jpg',
  ]

  it('takes the folders for classes', () => {
    const source = imageFiles(files.map((path) => chosen(path)))
    expect([source.classes, labelsOf(source), source.name(1)]).toEqual([['cat', 'dog'], [0, 1], 'pets/dog/b/2.PNG'])
    const ordered = imageFiles(
      files.map((path) => chosen(path)),
      { classes: ['dog', 'cow', 'cat'] },
    )
    expect(labelsOf(ordered)).toEqual([2, 0])
  })

  it('asks for the class, and reads', async () => {
    const red = await sharp({ create: { width: 3, height: 2, channels: 3, background: '#ff0000' } })
      .png()
      .toBuffer()
    const list = [new File([Uint8Array.from(red)], 'a.png'), new File([], 'b.png'), new File([], 'c.png')]
    const source = imageFiles(list, { classOf: ({ name }) => (name === 'b.png' ? undefined : 'all'), maxPixels: 6 })
    expect([source.length, source.name(1)]).toEqual([2, 'c.png'])
    const { width, height, data } = await source.read(0)
    expect([width, height, ...data.subarray(0, 3)]).toEqual([3, 2, 255, 0, 0])
    await expect(source.read(1)).rejects.toMatchObject({
      code: 'corrupt-image',
      message: expect.stringContaining('c.png'),
    })
    await expect(imageFiles(list, { classOf: () => 'all', maxPixels: 5 }).read(0)).rejects.toMatchObject({
      code: 'corrupt-image',
    })
  })

  it('refuses what has no classes, or others', () => {
    expect(() => imageFiles([chosen('a.jpg')])).toThrow(expect.objectContaining({ code: 'no-images' }))
    const other = expect.objectContaining({
      code: 'class-mismatch',
      message: expect.stringContaining('pets/cat/1.jpg'),
    })
    expect(() => imageFiles([chosen('pets/cat/1.jpg')], { classes: ['dog'] })).toThrow(other)
  })
})
