import { createRng } from '@clas/core'
import { describe, expect, test } from 'vitest'
import { bytesOf, differences, imageOf, readFixture } from '../geometry/differences.test-helper.ts'
import type { ImageInfo } from '../image.ts'
import { createTransform, type Mixture, type PolicyStep } from '../index.ts'
import { CIFAR10, IMAGENET, IMAGENET_V0, type SubPolicy, SVHN } from './auto-augment-policies.ts'

interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: string
}

interface Case {
  readonly policy: string
  readonly options: object
}

/** Points of an empirical distribution: a value in 4 decimals, and the part of all that is at most this. */
interface Distribution {
  readonly count: number
  readonly points: readonly (readonly [value: number, part: number])[]
}

interface Draws extends Case {
  readonly by: 'label' | 'names' | 'step' | 'mixture'
  readonly counts: Readonly<Record<string, number>>
  readonly levels?: Readonly<Record<string, Distribution>>
}

interface MixtureDraws extends Draws {
  readonly size: readonly [number, number]
  readonly applied: readonly [count: number, of: number]
  /** Operations of a mixture, on average. */
  readonly length: number
  readonly share: Distribution
  readonly weight: Distribution
}

interface Fixture {
  readonly size: readonly [number, number]
  readonly tables: Readonly<Record<string, readonly (readonly (readonly [number, string, number])[])[]>>
  readonly pictures: readonly Picture[]
  readonly pixels: readonly (Case & { picture: number; steps: readonly PolicyStep[]; output: string })[]
  readonly mixtures: readonly (Case & { picture: number; mixture: Mixture; output: string })[]
  readonly draws: readonly (Draws | MixtureDraws)[]
}

const fixture = readFixture<Fixture>('policies.json')
const DRAWS = 10_000

test.each<[string, readonly SubPolicy[]]>([
  ['imagenet', IMAGENET],
  ['cifar10', CIFAR10],
  ['svhn', SVHN],
  ['v0', IMAGENET_V0],
])('the sub-policies for %s are those of the original', (name, policy) => {
  const table = policy.map((pair) =>
    pair.map(({ operation, probability, magnitude }) => [probability, operation, magnitude]),
  )
  expect(table).toEqual(fixture.tables[name])
})

describe('each operation makes the pixels of the original', () => {
  for (const policy of new Set(fixture.pixels.map((entry) => entry.policy))) {
    const entries = fixture.pixels.filter((entry) => entry.policy === policy)
    test(`${policy}, ${entries.length} times`, () => {
      for (const { options, picture, steps, output } of entries) {
        const image = imageOf({ ...(fixture.pictures[picture] as Picture), cases: [] })
        const result = createTransform({ name: policy, options }).apply(image, steps)
        const found = { steps, ...differences(result.data, bytesOf(output)) }
        expect(found).toEqual({ steps, largest: 0, mean: 0 })
      }
    })
  }
})

test.each(fixture.mixtures)('$policy mixes as the original does: $options', (entry) => {
  const { policy, options, picture, mixture, output } = entry
  const image = imageOf({ ...(fixture.pictures[picture] as Picture), cases: [] })
  const result = createTransform({ name: policy, options }).apply(image, mixture)
  expect(differences(result.data, bytesOf(output))).toEqual({ largest: 0, mean: 0 })
})

describe(`${DRAWS} draws have the distribution of as many of the original`, () => {
  const steps = fixture.draws.filter((entry): entry is Draws => entry.by !== 'mixture')
  test.each(steps)('$policy $options, by $by', ({ policy, options, by, counts, levels = {} }) => {
    const [width, height] = fixture.size
    const drawn = drawMany<readonly PolicyStep[]>({ policy, options }, { width, height, channels: 3 })
    const found = by === 'step' ? drawn.flat().map(labelOf) : drawn.map((list) => list.map(LABELS[by]).join('|'))
    expectSameCounts(countsOf(found), counts)
    expectSameLevels(drawn.flat(), levels)
  })

  const mixtures = fixture.draws.filter((entry): entry is MixtureDraws => entry.by === 'mixture')
  test.each(mixtures)('$policy $options', (entry) => {
    const { size, applied, counts, length, share, weight, levels = {} } = entry
    const drawn = drawMany<Mixture | readonly []>(entry, { width: size[0], height: size[1], channels: 3 })
    const mixed = drawn.filter((mixture): mixture is Mixture => 'chains' in mixture && mixture.chains.length > 0)
    expect(Math.abs(mixed.length / DRAWS - applied[0] / applied[1])).toBeLessThan(0.03)
    const all = mixed.flatMap(({ chains }) => chains.flat())
    expect(Math.abs(all.length / mixed.length / length - 1)).toBeLessThan(0.03)
    expectSameCounts(countsOf(all.map(([operation]) => operation)), counts)
    expectSameLevels(all, levels)
    const shares = mixed.map((mixture) => mixture.share)
    const weights = mixed.map((mixture) => mixture.weights[0] ?? 0)
    expect(distance(shares, share)).toBeLessThan(greatestDistance(shares.length, share.count))
    expect(distance(weights, weight)).toBeLessThan(greatestDistance(weights.length, weight.count))
    for (const { weights: all } of mixed) expect(all.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
  })
})

function drawMany<P>({ policy, options }: Case, info: ImageInfo): P[] {
  const transform = createTransform({ name: policy, options })
  const rng = createRng(7).fork(policy, JSON.stringify(options))
  return Array.from({ length: DRAWS }, (_, i) => transform.sample(rng.fork(i), info) as P)
}

function labelOf([operation, level]: PolicyStep): string {
  return `${operation} ${Number(level.toFixed(3))}`
}

const LABELS = { label: labelOf, names: ([operation]: PolicyStep): string => operation, mixture: labelOf }

function countsOf(values: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

/** The chi-square test for two samples, at a chance of 1 in 1000 to fail by accident. */
function expectSameCounts(found: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>): void {
  const names = [...new Set([...Object.keys(found), ...Object.keys(expected)])]
  const pairs = names.map((name) => [found[name] ?? 0, expected[name] ?? 0] as const)
  const rare = pairs.filter(([a, b]) => a + b < 10)
  const rest = rare.reduce(([a, b], [c, d]) => [a + c, b + d] as const, [0, 0] as const)
  const cells = [...pairs.filter(([a, b]) => a + b >= 10), ...(rest[0] + rest[1] > 0 ? [rest] : [])]
  const ratio = Math.sqrt(total(expected) / total(found))
  const chi = cells.reduce((sum, [a, b]) => sum + (a * ratio - b / ratio) ** 2 / (a + b), 0)
  const freedom = cells.length - 1
  // Wilson and Hilferty's approximation of the distribution.
  const limit = freedom * (1 - 2 / (9 * freedom) + 3.09 * Math.sqrt(2 / (9 * freedom))) ** 3
  expect(chi).toBeLessThan(limit)
  expect(rest[0]).toBeLessThan(0.1 * total(found))
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((a, b) => a + b, 0)
}

function expectSameLevels(steps: readonly PolicyStep[], levels: Readonly<Record<string, Distribution>>): void {
  for (const [operation, expected] of Object.entries(levels)) {
    const found = steps.filter(([name]) => name === operation).map(([, level]) => level)
    expect(distance(found, expected), operation).toBeLessThan(greatestDistance(found.length, expected.count))
  }
}

/** How far two distributions are apart, at the points of one: Kolmogorov and Smirnov's statistic. */
function distance(values: readonly number[], { points }: Distribution): number {
  const rounded = values.map((value) => Number(value.toFixed(4)))
  const partTo = (point: number): number => rounded.filter((value) => value <= point).length / rounded.length
  return Math.max(...points.map(([point, part]) => Math.abs(partTo(point) - part)))
}

/** What the distance of two samples exceeds once in 10,000 times. */
function greatestDistance(count: number, other: number): number {
  return 2.23 * Math.sqrt(1 / count + 1 / other)
}
