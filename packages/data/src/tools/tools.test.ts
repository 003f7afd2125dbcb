import { readdir, readFile, rm } from 'node:fs/promises'
import type { Image } from '@clas/augment'
import { createRng } from '@clas/core'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { arraySource } from '../sources/array-source.ts'
import { labelsOf, useFolder, writeFiles } from '../sources/folder.test-helper.ts'
import { imageFolder } from '../sources/image-folder.ts'
import { imageList } from '../sources/image-list.ts'
import type { Source } from '../sources/source.ts'
import { split } from '../sources/split.ts'
import { subset } from '../sources/subset.ts'
import { balanceClasses } from './balance-classes.ts'
import { checkDataset } from './check-dataset.ts'
import { checkList } from './check-list.ts'
import { chooseBackground } from './choose-background.ts'
import { copyPictures } from './copy-pictures.ts'
import { datasetStatistics } from './dataset-statistics.ts'
import { groupDuplicates } from './group-duplicates.ts'
import { writeLists } from './write-lists.ts'

const folder = useFolder()

/** A picture of soft waves: other numbers, another picture. */
function waves(number: number, side = 96): Image {
  const rng = createRng(number)
  const parts = Array.from({ length: 5 }, () => [rng.uniform(1, 7), rng.uniform(1, 7), rng.uniform(0, 6)] as const)
  const data = new Uint8Array(side * side * 3)
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [(Math.floor(i / 3) % side) / side, Math.floor(i / 3 / side) / side]
    const sum = parts.reduce((total, [a, b, c]) => total + Math.sin(a * x * 6 + b * y * 6 + c + (i % 3)), 0)
    data[i] = 127 + 25 * sum
  }
  return { data, width: side, height: side, channels: 3 }
}

const file = ({ data, width, height }: Image) => sharp(data as Uint8Array, { raw: { width, height, channels: 3 } })

/** Photos of two classes in two parts: copies, near copies, a broken, a tiny and a blank one. */
async function drawSet(): Promise<{ train: Source; validation: Source }> {
  const tom = waves(1)
  await writeFiles(folder.path, {
    'train/cat/tom.png': await file(tom).png().toBuffer(),
    'train/cat/tom again.png': await file(tom).png({ compressionLevel: 1 }).toBuffer(),
    'train/cat/tina.png': await file(waves(2)).png().toBuffer(),
    'train/dog/rex.png': await file(waves(3)).png().toBuffer(),
    'train/dog/tom.jpg': await file(tom).resize(70).jpeg({ quality: 60 }).toBuffer(),
    'train/dog/broken.jpg': 'no picture',
    'train/dog/tiny.png': await file(waves(4, 20)).png().toBuffer(),
    'train/dog/wall.png': await sharp({ create: { width: 50, height: 50, channels: 3, background: '#808080' } })
      .png()
      .toBuffer(),
    'validation/cat/tina.jpg': await file(waves(2)).jpeg({ quality: 50 }).toBuffer(),
  })
  const train = await imageFolder(folder.file('train'))
  const options = { classes: train.classes, emptyClasses: 'skip' } as const
  return { train, validation: await imageFolder(folder.file('validation'), options) }
}

describe('checkDataset', () => {
  it('finds what is wrong', async () => {
    const { train, validation } = await drawSet()
    const counts: number[] = []
    const report = await checkDataset(
      { train, validation },
      { imbalance: 1.5, onProgress: (done) => counts.push(done) },
    )
    const names = (places: readonly { name: string }[]) => places.map(({ name }) => name.slice(folder.path.length + 1))
    expect(report.parts).toEqual([
      { name: 'train', pictures: 8 },
      { name: 'validation', pictures: 1 },
    ])
    expect(report.classes).toEqual([
      { name: 'cat', counts: [3, 1] },
      { name: 'dog', counts: [5, 0] },
    ])
    expect(names(report.unreadable)).toEqual(['train/dog/broken.jpg'])
    expect(report.unreadable[0]?.reason).toContain('broken.jpg')
    expect(report.tiny.map(({ width, class: name }) => [width, name])).toEqual([[20, 'dog']])
    expect(names(report.blank)).toEqual(['train/dog/wall.png'])
    expect(report.duplicates.map(({ members, ...facts }) => ({ ...facts, members: names(members) }))).toEqual([
      {
        kind: 'near',
        distance: expect.any(Number),
        acrossParts: false,
        acrossClasses: true,
        members: ['train/cat/tom again.png', 'train/cat/tom.png', 'train/dog/tom.jpg'],
      },
      {
        kind: 'near',
        distance: expect.any(Number),
        acrossParts: true,
        acrossClasses: false,
        members: ['train/cat/tina.png', 'validation/cat/tina.jpg'],
      },
    ])
    expect(report.empty).toEqual([{ part: 'validation', class: 'dog' }])
    expect(report.unbalanced).toEqual([
      { part: 'train', largest: { class: 'dog', pictures: 5 }, smallest: { class: 'cat', pictures: 3 } },
    ])
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })

  it('tells copies to the bit, and stops', async () => {
    const { train } = await drawSet()
    const report = await checkDataset({ all: subset(train, [1, 2]) })
    expect(report.duplicates.map(({ kind, distance }) => [kind, distance])).toEqual([['same', 0]])
    const controller = new AbortController()
    const onProgress = (): void => controller.abort(new Error('enough'))
    await expect(checkDataset({ train }, { signal: controller.signal, onProgress })).rejects.toThrow('enough')
    await expect(checkDataset({ train }, { distance: 12 })).rejects.toMatchObject({ code: 'bad-option' })
  })
})

describe('checkList', () => {
  it('compares a list with the files', async () => {
    await writeFiles(folder.path, {
      'a.jpg': '',
      'b/c d.jpg': '',
      'b/e.png': '',
      'notes.txt': '',
      'list.txt': 'a.jpg 0\nb/c d.jpg 1\n./a.jpg 1\ngone.jpg 5\nb/c d.jpg 1\nno label\n',
    })
    const report = await checkList(folder.file('list.txt'), { classes: ['x', 'y'] })
    expect(report).toEqual({
      file: folder.file('list.txt'),
      lines: 6,
      bad: [{ line: 6, problem: expect.stringContaining('list.txt:6') }],
      missing: [{ line: 4, path: folder.file('gone.jpg') }],
      beyond: [{ line: 4, label: '5' }],
      repeated: [
        { path: folder.file('a.jpg'), lines: [1, 3], differ: true },
        { path: folder.file('b/c d.jpg'), lines: [2, 5], differ: false },
      ],
      unlisted: [folder.file('b/e.png')],
    })
    await expect(checkList(folder.file('none.txt'))).rejects.toMatchObject({ code: 'io' })
  })
})

describe('datasetStatistics', () => {
  it('counts each picture the same, however large', async () => {
    const images = [
      { data: new Uint8Array(4 * 6 * 3).fill(255), width: 6, height: 4, channels: 3 },
      { data: Uint8Array.of(0, 51, 102, 51, 102, 102), width: 1, height: 2, channels: 3 },
    ]
    const statistics = await datasetStatistics(arraySource({ images, labels: [2, 2] }))
    expect(statistics.mean.map((x) => x.toFixed(4))).toEqual(['0.5500', '0.6500', '0.7000'])
    const deviation = (...values: number[]) => {
      const mean = values.reduce((a, b) => a + b) / values.length
      return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length)
    }
    expect(statistics.deviation[0]).toBeCloseTo(deviation(1, 1, 0, 0.2))
    expect(statistics.deviation[2]).toBeCloseTo(deviation(1, 1, 0.4, 0.4))
    expect([statistics.width, statistics.ratio.most]).toEqual([{ least: 1, median: 6, most: 6 }, 1.5])
    expect(statistics.classes.map(({ pictures }) => pictures)).toEqual([0, 0, 2])
  })

  it('leaves out what can not be read, and refuses pictures of different kinds', async () => {
    const { train } = await drawSet()
    expect((await datasetStatistics(train)).unreadable).toBe(1)
    await expect(datasetStatistics(subset(train, [3]))).rejects.toMatchObject({ code: 'no-images' })
    const images = [1, 3].map((channels) => ({ data: new Uint8Array(channels), width: 1, height: 1, channels }))
    const mixed = arraySource({ images, labels: [0, 0] })
    await expect(datasetStatistics(mixed)).rejects.toMatchObject({ code: 'shape-mismatch' })
  })
})

describe('writeLists', () => {
  it('writes what imageList reads', async () => {
    const { train } = await drawSet()
    const [learn, held] = split(train, 0.6, createRng(1))
    const lists = await writeLists({ train: learn, val: held }, { folder: folder.file('lists'), root: folder.path })
    const back = await imageList(lists.val, { root: folder.path, classes: train.classes })
    expect([labelsOf(back), back.name(0)]).toEqual([labelsOf(held), held.name(0)])
    expect(await readFile(folder.file('lists/label_list.txt'), 'utf8')).toBe('0 cat\n1 dog\n')
    const error = { code: 'bad-option', message: expect.stringContaining('train_list.txt') }
    await expect(
      writeLists({ train: learn }, { folder: folder.file('lists'), root: folder.path }),
    ).rejects.toMatchObject(error)
  })

  it('writes rows of labels, and refuses pictures that are no files below the root', async () => {
    const { train } = await drawSet()
    const rows = { ...train, targets: (i: number) => [i % 2, 1] }
    const { all } = await writeLists({ all: rows }, { folder: folder.file('lists'), root: folder.path })
    expect((await readFile(all, 'utf8')).split('\n')[1]).toBe('train/cat/tom again.png\t1,1')
    const back = await imageList(all, { root: folder.path, multiLabel: true })
    expect(back.targets?.(1)).toEqual([1, 1])
    const bad = { code: 'bad-option' }
    await expect(
      writeLists({ train }, { folder: folder.file('new'), root: folder.file('train/cat') }),
    ).rejects.toMatchObject(bad)
    const images = { data: new Uint8Array(1), shape: [1, 1, 1, 1] as const }
    const array = arraySource({ images, labels: [0] })
    await expect(writeLists({ array }, { folder: folder.file('new'), root: folder.path })).rejects.toMatchObject(bad)
    expect(await readdir(folder.path)).not.toContain('new')
  })
})

describe('balanceClasses', () => {
  const labels = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2]
  const source = arraySource({ images: { data: new Uint8Array(10), shape: [10, 1, 1, 1] }, labels })
  const counts = (part: Source) => [0, 1, 2].map((label) => labelsOf(part).filter((l) => l === label).length)
  const names = (part: Source) => Array.from({ length: part.length }, (_, i) => part.name(i))

  it('repeats evenly and leaves out', () => {
    const most = balanceClasses(source, { rng: createRng(1) })
    expect(counts(most)).toEqual([7, 7, 7])
    const repeats = names(most).filter((name) => name === 'picture 7').length
    expect([3, 4]).toContain(repeats)
    expect(counts(balanceClasses(source, { perClass: 'smallest', rng: createRng(1) }))).toEqual([1, 1, 1])
    const two = balanceClasses(source, { perClass: 2, rng: createRng(1) })
    expect([counts(two), new Set(names(two)).size]).toEqual([[2, 2, 2], 5])
    expect(names(two)).toEqual(names(balanceClasses(source, { perClass: 2, rng: createRng(1) })))
  })

  it('refuses what can not be balanced', () => {
    const refuse = (part: Source, options: object, code: string) =>
      expect(() => balanceClasses(part, { rng: createRng(1), ...options })).toThrow(expect.objectContaining({ code }))
    refuse(subset(source, [0, 9]), {}, 'empty-class')
    refuse(source, { perClass: 0 }, 'bad-option')
    refuse({ ...source, targets: () => [1, 1, 0] }, {}, 'bad-option')
  })
})

describe('groupDuplicates', () => {
  it('keeps copies together', async () => {
    const { train } = await drawSet()
    const group = await groupDuplicates(train)
    const groups = Array.from({ length: train.length }, (_, i) => group(i))
    expect(new Set(groups).size).toBe(6) // eight pictures, three of them one
    for (let seed = 0; seed < 5; seed++) {
      const parts = split(train, 0.5, createRng(seed), { group })
      const toms = parts.map((part) =>
        Array.from({ length: part.length }, (_, i) => part.name(i)).filter((n) => /tom/.test(n)),
      )
      expect(toms.map(({ length }) => length).sort()).toEqual([0, 3])
    }
  })
})

describe('chooseBackground', () => {
  async function candidates(): Promise<Source> {
    const drawn: Record<string, Uint8Array | string> = { 'other/tree/broken.jpg': 'x' }
    for (let i = 0; i < 12; i++) {
      drawn[`other/${i < 8 ? 'tree' : 'stone'}/${i}.png`] = await file(waves(20 + i))
        .png()
        .toBuffer()
    }
    drawn['other/stone/again.png'] = await file(waves(30)).resize(80).png().toBuffer() // as 10.png
    drawn['other/stone/tina.jpg'] = await file(waves(2)).jpeg().toBuffer()
    drawn['other/Dog/rex.png'] = await file(waves(50)).png().toBuffer()
    drawn['other/tree/tiny.png'] = await file(waves(51, 16)).png().toBuffer()
    await writeFiles(folder.path, drawn)
    return imageFolder(folder.file('other'))
  }

  it('refuses pictures of the classes and spreads over kinds', async () => {
    const { train } = await drawSet()
    const choice = await chooseBackground(await candidates(), train, { count: 6, rng: createRng(2) })
    expect(choice.kinds).toEqual([
      { name: 'Dog', candidates: 0, chosen: 0 },
      { name: 'stone', candidates: 4, chosen: 3 },
      { name: 'tree', candidates: 8, chosen: 3 },
    ])
    const reasons = Object.fromEntries(
      choice.refused.map(({ name, reason }) => [name.slice(folder.path.length + 7), reason]),
    )
    expect(reasons).toEqual({
      'Dog/rex.png': 'named as a class',
      'tree/broken.jpg': 'unreadable',
      'tree/tiny.png': 'tiny',
      'stone/tina.jpg': 'like a picture of a class',
      [reasons['stone/again.png'] ? 'stone/again.png' : 'stone/10.png']: 'twice',
    })
    expect(choice.advice.join(' ')).toContain('3.0 pictures of each of 2 kinds')
    await copyPictures(choice.source, folder.file('background'))
    expect(await readdir(folder.file('background'))).toHaveLength(6)
    await expect(copyPictures(choice.source, folder.file('background'))).rejects.toMatchObject({ code: 'bad-option' })
  })

  it('takes what there is where there is not enough, and says so', async () => {
    const { train } = await drawSet()
    const choice = await chooseBackground(await candidates(), train, { count: 100, rng: createRng(2) })
    expect(choice.source.length).toBe(12)
    expect(choice.advice.join(' ')).toContain('12 of the 100')
    const dogs = subset(await candidates(), [0])
    await expect(chooseBackground(dogs, train, { rng: createRng(2) })).rejects.toMatchObject({ code: 'no-images' })
  })

  it('leaves nothing behind when copying fails', async () => {
    const { train } = await drawSet()
    await rm(train.name(3))
    await expect(copyPictures(train, folder.file('copy'))).rejects.toMatchObject({ code: 'io' })
    expect((await readdir(folder.path)).sort()).toEqual(['train', 'validation'])
  })
})
