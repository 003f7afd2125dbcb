import { ClasError } from '@clas/core'
import { concat } from '../sources/concat.ts'
import type { Source } from '../sources/source.ts'
import { countClasses } from './dataset-statistics.ts'
import { BLANK_CONTRAST, type DuplicateOptions, findDuplicates } from './duplicates.ts'
import { isReadable, survey, type WorkOptions } from './survey.ts'

/** Options of {@link checkDataset}. */
export interface CheckDatasetOptions extends DuplicateOptions, WorkOptions {
  /** A picture with a side of fewer pixels is tiny. Default: 32. */
  readonly smallest?: number
  /** Classes are unbalanced where the largest has more than so many times the pictures of the smallest. Default: 10. */
  readonly imbalance?: number
}

/** A picture of a set. */
export interface PicturePlace {
  /** The part's name: `train`. */
  readonly part: string
  /** In the part. */
  readonly index: number
  readonly name: string
  readonly class: string
}

/** What {@link checkDataset} finds. Plain JSON. */
export interface DatasetReport {
  readonly pictures: number
  readonly parts: readonly { readonly name: string; readonly pictures: number }[]
  /** How many pictures each class has, per part. */
  readonly classes: readonly { readonly name: string; readonly counts: readonly number[] }[]
  readonly unreadable: readonly (PicturePlace & { readonly reason: string })[]
  readonly tiny: readonly (PicturePlace & { readonly width: number; readonly height: number })[]
  /** Pictures of one grey, or nearly. */
  readonly blank: readonly PicturePlace[]
  readonly duplicates: readonly DuplicateGroup[]
  /** Classes of a part that have no pictures. */
  readonly empty: readonly { readonly part: string; readonly class: string }[]
  /** Parts whose classes are unbalanced, with their largest and smallest class. */
  readonly unbalanced: readonly Imbalance[]
}

/** Pictures that are the same, or nearly. */
export interface DuplicateGroup {
  /** `same` where all are the same to the bit. */
  readonly kind: 'same' | 'near'
  /** The largest number of bits between hashes of two. */
  readonly distance: number
  /** Whether they are in different parts: what is measured then was learned. */
  readonly acrossParts: boolean
  /** Whether they are of different classes: one of them is wrong. */
  readonly acrossClasses: boolean
  readonly members: readonly PicturePlace[]
}

/** The largest and the smallest class of a part; empty ones don't count. */
export interface Imbalance {
  readonly part: string
  readonly largest: { readonly class: string; readonly pictures: number }
  readonly smallest: { readonly class: string; readonly pictures: number }
}

/**
 * Looks for what spoils training and measuring: pictures that can't be read, tiny and blank ones, the same or nearly the
 * same picture twice (in one class, in two, or in training and validation), classes without pictures and classes of very
 * different sizes. Reads every picture once and changes nothing.
 *
 * Pictures are the same where their perceptual hashes and thumbnails are alike; see {@link DuplicateOptions}.
 *
 * @param parts - sources by name, as `{ train, validation }`, all with the same classes
 * @throws `class-mismatch` when the parts differ in their classes, `bad-option` for a `distance` out of range
 * @example
 * ```ts
 * import { arraySource } from '@clas/data'
 * import { checkDataset } from '@clas/data/node'
 * const data = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * i) % 251)
 * const photo = { data, width: 64, height: 64, channels: 1 }
 * const train = arraySource({ images: [photo], labels: [0], classes: ['cat', 'dog'] })
 * const validation = arraySource({ images: [photo], labels: [1], classes: ['cat', 'dog'] })
 * const { duplicates, empty } = await checkDataset({ train, validation })
 * console.log(duplicates[0]?.acrossParts, duplicates[0]?.acrossClasses, empty.length) // true true 2
 * ```
 */
export async function checkDataset(
  parts: Readonly<Record<string, Source>>,
  options: CheckDatasetOptions = {},
): Promise<DatasetReport> {
  const { smallest = 32, imbalance = 10 } = options
  const sources = Object.values(parts)
  const whole = concat(sources)
  const places = placesOf(parts)
  const found = await survey(whole, options)
  const readable = found.flatMap((facts, i) =>
    isReadable(facts) ? [{ ...facts, place: places[i] as PicturePlace }] : [],
  )
  const counts = sources.map(countClasses)
  const classes = whole.classes.map((name, label) => ({
    name,
    counts: counts.map((part) => part[label]?.pictures ?? 0),
  }))
  return {
    pictures: whole.length,
    parts: Object.entries(parts).map(([name, source]) => ({ name, pictures: source.length })),
    classes,
    unreadable: found.flatMap((facts, i) =>
      isReadable(facts) ? [] : [{ ...(places[i] as PicturePlace), reason: facts.error.message }],
    ),
    tiny: readable
      .filter(({ width, height }) => Math.min(width, height) < smallest)
      .map(({ place, width, height }) => ({ ...place, width, height })),
    blank: readable.filter(({ contrast }) => contrast < BLANK_CONTRAST).map(({ place }) => place),
    duplicates: findDuplicates(found, options)
      .map(({ kind, distance, members }) => {
        const group = members.map((i) => places[i] as PicturePlace)
        const differ = (key: 'part' | 'class'): boolean => new Set(group.map((place) => place[key])).size > 1
        return { kind, distance, acrossParts: differ('part'), acrossClasses: differ('class'), members: group }
      })
      .sort((a, b) => severity(b) - severity(a)),
    empty: Object.keys(parts).flatMap((part, i) =>
      classes.filter(({ counts }) => counts[i] === 0).map(({ name }) => ({ part, class: name })),
    ),
    unbalanced: Object.keys(parts).flatMap((part, i) => imbalanceOf(part, i, classes, imbalance)),
  }
}

/** Wrong labels first, then what makes measures too good. */
const severity = ({ acrossParts, acrossClasses }: DuplicateGroup): number =>
  (acrossClasses ? 2 : 0) + (acrossParts ? 1 : 0)

function placesOf(parts: Readonly<Record<string, Source>>): PicturePlace[] {
  return Object.entries(parts).flatMap(([part, source]) =>
    Array.from({ length: source.length }, (_, index) => ({
      part,
      index,
      name: source.name(index),
      class: source.classes[source.label(index)] ?? '',
    })),
  )
}

function imbalanceOf(part: string, i: number, classes: DatasetReport['classes'], limit: number): Imbalance[] {
  if (!(limit >= 1))
    throw new ClasError('bad-option', `imbalance must be at least 1, found ${limit}`, { imbalance: limit })
  const counted = classes
    .map(({ name, counts }) => ({ class: name, pictures: counts[i] ?? 0 }))
    .filter(({ pictures }) => pictures > 0)
    .sort((a, b) => b.pictures - a.pictures)
  const [largest, smallest] = [counted[0], counted.at(-1)]
  return largest && smallest && largest.pictures > limit * smallest.pictures ? [{ part, largest, smallest }] : []
}
