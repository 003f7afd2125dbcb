import { ClasError, type Rng } from '@clas/core'
import type { Source } from '../sources/source.ts'
import { checkCount, type Sampler } from './sampler.ts'

/** Options of {@link classBalanced}. */
export interface ClassBalancedOptions {
  readonly rng: Rng
  /** Pictures per epoch, at least 1. Default: as many as the source has. */
  readonly length?: number
}

/**
 * As many pictures of each class, in an order that `rng.fork('epoch', epoch)` draws. Of a small class all pictures come
 * before one comes again; of a large class an epoch has a part, another one each time. Classes without pictures count
 * as none.
 *
 * @param source - only its labels are looked at
 * @throws `bad-option` when the length isn't a whole number of at least 1, `no-images` for an empty source
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { arraySource, classBalanced } from '@clas/data'
 * const images = { data: new Uint8Array(6), shape: [6, 1, 1, 1] as const }
 * const source = arraySource({ images, labels: [0, 0, 0, 0, 0, 1] })
 * console.log(classBalanced(source, { rng: createRng(42) }).order(0)) // 5 three times, and three others
 * ```
 */
export function classBalanced(
  source: Pick<Source, 'length' | 'label'>,
  { rng, length = source.length }: ClassBalancedOptions,
): Sampler {
  const classes = [...picturesByClass(source).values()]
  checkCount('length', length)
  return {
    length,
    order(epoch) {
      const stream = rng.fork('epoch', epoch)
      const favoured = stream.fork('rest').permutation(classes.length) // those below the rest have one more
      const chosen = classes.flatMap((pictures, c) => {
        const count = Math.floor(length / classes.length) + ((favoured[c] as number) < length % classes.length ? 1 : 0)
        return takeInTurn(pictures, count, stream.fork('class', c))
      })
      return stream.permutation(length).map((place) => chosen[place] as number)
    },
  }
}

/**
 * The indices of each label that has pictures, in the order in which labels first come.
 *
 * @throws `no-images` when there are none
 */
export function picturesByClass(source: Pick<Source, 'length' | 'label'>): Map<number, number[]> {
  const classes = new Map<number, number[]>()
  for (let index = 0; index < source.length; index++) {
    const label = source.label(index)
    const pictures = classes.get(label)
    if (pictures) pictures.push(index)
    else classes.set(label, [index])
  }
  if (classes.size === 0) throw new ClasError('no-images', 'a sampler needs at least one picture, the source has none')
  return classes
}

/** All in a random order, then all again in another, until there are enough. */
function takeInTurn(pictures: readonly number[], count: number, rng: Rng): number[] {
  const taken: number[] = []
  for (let round = 0; taken.length < count; round++) {
    const order = rng
      .fork(round)
      .permutation(pictures.length)
      .subarray(0, count - taken.length)
    for (const place of order) taken.push(pictures[place] as number)
  }
  return taken
}
