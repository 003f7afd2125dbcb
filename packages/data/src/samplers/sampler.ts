import { ClasError, type Rng } from '@clas/core'

/** In which order the pictures of an epoch come. The order depends on the epoch alone, so any position can be resumed. */
export interface Sampler {
  /** How many indices an epoch has. */
  readonly length: number
  /** The indices of an epoch, counted from 0. */
  order(epoch: number): Uint32Array
  /**
   * For each place of the order, how often its picture came before in the epoch, in other shards too: a picture that
   * comes again is augmented in another way. Left out where the loader may count.
   */
  repeats?(epoch: number): Uint32Array
}

/**
 * Every index once per epoch, in an order that `rng.fork('epoch', epoch)` draws.
 *
 * @param length - the number of pictures, at least 1
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { shuffled } from '@clas/data'
 * console.log(shuffled(5, createRng(42)).order(0))
 * ```
 */
export function shuffled(length: number, rng: Rng): Sampler {
  checkCount('length', length)
  return { length, order: (epoch) => rng.fork('epoch', epoch).permutation(length) }
}

/**
 * Every index once per epoch, 0, 1, 2 …
 *
 * @param length - the number of pictures, at least 1
 * @example
 * ```ts
 * import { sequential } from '@clas/data'
 * console.log(sequential(3).order(0)) // 0 1 2
 * ```
 */
export function sequential(length: number): Sampler {
  checkCount('length', length)
  return { length, order: () => Uint32Array.from({ length }, (_, i) => i) }
}

/** Throws `bad-option` unless a sampler's number is whole and large enough. */
export function checkCount(option: string, value: number, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new ClasError(
    'bad-option',
    `a sampler's ${option} must be a whole number of at least ${least}, found ${value}`,
    {
      option,
      found: value,
    },
  )
}
