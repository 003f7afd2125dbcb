import type { Rng } from '@clas/core'

/** A stream that repeats recorded draws, whatever is asked of it. Throws when it is asked for more. */
export function scriptedRng(draws: readonly unknown[]): Rng {
  const left = [...draws]
  const take = <T>(): T => {
    if (left.length === 0) throw new RangeError('more was drawn than was recorded')
    return left.shift() as T
  }
  const rng: Rng = {
    key: [0, 0],
    next: () => take(),
    uniform: () => take(),
    integer: () => take(),
    normal: () => take(),
    permutation: () => Uint32Array.from(take<number[]>()),
    fork: () => rng,
  }
  return rng
}
