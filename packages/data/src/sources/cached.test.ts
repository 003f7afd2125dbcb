import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { compose, defineTransform, resizeImage } from '@clas/augment'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { arraySource } from './array-source.ts'
import { cached } from './cached.ts'
import { cachedOnDisk } from './disk-cache.ts'
import { firstPixels, useFolder, writeFiles } from './folder.test-helper.ts'
import { imageFolder } from './image-folder.ts'
import { readItem } from './read-item.ts'
import type { Source } from './source.ts'

const folder = useFolder()

/** Tells how often each picture is read. */
function counted(source: Source): { source: Source; reads: number[] } {
  const reads = new Array<number>(source.length).fill(0)
  const read = (index: number) => {
    reads[index] = (reads[index] ?? 0) + 1
    return source.read(index)
  }
  return { source: { ...source, read }, reads }
}

describe('cached', () => {
  const images = { data: Uint8Array.from({ length: 4 * 48 }, (_, i) => i), shape: [4, 4, 4, 3] as const }
  const pictures = arraySource({ images, labels: [0, 1, 0, 1] })

  it('reads once what fits, and the rest each time', async () => {
    const { source, reads } = counted(pictures)
    const kept = cached({ ...source, weight: (i) => i, targets: (i) => [i, 0] }, { bytes: 100 })
    for (let epoch = 0; epoch < 3; epoch++) await firstPixels(kept)
    expect(reads).toEqual([1, 1, 3, 3])
    expect(await firstPixels(kept)).toEqual(await firstPixels(pictures))
    expect([kept.label(1), kept.weight?.(3), kept.targets?.(3), kept.item]).toEqual([1, 3, [3, 0], undefined])
    expect((await kept.read(0)).data.buffer.byteLength).toBe(48) // not a view of all
    expect(() => cached(pictures, { bytes: -1 })).toThrow(expect.objectContaining({ code: 'bad-option' }))
  })

  it('keeps what the transform makes', async () => {
    const { source, reads } = counted(pictures)
    const kept = cached(source, { transform: compose([resizeImage({ shortSide: 2 })]) })
    const [first, again] = [await kept.read(1), await kept.read(1)]
    expect([first.width, first.height, again === first, reads[1]]).toEqual([2, 2, true, 1])
  })
})

describe('cachedOnDisk', () => {
  const transform = compose([resizeImage({ shortSide: 6 })])

  async function photos(): Promise<Source> {
    const draw = (background: string) =>
      sharp({ create: { width: 12, height: 9, channels: 3, background } })
        .png()
        .toBuffer()
    await writeFiles(folder.file('photos'), {
      'a/1.png': await draw('#ff0000'),
      'a/2.png': 'no picture',
      'b/3.png': await draw('#0000ff'),
    })
    return imageFolder(folder.file('photos'))
  }

  const open = (source: Source) => cachedOnDisk(source, { folder: folder.file('cache'), transform })
  const files = async () => (await readdir(folder.file('cache'))).map((name) => folder.file(`cache/${name}`))

  it('decodes once, in this process and the next; broken pictures fail as before', async () => {
    const { source, reads } = counted(await photos())
    const small = await open(source)
    expect(reads).toEqual([1, 1, 1])
    const again = await open(source)
    expect(reads).toEqual([1, 1, 1])
    for (const kept of [small, again]) {
      const image = await kept.read(2)
      expect([image.width, image.height, [...image.data.subarray(0, 3)]]).toEqual([8, 6, [0, 0, 255]])
      await expect(kept.read(1)).rejects.toMatchObject({
        code: 'corrupt-image',
        message: expect.stringContaining('2.png'),
      })
      const item = kept.item?.(0)
      expect(item).toMatchObject({ kind: 'pixels', width: 8, type: 'uint8' })
      expect(item && (await readItem(item, 'x')).data).toEqual(
        new Uint8Array(8 * 6 * 3).map((_, i) => (i % 3 ? 0 : 255)),
      )
    }
    expect(await files()).toHaveLength(1)
  })

  it('makes anew what is damaged, byte by byte', async () => {
    const { source, reads } = counted(await photos())
    await open(source)
    const [path] = (await files()) as [string]
    const good = await readFile(path)
    const damaged = [good.subarray(0, good.length - 1), good.subarray(0, 10), new Uint8Array(0)]
    for (const place of [0, 8, 100, good.length - 60, good.length - 17, good.length - 12, good.length - 1]) {
      const bytes = Uint8Array.from(good)
      bytes[place] = (bytes[place] as number) ^ 1
      damaged.push(bytes)
    }
    for (const [i, bytes] of damaged.entries()) {
      await writeFile(path, bytes)
      const image = await (await open(source)).read(2)
      expect([reads[2], [...image.data.subarray(0, 3)]]).toEqual([i + 2, [0, 0, 255]])
      expect(await readFile(path)).toEqual(good)
    }
    const last = await open(source)
    await writeFile(path, Uint8Array.from(good).fill(7, 8, 20)) // while it is open
    await expect(last.read(0)).rejects.toMatchObject({ code: 'corrupt-file', fields: { file: path, offset: 8 } })
  })

  it('sees other pictures and other transforms', async () => {
    const source = await photos()
    await open(source)
    await utimes(folder.file('photos/a/1.png'), 5, 5)
    await open(source)
    await cachedOnDisk(source, { folder: folder.file('cache') })
    expect(await files()).toHaveLength(3)
  })

  it('is safe when several make it at once', async () => {
    const source = await photos()
    const all = await Promise.all([open(source), open(source), open(source)])
    for (const kept of all) expect((await kept.read(0)).width).toBe(8)
    expect(await files()).toHaveLength(1)
  })

  it('leaves nothing behind when it fails, and refuses what it can not name', async () => {
    const source = await photos()
    await rm(folder.file('photos/b/3.png'))
    await expect(open(source)).rejects.toMatchObject({ code: 'io' })
    expect(await files()).toEqual([])
    const own = defineTransform({ name: 'Own', sample: () => 0, apply: (image) => image })
    const bad = { code: 'bad-option' }
    await expect(cachedOnDisk(source, { folder: folder.path, transform: compose([own]) })).rejects.toMatchObject(bad)
    const images = { data: new Uint8Array(1), shape: [1, 1, 1, 1] as const }
    await expect(cachedOnDisk(arraySource({ images, labels: [0] }), { folder: folder.path })).rejects.toMatchObject(bad)
  })
})
