import { ClasError, type Rng } from '@clas/core'
import type { Source } from './source.ts'
import { subset } from './subset.ts'

/** Options of {@link split} and {@link kFold}. */
export interface SplitOptions {
  /**
   * Names the group of a picture: the patient, the product, the film that it is from. Pictures of a group stay together,
   * so that none is measured with that resembles one that was learned from. Default: each picture by itself.
   */
  readonly group?: (index: number) => string
}

/**
 * Splits a source in two at random, each class by the same fraction (stratified). A class of two pictures or more has
 * at least one in either part; a single picture goes to the first part. With groups, each goes where the pictures of its
 * classes are missing most, large groups first; the fraction is then met as nearly as the groups allow.
 *
 * @param fraction - of the pictures that the first part gets, in (0, 1)
 * @param rng - the same stream gives the same split; drawn from its fork `split`
 * @returns both parts, in the order of the source
 * @throws `bad-option` when the fraction isn't between 0 and 1
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { arraySource, split } from '@clas/data'
 * const images = { data: new Uint8Array(10), shape: [10, 1, 1, 1] as const }
 * const source = arraySource({ images, labels: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1] })
 * const [training, validation] = split(source, 0.8, createRng(42))
 * console.log(training.length, validation.length) // 8 2
 * ```
 */
export function split(
  source: Source,
  fraction: number,
  rng: Rng,
  { group }: SplitOptions = {},
): readonly [Source, Source] {
  if (!(fraction > 0 && fraction < 1)) {
    throw new ClasError('bad-option', `fraction must be between 0 and 1, found ${fraction}`, { fraction })
  }
  const [first = [], second = []] = group
    ? byGroups(source, [fraction, 1 - fraction], rng.fork('split'), group)
    : byFraction(source, fraction, rng)
  return [part(source, first), part(source, second)]
}

/**
 * Splits a source for cross-validation: `folds` pairs, in each of which another part is held out, each class spread
 * evenly over the parts (stratified).
 *
 * @param folds - how many parts, at least 2
 * @param rng - the same stream gives the same parts; drawn from its fork `split`
 * @returns the pictures to learn from and those to measure with, per fold, in the order of the source
 * @throws `bad-option` when there are fewer pictures than folds, or folds than 2
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { arraySource, kFold } from '@clas/data'
 * const images = { data: new Uint8Array(10), shape: [10, 1, 1, 1] as const }
 * const source = arraySource({ images, labels: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1] })
 * for (const [training, validation] of kFold(source, 5, createRng(42))) console.log(training.length, validation.length)
 * ```
 */
export function kFold(
  source: Source,
  folds: number,
  rng: Rng,
  { group }: SplitOptions = {},
): (readonly [training: Source, validation: Source])[] {
  if (!Number.isSafeInteger(folds) || folds < 2 || folds > source.length) {
    throw new ClasError(
      'bad-option',
      `folds must be a whole number of at least 2 and at most the ${source.length} pictures, found ${folds}`,
      { folds, pictures: source.length },
    )
  }
  const stream = rng.fork('split')
  const parts = group
    ? byGroups(source, new Array<number>(folds).fill(1 / folds), stream, group)
    : dealt(source, folds, stream)
  return parts.map((held, i) => {
    const others = parts.filter((_, j) => j !== i).flat()
    return [part(source, others), part(source, held)] as const
  })
}

const part = (source: Source, indices: readonly number[]): Source =>
  subset(
    source,
    indices.toSorted((a, b) => a - b),
  )

function byFraction(source: Source, fraction: number, rng: Rng): number[][] {
  const first: number[] = []
  const second: number[] = []
  classesOf(source).forEach((indices, label) => {
    const count = indices.length
    const taken = count < 2 ? count : Math.min(count - 1, Math.max(1, Math.round(count * fraction)))
    rng
      .fork('split', label)
      .permutation(count)
      .forEach((place, rank) => {
        ;(rank < taken ? first : second).push(indices[place] as number)
      })
  })
  return [first, second]
}

/** The pictures of a class are dealt out like cards; the next class goes on where it ended, so that all parts are even. */
function dealt(source: Source, folds: number, rng: Rng): number[][] {
  const parts = Array.from({ length: folds }, (): number[] => [])
  let next = 0
  classesOf(source).forEach((indices, label) => {
    for (const place of rng.fork(label).permutation(indices.length)) {
      parts[next++ % folds]?.push(indices[place] as number)
    }
  })
  return parts
}

/** The indices of each class. */
function classesOf(source: Source): number[][] {
  const byClass = source.classes.map((): number[] => [])
  for (let i = 0; i < source.length; i++) byClass[source.label(i)]?.push(i)
  return byClass
}

function byGroups(
  source: Source,
  fractions: readonly number[],
  rng: Rng,
  group: (index: number) => string,
): number[][] {
  const byName = new Map<string, number[]>()
  for (let i = 0; i < source.length; i++) {
    const name = group(i)
    const members = byName.get(name)
    if (members) members.push(i)
    else byName.set(name, [i])
  }
  const groups = [...byName.values()]
  const shuffled = Array.from(rng.permutation(groups.length), (place) => groups[place] as number[])
  const largestFirst = shuffled.sort((a, b) => b.length - a.length) // equal ones stay shuffled
  const totals = classesOf(source).map((indices) => indices.length)
  const missing = fractions.map((fraction) => totals.map((total) => fraction * total))
  const parts = fractions.map((): number[] => [])
  for (const members of largestFirst) {
    // Counted in shares of the class, so that rare ones count as much as common ones.
    const gains = missing.map((row) =>
      members.reduce((sum, index) => sum + (row[source.label(index)] ?? 0) / (totals[source.label(index)] ?? 1), 0),
    )
    const to = gains.indexOf(Math.max(...gains))
    parts[to]?.push(...members)
    for (const index of members) {
      const row = missing[to]
      if (row) row[source.label(index)] = (row[source.label(index)] ?? 0) - 1
    }
  }
  return parts
}
