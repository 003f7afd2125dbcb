import { ClasError, type Rng } from '@clas/core'
import type { Source } from '../sources/source.ts'
import { subset } from '../sources/subset.ts'

/** Options of {@link balanceClasses}. */
export interface BalanceClassesOptions {
  /** How often each class comes: as often as the largest or the smallest one has pictures, or a number. Default: `largest`. */
  readonly perClass?: 'largest' | 'smallest' | number
  /** Decides which pictures are left out or come again; drawn from its fork `balance`. */
  readonly rng: Rng
}

/**
 * A source in which every class comes equally often: some pictures of large classes are left out, those of small ones come
 * again, all equally often but for one. For training only: what is measured with must stay as it is. The sampler
 * `classBalanced` does the same without a list, and draws anew in each epoch.
 *
 * @throws `bad-option` when `perClass` isn't a whole number of at least 1, or pictures have several labels;
 *   `empty-class` when a class has no pictures
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { arraySource } from '@clas/data'
 * import { balanceClasses } from '@clas/data/node'
 * const images = { data: new Uint8Array(4), shape: [4, 1, 1, 1] as const }
 * const source = arraySource({ images, labels: [0, 0, 0, 1] })
 * console.log(balanceClasses(source, { rng: createRng(42) }).length) // 6
 * ```
 */
export function balanceClasses(source: Source, { perClass = 'largest', rng }: BalanceClassesOptions): Source {
  if (source.targets) {
    throw new ClasError(
      'bad-option',
      'pictures with several labels cannot be balanced by repeating them; weight the loss',
    )
  }
  const byClass = source.classes.map((): number[] => [])
  for (let i = 0; i < source.length; i++) byClass[source.label(i)]?.push(i)
  const empty = byClass.findIndex((indices) => indices.length === 0)
  if (empty >= 0) {
    throw new ClasError('empty-class', `the class '${source.classes[empty]}' has no pictures to balance`, {
      class: source.classes[empty],
    })
  }
  const sizes = byClass.map(({ length }) => length)
  const count = perClass === 'largest' ? Math.max(...sizes) : perClass === 'smallest' ? Math.min(...sizes) : perClass
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ClasError('bad-option', `perClass must be a whole number of at least 1, found ${count}`, { perClass })
  }
  const chosen = byClass.flatMap((indices, label) => {
    const order = rng.fork('balance', label).permutation(indices.length)
    return Array.from({ length: count }, (_, i) => indices[order[i % order.length] as number] as number)
  })
  return subset(
    source,
    chosen.sort((a, b) => a - b),
  )
}
