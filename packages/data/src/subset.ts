import { ClasError, type Rng } from '@clas/core'
import type { Source } from './source.ts'

/**
 * Some pictures of a source, in the order given. The classes stay all of the source's.
 *
 * @param indices - each 0 … source.length - 1; one may come twice
 * @throws `bad-option` when an index isn't in the source
 * @example
 * ```ts
 * import { arraySource, subset } from '@clas/data'
 * const images = { data: new Uint8Array(3), shape: [3, 1, 1, 1] as const }
 * console.log(subset(arraySource({ images, labels: [0, 1, 2] }), [2, 0]).label(0)) // 2
 * ```
 */
export function subset(source: Source, indices: Iterable<number>): Source {
  const list = [...indices]
  const wrong = list.find((index) => !(Number.isInteger(index) && index >= 0 && index < source.length))
  if (wrong !== undefined) {
    throw new ClasError('bad-option', `the index ${wrong} isn't one of the source's 0 to ${source.length - 1}`, {
      index: wrong,
    })
  }
  const at = (index: number): number => list[index] as number
  const { item } = source
  return {
    length: list.length,
    classes: source.classes,
    label: (index) => source.label(at(index)),
    name: (index) => source.name(at(index)),
    read: (index) => source.read(at(index)),
    ...(item && { item: (index: number) => item.call(source, at(index)) }),
  }
}

/**
 * Splits a source in two at random, each class by the same fraction (stratified). A class of two pictures or more has
 * at least one in either part; a single picture goes to the first part.
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
export function split(source: Source, fraction: number, rng: Rng): readonly [Source, Source] {
  if (!(fraction > 0 && fraction < 1)) {
    throw new ClasError('bad-option', `fraction must be between 0 and 1, found ${fraction}`, { fraction })
  }
  const byClass = source.classes.map((): number[] => [])
  for (let i = 0; i < source.length; i++) byClass[source.label(i)]?.push(i)
  const first: number[] = []
  const second: number[] = []
  byClass.forEach((indices, label) => {
    const count = indices.length
    const taken = count < 2 ? count : Math.min(count - 1, Math.max(1, Math.round(count * fraction)))
    rng
      .fork('split', label)
      .permutation(count)
      .forEach((place, rank) => {
        ;(rank < taken ? first : second).push(indices[place] as number)
      })
  })
  const ascending = (a: number, b: number): number => a - b
  return [subset(source, first.sort(ascending)), subset(source, second.sort(ascending))]
}
