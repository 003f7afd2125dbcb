import { createRng } from '@clas/core'
import { describe, expect, it } from 'vitest'
import { arraySource } from './array-source.ts'
import { concat } from './concat.ts'
import { firstPixels, labelsOf } from './folder.test-helper.ts'
import { relabel } from './relabel.ts'
import type { Source, SourceItem } from './source.ts'
import { kFold, split } from './split.ts'
import { subset } from './subset.ts'

/** Pictures of one pixel, whose value is their number from `first`. */
function numbered(labels: readonly number[], classes: readonly string[], first = 0): Source {
  const data = Float32Array.from(labels, (_, i) => first + i)
  return arraySource({ images: { data, shape: [labels.length, 1, 1, 1] }, labels, classes })
}

const item = (index: number): SourceItem => ({ kind: 'file', path: `${index}` })
const values = async (source: Source): Promise<number[]> => (await firstPixels(source)).map(([value]) => value ?? -1)

describe('concat', () => {
  const first = numbered([0, 1], ['a', 'b'])
  const second = numbered([1], ['a', 'b'], 50)

  it('puts sources one after another', async () => {
    const source = concat([first, second, subset(first, []), first])
    expect([source.length, labelsOf(source), source.classes]).toEqual([5, [0, 1, 1, 0, 1], ['a', 'b']])
    expect(await values(source)).toEqual([0, 1, 50, 0, 1])
    expect([source.name(2), source.name(4), source.weight, source.item]).toEqual([
      'picture 0',
      'picture 1',
      undefined,
      undefined,
    ])
  })

  it('keeps weights, rows of labels and items where all have them', () => {
    const weighted = { ...first, weight: (i: number) => 5 + i, item }
    const source = concat([second, weighted])
    expect([source.weight?.(0), source.weight?.(2), source.item]).toEqual([1, 6, undefined])
    expect(concat([weighted, weighted]).item?.(3)).toEqual({ kind: 'file', path: '1' })
    const rows = { ...second, targets: () => [0.5, 1] }
    expect(concat([rows, rows]).targets?.(1)).toEqual([0.5, 1])
    expect(() => concat([rows, second])).toThrow(expect.objectContaining({ code: 'class-mismatch' }))
  })

  it('refuses sources of other classes, and none', () => {
    const error = expect.objectContaining({ code: 'class-mismatch' })
    expect(() => concat([first, numbered([0], ['b', 'a'])])).toThrow(error)
    expect(() => concat([first, numbered([0], ['a'])])).toThrow(error)
    expect(() => concat([])).toThrow(expect.objectContaining({ code: 'bad-option' }))
  })
})

describe('relabel', () => {
  const source = { ...numbered([2, 0, 1, 2], ['a', 'b', 'c']), item, weight: (i: number) => i }

  it('renames, merges and leaves out', async () => {
    const merged = relabel(source, { names: { a: 'x', c: 'x' } })
    expect([merged.classes, labelsOf(merged), merged.item?.(3), merged.weight?.(3)]).toEqual([
      ['x', 'b'],
      [0, 0, 1, 0],
      item(3),
      3,
    ])
    const fewer = relabel(source, { names: { c: null } })
    expect([fewer.classes, labelsOf(fewer), await values(fewer), fewer.item?.(1)]).toEqual([
      ['a', 'b'],
      [0, 1],
      [1, 2],
      item(2),
    ])
  })

  it('brings classes into the order of a model', () => {
    const ordered = relabel(source, { classes: ['z', 'c', 'b', 'a'] })
    expect([ordered.classes, labelsOf(ordered)]).toEqual([
      ['z', 'c', 'b', 'a'],
      [1, 3, 2, 1],
    ])
    expect(() => relabel(source, { classes: ['a', 'b'] })).toThrow(expect.objectContaining({ code: 'class-mismatch' }))
    expect(() => relabel(source, { names: { aa: 'b' } })).toThrow(expect.objectContaining({ code: 'unknown-name' }))
  })

  it('merges rows of labels by their largest', () => {
    const rows: Source = { ...source, targets: (i: number) => [0, 0.25, i === 0 ? 1 : 0] }
    const merged = relabel(rows, { names: { a: null, b: 'y', c: 'y' } })
    expect([merged.length, merged.targets?.(0), merged.targets?.(1), merged.label(0)]).toEqual([4, [1], [0.25], 0])
  })

  it('is a subset where classes are left out, and subsets keep rows and weights', () => {
    const rows: Source = { ...source, targets: (i: number) => [i, 0, 0] }
    const part = subset(rows, [3, 1])
    expect([part.targets?.(0), part.weight?.(1)]).toEqual([[3, 0, 0], 1])
  })
})

describe('kFold', () => {
  const labels = Array.from({ length: 53 }, (_, i) => (i < 30 ? 0 : i < 48 ? 1 : 2))
  const source = numbered(labels, ['a', 'b', 'c'])
  const count = (part: Source, label: number): number => labelsOf(part).filter((l) => l === label).length

  it('holds each picture out once, each class evenly', async () => {
    const folds = kFold(source, 5, createRng(3))
    const held = await Promise.all(folds.map(([, validation]) => values(validation)))
    expect(held.flat().sort((a, b) => a - b)).toEqual(labels.map((_, i) => i))
    expect(held.map(({ length }) => length).sort()).toEqual([10, 10, 11, 11, 11])
    for (const [training, validation] of folds) {
      expect(training.length + validation.length).toBe(53)
      expect(count(validation, 0)).toBe(6)
      expect([3, 4]).toContain(count(validation, 1))
      expect(count(validation, 2)).toBe(1)
      const all = [...(await values(training)), ...(await values(validation))]
      expect(new Set(all).size).toBe(53)
    }
  })

  it('depends on the stream alone', async () => {
    const held = async (seed: number) => values((kFold(source, 4, createRng(seed))[2] as [Source, Source])[1])
    expect(await held(1)).toEqual(await held(1))
    expect(await held(1)).not.toEqual(await held(2))
    for (const folds of [1, 54, 2.5]) {
      expect(() => kFold(source, folds, createRng(1))).toThrow(expect.objectContaining({ code: 'bad-option' }))
    }
  })
})

describe('groups', () => {
  // 40 groups of 1 to 12 pictures; a group is of one class, or of two.
  const rng = createRng(11)
  const groups: string[] = []
  const labels: number[] = []
  for (let g = 0; g < 40; g++) {
    for (let i = rng.integer(1, 13); i > 0; i--) {
      groups.push(`group ${g}`)
      labels.push(g % 4 === 0 ? i % 2 : g % 3)
    }
  }
  const source = numbered(labels, ['a', 'b', 'c'])
  const group = (index: number): string => groups[index] as string
  const groupsOf = async (part: Source): Promise<Set<string>> => new Set((await values(part)).map(group))

  it('stay together in a split of about the fraction, in each class', async () => {
    const [training, validation] = split(source, 0.75, createRng(5), { group })
    expect(training.length + validation.length).toBe(source.length)
    const held = await groupsOf(validation)
    expect([...(await groupsOf(training))].filter((name) => held.has(name))).toEqual([])
    for (const label of [0, 1, 2]) {
      const of = (part: Source): number => labelsOf(part).filter((l) => l === label).length
      const share = of(training) / (of(training) + of(validation))
      expect(share).toBeGreaterThan(0.65)
      expect(share).toBeLessThan(0.85)
    }
  })

  it('stay together in folds of about one size', async () => {
    const folds = kFold(source, 4, createRng(5), { group })
    const held = await Promise.all(folds.map(([, validation]) => groupsOf(validation)))
    const names = held.flatMap((names) => [...names])
    expect(names.length).toBe(new Set(names).size)
    const sizes = folds.map(([, validation]) => validation.length)
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(0.2 * (source.length / 4))
  })
})
