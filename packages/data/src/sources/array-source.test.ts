import { createRng } from '@clas/core'
import { describe, expect, it } from 'vitest'
import { arraySource } from './array-source.ts'
import { idx } from './idx.ts'
import { split } from './split.ts'
import { subset } from './subset.ts'

const packed = { data: Uint8Array.from({ length: 24 }, (_, i) => i), shape: [4, 1, 2, 3] as const }

describe('arraySource', () => {
  it('reads packed pictures as views', async () => {
    const source = arraySource({ images: packed, labels: [0, 1, 1, 0], classes: ['cat', 'dog'] })
    const image = await source.read(2)
    expect([source.length, source.label(2), source.name(2), source.classes]).toEqual([
      4,
      1,
      'picture 2',
      ['cat', 'dog'],
    ])
    expect(image).toEqual({ data: new Uint8Array([12, 13, 14, 15, 16, 17]), width: 2, height: 1, channels: 3 })
    expect(image.data.buffer).toBe(packed.data.buffer)
  })

  it('reads a list of pictures of different sizes and numbers the classes', () => {
    const images = [2, 3].map((width) => ({ data: new Uint8Array(width), width, height: 1, channels: 1 }))
    const source = arraySource({ images, labels: [2, 0], name: (i) => `digit ${i}` })
    expect([source.read(1), source.classes, source.name(1)]).toEqual([images[1], ['0', '1', '2'], 'digit 1'])
  })

  it.each([
    [{ images: packed, labels: [0, 1] }, 'shape-mismatch'],
    [{ images: { ...packed, shape: [4, 1, 2, 2] as const }, labels: [0, 1, 0, 1] }, 'shape-mismatch'],
    [{ images: [{ data: new Uint8Array(3), width: 2, height: 2, channels: 1 }], labels: [0] }, 'shape-mismatch'],
    [{ images: packed, labels: [0, 1, 2, 0], classes: ['cat', 'dog'] }, 'class-mismatch'],
    [{ images: packed, labels: [0, -1, 0, 0] }, 'class-mismatch'],
  ])('refuses what does not fit, %#', (options, code) => {
    expect(() => arraySource(options)).toThrow(expect.objectContaining({ code }))
  })
})

describe('idx', () => {
  const header = (rank: number, ...sizes: number[]): number[] => [
    0,
    0,
    8,
    rank,
    ...sizes.flatMap((size) => [0, 0, 0, size]),
  ]
  const labels = new Uint8Array([...header(1, 2), 1, 0])

  it('reads 3 and 4 dimensions', () => {
    const grey = idx(new Uint8Array([...header(3, 2, 1, 2), 1, 2, 3, 4]), labels)
    expect(grey.read(1)).toEqual({ data: new Uint8Array([3, 4]), width: 2, height: 1, channels: 1 })
    expect([grey.label(0), grey.classes]).toEqual([1, ['0', '1']])
    const colour = idx(new Uint8Array([...header(4, 2, 1, 1, 3), 1, 2, 3, 4, 5, 6]), labels, { classes: ['a', 'b'] })
    expect(colour.read(1)).toEqual({ data: new Uint8Array([4, 5, 6]), width: 1, height: 1, channels: 3 })
  })

  it.each([
    ['an empty file', [], 0],
    ['another type of number', [0, 0, 13, 3, 0, 0, 0, 0], 0],
    ['a packed file', [0x1f, 0x8b, 8, 0], 0],
    ['a header that is cut off', [0, 0, 8, 3, 0, 0], 4],
    ['values that are cut off', [...header(3, 2, 1, 2), 1, 2, 3], 16],
    ['values too many', [...header(3, 2, 1, 2), 1, 2, 3, 4, 5], 16],
    ['sizes that claim more than any memory', [0, 0, 8, 3, ...new Array(12).fill(255), 1], 16],
  ])('refuses %s and says where', (_, bytes, offset) => {
    const names = ['train-images', 'train-labels'] as const
    const error = expect.objectContaining({
      code: 'corrupt-file',
      message: expect.stringContaining('train-images'),
      fields: expect.objectContaining({ offset }),
    })
    expect(() => idx(new Uint8Array(bytes), labels, { names })).toThrow(error)
  })

  it('refuses another number of labels than of pictures', () => {
    const images = new Uint8Array([...header(3, 1, 1, 1), 7])
    expect(() => idx(images, labels)).toThrow(expect.objectContaining({ code: 'corrupt-file' }))
  })
})

describe('subset and split', () => {
  const labels = Uint8Array.from({ length: 110 }, (_, i) => (i < 100 ? i % 2 : i < 109 ? 2 : 3))
  const images = { data: Uint8Array.from({ length: 110 }, (_, i) => i), shape: [110, 1, 1, 1] as const }
  const source = arraySource({ images, labels, classes: ['a', 'b', 'c', 'd'] })
  const values = async (part: typeof source): Promise<number[]> =>
    Promise.all(Array.from({ length: part.length }, async (_, i) => (await part.read(i)).data[0] as number))

  it('keeps the order and the classes of a subset', async () => {
    const part = subset(source, [105, 3, 3])
    expect(await values(part)).toEqual([105, 3, 3])
    expect([part.label(0), part.name(1), part.classes]).toEqual([2, 'picture 3', source.classes])
    expect(() => subset(source, [110])).toThrow(expect.objectContaining({ code: 'bad-option' }))
  })

  it('splits every class by the same fraction, without loss', async () => {
    const [first, second] = split(source, 0.8, createRng(7))
    const count = (part: typeof source, label: number): number =>
      Array.from({ length: part.length }, (_, i) => part.label(i)).filter((l) => l === label).length
    expect([0, 1, 2, 3].map((label) => [count(first, label), count(second, label)])).toEqual([
      [40, 10],
      [40, 10],
      [7, 2],
      [1, 0],
    ])
    const all = [...(await values(first)), ...(await values(second))].sort((a, b) => a - b)
    expect(all).toEqual(Array.from({ length: 110 }, (_, i) => i))
  })

  it('splits the same way for the same stream only', async () => {
    const part = async (seed: number): Promise<number[]> => values(split(source, 0.5, createRng(seed))[0])
    expect(await part(1)).toEqual(await part(1))
    expect(await part(1)).not.toEqual(await part(2))
    expect(() => split(source, 1, createRng(1))).toThrow(expect.objectContaining({ code: 'bad-option' }))
  })
})
