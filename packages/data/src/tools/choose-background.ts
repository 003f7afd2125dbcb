import { ClasError, type Rng } from '@clas/core'
import type { Source } from '../sources/source.ts'
import { subset } from '../sources/subset.ts'
import { countClasses } from './dataset-statistics.ts'
import { BLANK_CONTRAST, type DuplicateOptions, findDuplicates } from './duplicates.ts'
import { isReadable, survey, type WorkOptions } from './survey.ts'

/** Options of {@link chooseBackground}. */
export interface ChooseBackgroundOptions extends DuplicateOptions, WorkOptions {
  /** How many pictures. Default: as many as the classes have in the median. */
  readonly count?: number
  /** A picture with a side of fewer pixels is left out. Default: 32. */
  readonly smallest?: number
  /** Decides which are taken where there are more; drawn from its fork `background`. */
  readonly rng: Rng
}

/** Why a candidate isn't taken. */
export type BackgroundRefusal =
  | 'named as a class'
  | 'unreadable'
  | 'tiny'
  | 'blank'
  | 'like a picture of a class'
  | 'twice'

/** What {@link chooseBackground} chose. */
export interface BackgroundChoice {
  /** The pictures chosen, in the order of the candidates. */
  readonly source: Source
  /** How many of each kind: the candidates' classes. */
  readonly kinds: readonly { readonly name: string; readonly candidates: number; readonly chosen: number }[]
  readonly refused: readonly { readonly name: string; readonly reason: BackgroundRefusal }[]
  /** What to think of before training with it, in sentences. */
  readonly advice: readonly string[]
}

/**
 * Chooses pictures for a background class: without one, a classifier of cats and dogs must call a rabbit one of the two.
 * Candidates are refused that have the name of a class, resemble one of its pictures, resemble each other, can't be read,
 * are tiny or blank. Of the others the same number is taken of every kind, as far as there are so many.
 *
 * What the candidates should be is up to whoever collects them: what the classifier will meet where it is used, beside its
 * classes. If it will see animals only, other animals; if it may see anything, anything. The more kinds, the more pictures
 * it takes and the harder is the task, so it pays to limit what the classifier is shown.
 *
 * @param candidates - pictures of none of the classes; their classes are the kinds to spread over
 * @param source - the pictures of the classes
 * @throws `no-images` when no candidate is left, `bad-option` for a `count` below 1 or a `distance` out of range
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { arraySource } from '@clas/data'
 * import { chooseBackground } from '@clas/data/node'
 * const draw = (n: number) => Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * i * n) % 251)
 * const photo = (n: number) => ({ data: draw(n), width: 64, height: 64, channels: 1 })
 * const pets = arraySource({ images: [photo(1), photo(2)], labels: [0, 1], classes: ['cat', 'dog'] })
 * const others = arraySource({ images: [photo(1), photo(3)], labels: [0, 1], classes: ['rabbit', 'tree'] })
 * const { source, refused } = await chooseBackground(others, pets, { count: 1, rng: createRng(42) })
 * console.log(source.name(0), refused[0]?.reason) // picture 1 like a picture of a class
 * ```
 */
export async function chooseBackground(
  candidates: Source,
  source: Source,
  options: ChooseBackgroundOptions,
): Promise<BackgroundChoice> {
  const sizes = countClasses(source)
    .map(({ pictures }) => pictures)
    .sort((a, b) => a - b)
  const { smallest = 32, count = Math.max(1, sizes[Math.floor(sizes.length / 2)] ?? 1), rng } = options
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ClasError('bad-option', `count must be a whole number of at least 1, found ${count}`, { count })
  }
  const total = candidates.length + source.length
  const facts = await survey(candidates, { ...options, ...progressFrom(options, 0, total) })
  const known = await survey(source, { ...options, ...progressFrom(options, candidates.length, total) })
  const refusals = new Map<number, BackgroundRefusal>()
  const refuse = (index: number, reason: BackgroundRefusal): void => {
    if (!refusals.has(index)) refusals.set(index, reason)
  }
  const names = new Set(source.classes.map((name) => name.toLowerCase()))
  facts.forEach((picture, i) => {
    if (names.has((candidates.classes[candidates.label(i)] ?? '').toLowerCase())) refuse(i, 'named as a class')
    else if (!isReadable(picture)) refuse(i, 'unreadable')
    else if (Math.min(picture.width, picture.height) < smallest) refuse(i, 'tiny')
    else if (picture.contrast < BLANK_CONTRAST) refuse(i, 'blank')
  })
  for (const { members } of findDuplicates([...facts, ...known], options)) {
    const ours = members.filter((i) => i < facts.length)
    const resembles = ours.length < members.length
    const fine = ours.filter((i) => !refusals.has(i))
    for (const i of resembles ? ours : fine.slice(1)) refuse(i, resembles ? 'like a picture of a class' : 'twice')
  }
  const byKind = candidates.classes.map((): number[] => [])
  for (let i = 0; i < candidates.length; i++) if (!refusals.has(i)) byKind[candidates.label(i)]?.push(i)
  const left = byKind.reduce((sum, { length }) => sum + length, 0)
  if (left === 0) {
    throw new ClasError('no-images', `none of the ${candidates.length} candidates is left for the background class`, {
      candidates: candidates.length,
    })
  }
  const chosen = spreadOver(byKind, count, rng.fork('background'))
  const kinds = candidates.classes.map((name, label) => ({
    name,
    candidates: byKind[label]?.length ?? 0,
    chosen: chosen.filter((index) => candidates.label(index) === label).length,
  }))
  return {
    source: subset(candidates, chosen),
    kinds,
    refused: [...refusals]
      .sort(([a], [b]) => a - b)
      .map(([index, reason]) => ({ name: candidates.name(index), reason })),
    advice: adviceOn(kinds, chosen.length, count, sizes),
  }
}

/** One of each kind in turn, until there are enough or none is left. */
function spreadOver(byKind: readonly (readonly number[])[], count: number, rng: Rng): number[] {
  const queues = byKind.map((indices, kind) =>
    Array.from(rng.fork(kind).permutation(indices.length), (place) => indices[place] as number),
  )
  const chosen: number[] = []
  for (let round = 0; chosen.length < count && queues.some((queue) => queue.length > round); round++) {
    for (const queue of queues) {
      const next = queue[round]
      if (next !== undefined && chosen.length < count) chosen.push(next)
    }
  }
  return chosen.sort((a, b) => a - b)
}

function adviceOn(
  kinds: BackgroundChoice['kinds'],
  chosen: number,
  wanted: number,
  sizes: readonly number[],
): string[] {
  const used = kinds.filter((kind) => kind.chosen > 0).length
  const largest = sizes.at(-1) ?? 0
  return [
    'Take what the classifier will meet where it is used: pictures of the same cameras, places and times as those of the classes.',
    ...(chosen < wanted ? [`There are ${chosen} of the ${wanted} pictures that were asked for; collect more.`] : []),
    ...(used === 1
      ? [
          'All are of one kind: anything else will still be called one of the classes. Put each kind in a folder of its own.',
        ]
      : []),
    ...(used > 0 && chosen / used < 10
      ? [
          `There are ${(chosen / used).toFixed(1)} pictures of each of ${used} kinds: too few to learn a kind from. Take more, or fewer kinds.`,
        ]
      : []),
    ...(chosen > 3 * largest
      ? [
          `The background has ${chosen} pictures, the largest class ${largest}: the classifier will lean to the background.`,
        ]
      : []),
    'The more the background has to cover, the more pictures it takes and the harder is the task: limit what the classifier is shown where you can.',
    'Put some of every kind among the pictures to measure with too, and kinds that it has not learned.',
  ]
}

function progressFrom({ onProgress }: WorkOptions, done: number, total: number): Pick<WorkOptions, 'onProgress'> {
  return onProgress ? { onProgress: (count) => onProgress(done + count, total) } : {}
}
