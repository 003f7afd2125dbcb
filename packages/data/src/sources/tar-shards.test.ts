import { copyFile, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { createRng } from '@clas/core'
import { describe, expect, it } from 'vitest'
import { TAR_END, tarHeader, tarPadding } from '../files/tar-header.ts'
import { packShards } from '../tools/pack-shards.ts'
import { arraySource } from './array-source.ts'
import { firstPixels, fixture, labelsOf, useFolder } from './folder.test-helper.ts'
import { readItem } from './read-item.ts'
import { tarShards } from './tar-shards.ts'

const { names, colours, labels } = JSON.parse(await readFile(fixture('sources.json'), 'utf8')) as {
  names: string[]
  colours: number[][]
  labels: number[]
}
const colourOf = (label: number): number[] => colours[label] as number[]
const folder = useFolder()

/** A tar file of members in the order given. */
function tar(members: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const parts = Object.entries(members).flatMap(([name, content]) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    return [tarHeader(name, bytes.length), bytes, tarPadding(bytes.length)]
  })
  return Buffer.concat([...parts, TAR_END])
}

describe('tarShards', () => {
  it.each(['gnu', 'pax', 'ustar'])("reads what Python's tarfile writes, %s, long names too", async (form) => {
    const source = await tarShards([fixture(`${form}.tar`)])
    expect(labelsOf(source)).toEqual(labels.slice(0, 3))
    expect(await firstPixels(source)).toEqual(labels.slice(0, 3).map(colourOf))
    expect(source.name(2)).toBe(`${fixture(`${form}.tar`)}/${'deep/'.repeat(25)}2.png`)
  })

  it('reads what webdataset writes, with names in JSON', async () => {
    const source = await tarShards([fixture('webdataset.tar'), fixture('webdataset.tar')])
    expect(source.classes).toEqual([...names].sort())
    expect(labelsOf(source)).toEqual([...labels.slice(0, 4), ...labels.slice(0, 4)])
    expect(await firstPixels(source)).toEqual([...labels.slice(0, 4), ...labels.slice(0, 4)].map(colourOf))
    const item = source.item?.(5)
    expect(item).toMatchObject({ kind: 'file', path: fixture('webdataset.tar') })
    expect((item && (await readItem(item, 'a picture')))?.width).toBe(4)
    const wide = await tarShards([fixture('webdataset.tar')], { field: 'width', classes: ['a', 'b', 'c', 'd', 'e'] })
    expect(labelsOf(wide)).toEqual([4, 4, 4, 4])
  })

  it('takes names, rows of labels and the member that is asked for', async () => {
    await writeFile(
      folder.file('a.tar'),
      tar({ 'a.jpg': 'x', 'a.txt': ' cat\n', 'b.JPG': 'y', 'b.txt': 'ant', '__meta__.json': '{', '.hidden.jpg': '' }),
    )
    const named = await tarShards([folder.file('a.tar')])
    expect([named.classes, labelsOf(named)]).toEqual([
      ['ant', 'cat'],
      [1, 0],
    ])
    await writeFile(folder.file('b.tar'), tar({ 'a.cls': '7', 'a.json': '{"tags": [0, 1, 1]}', 'a.jpg': 'x' }))
    const rows = await tarShards([folder.file('b.tar')], { label: 'json', field: 'tags' })
    expect([rows.targets?.(0), rows.label(0)]).toEqual([[0, 1, 1], 1])
  })

  it.each([
    ['a picture without a label', tar({ 'a.jpg': '' }), 'a.jpg has no label'],
    ['two pictures of one name', tar({ 'a.jpg': '', 'a.png': '' }), 'has a picture already'],
    ['a label that is no JSON', tar({ 'a.jpg': '', 'a.json': '{' }), 'a.json at byte 1024: it is no JSON'],
    [
      'JSON without the label',
      tar({ 'a.jpg': '', 'a.json': '{"x": {}}' }),
      "expected an object with the label as 'label'",
    ],
    ['a file that is cut off', tar({ 'a.jpg': 'x'.repeat(600), 'a.cls': '0' }).subarray(0, 900), 'goes beyond the end'],
    ['a header that is cut off', tar({ 'a.jpg': '', 'a.cls': '0' }).subarray(0, 700), 'expected a header of 512 bytes'],
    ['text', Buffer.from('hello '.repeat(200)), 'checksum'],
  ])('refuses %s and says where', async (_, bytes, message) => {
    await writeFile(folder.file('a.tar'), bytes)
    await expect(tarShards([folder.file('a.tar')])).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringMatching(new RegExp(`a\\.tar.*${message.replace(/[.'"]/g, '\\$&')}`)),
    })
  })

  it('refuses a label file that claims to be large, empty shards and missing ones', async () => {
    await writeFile(folder.file('a.tar'), tar({ 'a.cls': '1'.repeat(2 << 20), 'a.jpg': '' }))
    await expect(tarShards([folder.file('a.tar')])).rejects.toMatchObject({ code: 'corrupt-file' })
    await writeFile(folder.file('a.tar'), TAR_END)
    await expect(tarShards([folder.file('a.tar')])).rejects.toMatchObject({ code: 'no-images' })
    await expect(tarShards([folder.file('none.tar')])).rejects.toMatchObject({ code: 'io' })
  })

  it('keeps an index, and makes it anew when it does not fit', async () => {
    const shard = folder.file('a.tar')
    const index = folder.file('index.json')
    await copyFile(fixture('ustar.tar'), shard)
    const first = await tarShards([shard], { index })
    const written = await readFile(index, 'utf8')
    const again = await tarShards([shard], { index })
    expect([labelsOf(again), again.item?.(2)]).toEqual([labelsOf(first), first.item?.(2)])
    const damaged = [
      written.slice(0, 100),
      '{"format":"clas-shards-1"}',
      written.replace(/\[("[^"]*"),("\w+"),\d+/, '[$1,$2,99999999'), // a place beyond the end
      written.replace('"1"]]', '{}]]'), // a label of another kind
    ]
    for (const text of damaged) {
      expect(text).not.toBe(written)
      await writeFile(index, text)
      expect((await tarShards([shard], { index })).item?.(2)).toEqual(first.item?.(2))
      expect(await readFile(index, 'utf8')).toBe(written)
    }
    await writeFile(index, '{"mine": true}')
    await expect(tarShards([shard], { index })).rejects.toMatchObject({ code: 'bad-option' })
    expect(await readFile(index, 'utf8')).toBe('{"mine": true}')
    await writeFile(index, written.replace('"a.tar"', '"b.tar"'))
    const others = { code: 'bad-option', message: expect.stringContaining('a.tar') }
    await expect(tarShards([shard], { index })).rejects.toMatchObject(others)
    await writeFile(index, written)
    await expect(tarShards([shard], { index, label: 'txt' })).rejects.toMatchObject({ code: 'bad-option' })
    expect(await readFile(index, 'utf8')).toBe(written)
    const later = new Date(Date.now() + 60_000)
    await writeFile(index, written.replace('"1"]]', '"2"]]')) // an index that is believed
    expect(labelsOf(await tarShards([shard], { index }))).toEqual([2, 0, 2])
    await utimes(shard, later, later)
    expect(labelsOf(await tarShards([shard], { index }))).toEqual(labels.slice(0, 3))
  })
})

describe('packShards', () => {
  const images = Array.from({ length: 12 }, (_, i) => ({
    data: new Uint8Array(2 * 3 * 3).fill(20 * i),
    width: 2,
    height: 3,
    channels: 3,
  }))
  const pictures = arraySource({ images, labels: images.map((_, i) => i % 3), classes: ['a', 'b', 'c'] })

  it('writes shards that are read back, with the names of the classes', async () => {
    const packed = await packShards(pictures, { folder: folder.file('out'), shardBytes: 5000, prefix: 'train' })
    expect(packed.shards.length).toBeGreaterThan(1)
    expect(packed.shards[1]).toBe(folder.file('out/train-000001.tar'))
    const options = { index: packed.index }
    const source = await tarShards(packed.shards, options)
    expect([source.classes, labelsOf(source)]).toEqual([pictures.classes, labelsOf(pictures)])
    expect(await firstPixels(source)).toEqual(await firstPixels(pictures))
    const walked = await tarShards(packed.shards, { classes: ['a', 'b', 'c'] })
    expect(source.item?.(11)).toEqual(walked.item?.(11)) // the index says what the shards do
    const text = await readFile(packed.index)
    const second = await tarShards(packed.shards.slice(1, 2), { index: packed.index })
    expect(second.classes).toEqual(pictures.classes)
    await utimes(packed.shards[1] as string, new Date(), new Date(Date.now() + 60_000))
    expect(labelsOf(await tarShards(packed.shards.slice(1, 2), options))).toEqual(labelsOf(second))
    expect(await readFile(packed.index)).toEqual(text) // it is of the other shards too
    expect((await tarShards(packed.shards, options)).classes).toEqual(pictures.classes)
  })

  it('shuffles by a stream, and packs files as they are', async () => {
    const packed = await packShards(pictures, { folder: folder.file('out'), rng: createRng(1) })
    const source = await tarShards(packed.shards)
    expect(labelsOf(source)).not.toEqual(labelsOf(pictures))
    expect((await firstPixels(source)).sort()).toEqual((await firstPixels(pictures)).sort())
    const again = await packShards(await tarShards(packed.shards), { folder: folder.file('again') })
    expect(await readFile(again.shards[0] as string)).toEqual(await readFile(packed.shards[0] as string))
  })

  it('keeps rows of labels', async () => {
    const targets = [
      [0, 1],
      [1, 1],
    ] as const
    const two = { ...pictures, length: 2, classes: ['a', 'b'], targets: (i: number) => targets[i] ?? [] }
    const packed = await packShards(two, { folder: folder.path })
    const source = await tarShards(packed.shards)
    expect([source.targets?.(0), source.targets?.(1)]).toEqual(targets)
  })

  it('replaces nothing and leaves nothing half done', async () => {
    const { index, shards } = await packShards(pictures, { folder: folder.file('out') })
    const before = await readFile(shards[0] as string)
    const error = { code: 'bad-option', message: expect.stringContaining(index) }
    await expect(packShards(pictures, { folder: folder.file('out') })).rejects.toMatchObject(error)
    expect(await readFile(shards[0] as string)).toEqual(before)
    const broken = {
      ...pictures,
      read: () => {
        throw new Error('the disk is gone')
      },
    }
    await expect(packShards(broken, { folder: folder.file('new') })).rejects.toThrow('the disk is gone')
    expect(await readdir(folder.file('new'))).toEqual([])
  })
})
