import { readFileSync } from 'node:fs'
import { createRng } from '@clas/core'
import { describe, expect, it } from 'vitest'
import { countRepeats, inBatches } from './batch-sampler.ts'
import { classBalanced } from './class-balanced.ts'
import { multiScale } from './multi-scale.ts'
import { type PKSamplerOptions, pkSampler } from './pk-sampler.ts'
import { progressiveSize, stageOf } from './progressive-size.ts'
import { repeatedAugmentation } from './repeated-augmentation.ts'
import { sequential, shuffled } from './sampler.ts'
import { shard } from './shard.ts'
import { weighted } from './weighted.ts'

interface Fixture {
  readonly classSizes: readonly number[]
  readonly pk: Readonly<Record<'by-pictures' | 'uniform' | 'ratio', PKCounts>>
  readonly repeated: readonly { pictures: number; order: number[]; ranks: number[][] }[]
  readonly multiScale: { pairs: [number, number, number][]; counts: Record<string, number> }
  readonly stages: Readonly<Record<string, number[]>>
}

interface PKCounts {
  readonly batchesPerEpoch: number
  readonly batches: number
  readonly classes: readonly number[]
  /** Groups of the class of three pictures by how many differ: 1, 2, 3. */
  readonly differing: readonly number[]
}

const file = new URL('../../fixtures/samplers.json', import.meta.url)
const fixture = JSON.parse(readFileSync(file, 'utf8')) as Fixture
const labels = fixture.classSizes.flatMap((count, label) => new Array<number>(count).fill(label))
const source = { length: labels.length, label: (index: number) => labels[index] as number }
const badOption = expect.objectContaining({ code: 'bad-option' })

/** Chi-square by degrees of freedom of two histograms of one distribution: about 1, and below 4 but once in a million. */
function difference(first: readonly number[], second: readonly number[]): number {
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
  const scale = Math.sqrt(total(second) / total(first))
  const chi = first.reduce((sum, a, i) => {
    const b = second[i] as number
    return sum + (a * scale - b / scale) ** 2 / (a + b)
  }, 0)
  return chi / (first.length - 1)
}

function histogram(values: Iterable<number>, length: number): number[] {
  const counts = new Array<number>(length).fill(0)
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

describe('pkSampler', () => {
  const counts = (options: Partial<PKSamplerOptions>): PKCounts => {
    const sampler = pkSampler(source, { classesPerBatch: 3, picturesPerClass: 4, rng: createRng(1), ...options })
    const groups: number[][] = []
    const epochs = 300
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const { indices } of sampler.batches(epoch)) {
        for (let i = 0; i < 12; i += 4) groups.push([...indices.subarray(i, i + 4)])
      }
    }
    const labelOf = (group: number[]): number => source.label(group[0] as number)
    const ofThree = groups.filter((group) => labelOf(group) === 4).map((group) => new Set(group).size)
    return {
      batchesPerEpoch: sampler.stepsPerEpoch,
      batches: groups.length / 3,
      classes: histogram(groups.map(labelOf), fixture.classSizes.length),
      differing: histogram(ofThree, 4).slice(1),
    }
  }

  it.each([
    ['by-pictures', {}],
    ['uniform', { classProbability: 'uniform' }],
    ['ratio', { classProbability: 'uniform', ratio: (label: number) => (label < 2 ? 2 : label === 4 ? 0.5 : 1) }],
  ] as const)('draws classes and pictures as PaddleClas: %s', (method, options) => {
    const reference = fixture.pk[method]
    const found = counts(options)
    expect(found.batchesPerEpoch).toBe(reference.batchesPerEpoch)
    expect(difference(found.classes, reference.classes)).toBeLessThan(4)
    expect(difference(found.differing, reference.differing)).toBeLessThan(6)
  })

  it('gives groups of one class, different classes in a batch and different pictures in a group', () => {
    const sampler = pkSampler(source, { classesPerBatch: 3, picturesPerClass: 3, rng: createRng(2) })
    for (const { indices } of sampler.batches(0)) {
      const groups = [0, 3, 6].map((i) => [...indices.subarray(i, i + 3)])
      for (const group of groups) expect(new Set(group.map(source.label)).size).toBe(1)
      expect(new Set(groups.map(([first]) => source.label(first as number))).size).toBe(3)
      expect(new Set(indices).size).toBe(9)
    }
    expect(sampler.batches(1)).toEqual(sampler.batches(1))
    expect(sampler.batches(1)).not.toEqual(sampler.batches(2))
  })

  it('refuses what it can not fill', () => {
    const options = { classesPerBatch: 3, picturesPerClass: 4, rng: createRng(1) }
    expect(() => pkSampler(source, { ...options, classesPerBatch: 7 })).toThrow(badOption)
    expect(() => pkSampler(source, { ...options, picturesPerClass: 34 })).toThrow(badOption)
    expect(() => pkSampler(source, { ...options, ratio: () => -1 })).toThrow(badOption)
  })
})

describe('classBalanced', () => {
  it('has as many pictures of each class, and all of a small class before one again', () => {
    const sampler = classBalanced(source, { rng: createRng(1) })
    const order = [...sampler.order(0)]
    const perClass = histogram(order.map(source.label), 6)
    expect(order.length).toBe(100)
    expect(perClass.toSorted()).toEqual([16, 16, 17, 17, 17, 17])
    const perPicture = histogram(order, 100)
    fixture.classSizes.forEach((size, label) => {
      const counts = perPicture.filter((_, index) => source.label(index) === label)
      const average = (perClass[label] as number) / size
      expect([Math.min(...counts), Math.max(...counts)]).toEqual([Math.floor(average), Math.ceil(average)])
    })
    expect(sampler.order(0)).toEqual(sampler.order(0))
    expect(sampler.order(0)).not.toEqual(sampler.order(1))
  })

  it('favours no class over the epochs, and sees all pictures of a large one', () => {
    const sampler = classBalanced(source, { rng: createRng(2), length: 50 })
    const orders = Array.from({ length: 40 }, (_, epoch) => [...sampler.order(epoch)]).flat()
    const perClass = histogram(orders.map(source.label), 6)
    for (const count of perClass) expect(Math.abs(count - 2000 / 6)).toBeLessThan(15)
    expect(new Set(orders).size).toBe(100)
  })

  it('refuses an empty source', () => {
    const empty = { ...source, length: 0 }
    expect(() => classBalanced(empty, { rng: createRng(1) })).toThrow(expect.objectContaining({ code: 'no-images' }))
  })
})

describe('weighted', () => {
  const weights = [1, 0, 3, 0.5, 5.5]

  it('draws with replacement by the weights', () => {
    const order = weighted(weights, { rng: createRng(1), length: 20_000 }).order(0)
    expect(difference(histogram(order, 5).filter(Boolean), [1000, 3000, 500, 5500])).toBeLessThan(5)
    expect(histogram(order, 5)[1]).toBe(0)
  })

  it('draws without replacement by the weights of those that are left', () => {
    const sampler = weighted(weights, { rng: createRng(2), length: 2, replacement: false })
    const pairs = Array.from({ length: 20_000 }, (_, epoch) => [...sampler.order(epoch)])
    const keys = weights.flatMap((a, i) => weights.map((b, j) => [i, j, i === j ? 0 : a * b] as const))
    const possible = keys.filter(([, , probability]) => probability > 0)
    const found = possible.map(([i, j]) => pairs.filter(([a, b]) => a === i && b === j).length)
    const expected = possible.map(([i, j]) => {
      const [a, b] = [weights[i] as number, weights[j] as number]
      return (1e6 * (a / 10) * b) / (10 - a)
    })
    expect(found.reduce((sum, count) => sum + count, 0)).toBe(20_000)
    expect(difference(found, expected)).toBeLessThan(3)
  })

  it('refuses weights that are none, and too few', () => {
    const rng = createRng(1)
    for (const wrong of [[-1, 2], [Number.NaN], [0, 0], []]) expect(() => weighted(wrong, { rng })).toThrow(badOption)
    expect(() => weighted(weights, { rng, replacement: false })).toThrow(badOption)
  })
})

describe('repeatedAugmentation', () => {
  it.each(fixture.repeated)('deals $pictures pictures out as PaddleClas does', ({ pictures, order, ranks }) => {
    const rng = createRng(1)
    const own = [...rng.fork('epoch', 0).permutation(pictures)]
    const asTheirs = new Map(own.map((index, place) => [index, order[place]]))
    ranks.forEach((indices, rank) => {
      const sampler = repeatedAugmentation(pictures, { rng, rank, world: ranks.length })
      expect(sampler.length).toBe(indices.length)
      expect(Array.from(sampler.order(0), (index) => asTheirs.get(index))).toEqual(indices)
    })
  })

  it('counts the copies of a picture over all processes', () => {
    const parts = [0, 1, 2, 3].map((rank) => repeatedAugmentation(7, { rng: createRng(1), rank, world: 4, repeats: 3 }))
    expect(parts.map((part) => [...(part.repeats?.(0) ?? [])])).toEqual([[0], [1], [2], [0]])
  })
})

describe('shard', () => {
  it('deals every picture to one process, and pads or drops the rest', () => {
    const order = (uneven: 'pad' | 'drop', epoch: number): number[][] =>
      [0, 1, 2].map((rank) => [...shard(shuffled(11, createRng(4)), { rank, world: 3, uneven }).order(epoch)])
    const all = [...shuffled(11, createRng(4)).order(1)]
    expect(order('pad', 1)).toEqual([0, 1, 2].map((rank) => [...all, all[0]].filter((_, i) => i % 3 === rank)))
    expect(order('drop', 1)).toEqual([0, 1, 2].map((rank) => all.slice(0, 9).filter((_, i) => i % 3 === rank)))
  })

  it('counts what comes again in another process', () => {
    const repeats = [0, 1, 2].map((rank) => [...(shard(sequential(4), { rank, world: 3 }).repeats?.(0) ?? [])])
    expect(repeats).toEqual([
      [0, 0],
      [0, 1],
      [0, 1],
    ])
    const twice = { length: 4, order: () => Uint32Array.of(5, 5, 5, 5), repeats: () => Uint32Array.of(9, 8, 7, 6) }
    expect([...(shard(twice, { rank: 1, world: 2 }).repeats?.(0) ?? [])]).toEqual([8, 6])
  })

  it('refuses ranks that are none', () => {
    for (const [rank, world] of [
      [2, 2],
      [-1, 2],
      [0, 0],
    ] as const) {
      expect(() => shard(sequential(4), { rank, world })).toThrow(badOption)
    }
    expect(() => shard(sequential(2), { rank: 0, world: 3, uneven: 'drop' })).toThrow(badOption)
  })
})

describe('multiScale', () => {
  const sizes = [160, 192, 224, 288, 320]
  const batchesOf = (seed: number, length = 3000) =>
    multiScale({ sampler: shuffled(length, createRng(seed)), sizes, batchSize: 64, rng: createRng(seed) })

  it('has the sizes and numbers of pictures of PaddleClas, as often', () => {
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 200; seed++) {
      for (const { size, indices } of batchesOf(seed).batches(0)) {
        const key = String([...(size as readonly number[]), indices.length])
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
    }
    const { pairs, counts: reference } = fixture.multiScale
    expect([...counts.keys()].sort()).toEqual(pairs.map(String).sort())
    const found = pairs.map((pair) => counts.get(String(pair)) as number)
    const expected = pairs.map(([width]) => reference[String(width)] as number)
    expect(difference(found, expected)).toBeLessThan(4)
  })

  it('has every picture, the first of the epoch again at the end, and other batches each epoch', () => {
    const sampler = batchesOf(5)
    const epochs = [0, 1].map((epoch) => sampler.batches(epoch))
    for (const [epoch, batches] of epochs.entries()) {
      const order = batches.flatMap(({ indices }) => [...indices])
      const all = [...shuffled(3000, createRng(5)).order(epoch)]
      expect(order).toEqual([...all, ...all].slice(0, sampler.length))
      expect(batches.length).toBe(sampler.stepsPerEpoch)
    }
    const sizesOf = (batches: (typeof epochs)[0] | undefined) => batches?.map(({ size }) => String(size))
    expect(sizesOf(epochs[0])).not.toEqual(sizesOf(epochs[1]))
    expect(sizesOf(epochs[0])?.toSorted()).toEqual(sizesOf(epochs[1])?.toSorted())
  })

  it('refuses no sizes, and sizes too small', () => {
    const options = { sampler: sequential(4), batchSize: 2, rng: createRng(1) }
    for (const wrong of [[], [64, 31], [[64, 20] as const]]) {
      expect(() => multiScale({ ...options, sizes: wrong })).toThrow(badOption)
    }
  })
})

describe('progressiveSize', () => {
  it('changes the size when PaddleClas does', () => {
    for (const [text, stages] of Object.entries(fixture.stages)) {
      const epochs = Number(text)
      expect(stages.map((_, epoch) => stageOf(epoch, { epochs, stages: 4 }))).toEqual(stages)
    }
    const sizes = [171, 214, 257, 300]
    const sampler = progressiveSize({ sampler: sequential(5), batchSize: 2, sizes, epochs: 8 })
    const batches = [0, 3, 7, 9].map((epoch) =>
      sampler.batches(epoch).map(({ indices, size }) => [indices.length, size]),
    )
    expect(batches).toEqual([171, 214, 300, 300].map((size) => [2, 2, 1].map((count) => [count, size])))
  })

  it('refuses no sizes', () => {
    expect(() => progressiveSize({ sampler: sequential(5), batchSize: 2, sizes: [], epochs: 8 })).toThrow(badOption)
  })
})

describe('inBatches', () => {
  it('cuts an order, and counts what comes again', () => {
    const sampler = { length: 5, order: () => Uint32Array.of(3, 1, 3, 3, 1) }
    expect(inBatches(sampler, 2, false).batches(0)).toEqual([
      { indices: Uint32Array.of(3, 1), repeats: Uint32Array.of(0, 0) },
      { indices: Uint32Array.of(3, 3), repeats: Uint32Array.of(1, 2) },
      { indices: Uint32Array.of(1), repeats: Uint32Array.of(1) },
    ])
    expect(inBatches(sampler, 2, true).batches(0).length).toBe(2)
    expect(countRepeats(Uint32Array.of(4, 2, 0))).toBeUndefined()
  })
})
