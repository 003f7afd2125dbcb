import { ClasError, type Rng } from '@clas/core'

/** In which order the pictures of an epoch come. The order depends on the epoch alone, so any position can be resumed. */
export interface Sampler {
  /** How many indices an epoch has. */
  readonly length: number
  /** The indices of an epoch, counted from 0. */
  order(epoch: number): Uint32Array
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
  check(length)
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
  check(length)
  return { length, order: () => Uint32Array.from({ length }, (_, i) => i) }
}

function check(length: number): void {
  if (Number.isSafeInteger(length) && length >= 1) return
  throw new ClasError('bad-option', `a sampler needs at least 1 picture, found ${length}`, { length })
}
