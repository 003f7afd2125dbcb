import { ClasError } from '@clas/core'
import type { Source } from '../sources/source.ts'
import { isReadable, survey, type WorkOptions } from './survey.ts'

/** The spread of one number over all pictures. */
export interface Spread {
  readonly least: number
  /** Half of the pictures have less. */
  readonly median: number
  readonly most: number
}

/** What {@link datasetStatistics} counts. Plain JSON. */
export interface DatasetStatistics {
  readonly pictures: number
  /** Those that can't be read; they are left out of all that follows but the classes. */
  readonly unreadable: number
  /** In pixels. */
  readonly width: Spread
  readonly height: Spread
  /** Width by height. */
  readonly ratio: Spread
  /** How many pictures each class has. */
  readonly classes: readonly { readonly name: string; readonly pictures: number }[]
  /** Of each channel, of values in [0, 1]: for `normalizeImage`. */
  readonly mean: readonly number[]
  /** The standard deviation of each channel, of all pixels of all pictures. */
  readonly deviation: readonly number[]
}

/**
 * Counts classes and sizes, and takes the mean and the standard deviation of each channel over all pixels of all pictures.
 * Every picture counts the same, however large, as it does in training.
 *
 * @throws `no-images` when none can be read, `shape-mismatch` when they differ in their number of channels
 * @example
 * ```ts
 * import { arraySource } from '@clas/data'
 * import { datasetStatistics } from '@clas/data/node'
 * const images = { data: Uint8Array.of(0, 255, 255, 255), shape: [2, 1, 2, 1] as const }
 * const { mean, deviation } = await datasetStatistics(arraySource({ images, labels: [0, 1] }))
 * console.log(mean, deviation) // [ 0.75 ] [ 0.4330127018922193 ]
 * ```
 */
export async function datasetStatistics(source: Source, options: WorkOptions = {}): Promise<DatasetStatistics> {
  const readable = (await survey(source, options)).filter(isReadable)
  const [first] = readable
  if (!first) throw new ClasError('no-images', `none of the ${source.length} pictures can be read`)
  const channels = first.mean.length
  const other = readable.find(({ mean }) => mean.length !== channels)
  if (other) {
    throw new ClasError('shape-mismatch', `pictures have ${channels} channels and ${other.mean.length}`, {
      channels: [channels, other.mean.length],
    })
  }
  const average = (key: 'mean' | 'meanSquare'): number[] =>
    Array.from(
      { length: channels },
      (_, c) => readable.reduce((sum, facts) => sum + (facts[key][c] ?? 0), 0) / readable.length,
    )
  const mean = average('mean')
  const meanSquare = average('meanSquare')
  return {
    pictures: source.length,
    unreadable: source.length - readable.length,
    width: spread(readable.map(({ width }) => width)),
    height: spread(readable.map(({ height }) => height)),
    ratio: spread(readable.map(({ width, height }) => width / height)),
    classes: countClasses(source),
    mean,
    deviation: mean.map((value, c) => Math.sqrt(Math.max(0, (meanSquare[c] ?? 0) - value * value))),
  }
}

/**
 * Counts how many pictures each class has. With several labels per picture, one counts for each of its classes.
 *
 * @example
 * ```ts
 * import { arraySource } from '@clas/data'
 * import { countClasses } from '@clas/data/node'
 * const images = { data: new Uint8Array(3), shape: [3, 1, 1, 1] as const }
 * console.log(countClasses(arraySource({ images, labels: [1, 0, 1] })).map(({ pictures }) => pictures)) // [ 1, 2 ]
 * ```
 */
export function countClasses(source: Source): { name: string; pictures: number }[] {
  const counts = new Array<number>(source.classes.length).fill(0)
  for (let i = 0; i < source.length; i++) {
    const labels = source.targets?.(i).flatMap((value, label) => (value > 0 ? [label] : [])) ?? [source.label(i)]
    for (const label of labels) counts[label] = (counts[label] ?? 0) + 1
  }
  return source.classes.map((name, label) => ({ name, pictures: counts[label] ?? 0 }))
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const [least = 0] = sorted
  return { least, median: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0 }
}
