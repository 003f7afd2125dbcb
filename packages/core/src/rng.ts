/**
 * A stream of pseudo-random numbers (sfc32). The same seed and the same path of forks give the same stream, whatever
 * was drawn elsewhere before.
 */
export interface Rng {
  /** The next number, uniform in [0, 1), with 32 random bits. */
  next(): number
  /** Uniform in [low, high); `low` where both are the same. */
  uniform(low: number, high: number): number
  /** A whole number, uniform in [low, high). */
  integer(low: number, high: number): number
  /** Normal with the given mean, default 0, and standard deviation, default 1 (Box-Muller). */
  normal(mean?: number, deviation?: number): number
  /** A permutation of 0 … count - 1 (Fisher-Yates). */
  permutation(count: number): Uint32Array
  /** An independent stream that depends on this stream's seed and the path alone. Draws nothing from this stream. */
  fork(...path: readonly (string | number)[]): Rng
  /** What the stream is made of: two words of 32 bits. {@link rngFromKey} makes the same stream anew, in a worker too. */
  readonly key: readonly [number, number]
}

/**
 * Creates a stream from a seed.
 *
 * @param seed - any safe integer
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * const rng = createRng(42)
 * console.log(rng.fork('epoch', 3, 'sample', 17).next())
 * ```
 */
export function createRng(seed: number): Rng {
  return rngFromKey(hash(hash(KEY, 'seed'), seed))
}

type Key = readonly [number, number]
const KEY: Key = [0x243f6a88, 0x85a308d3]

/**
 * Creates a stream from the key of another. It begins anew, whatever was drawn from the other before.
 *
 * @param key - `rng.key`, two words of 32 bits
 * @example
 * ```ts
 * import { createRng, rngFromKey } from '@clas/core'
 * const { key } = createRng(42).fork('epoch', 3)
 * console.log(rngFromKey(key).next() === createRng(42).fork('epoch', 3).next()) // true
 * ```
 */
export function rngFromKey(key: readonly [number, number]): Rng {
  // sfc32 (Chris Doty-Humphrey, PractRand): three words of state and a counter.
  let a = key[0]
  let b = key[1]
  let c = 0x13198a2e
  let counter = 1
  const word = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) word()
  const next = (): number => word() / 4294967296
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low))
  return {
    key,
    next,
    integer,
    uniform: (low, high) => low + next() * (high - low),
    normal: (mean = 0, deviation = 1) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    permutation(count) {
      const order = Uint32Array.from({ length: count }, (_, i) => i)
      for (let i = count - 1; i > 0; i--) {
        const j = integer(0, i + 1)
        const swap = order[i] as number
        order[i] = order[j] as number
        order[j] = swap
      }
      return order
    },
    fork(...path) {
      const child = rngFromKey(path.reduce<Key>(hash, key))
      origins.set(child, { parent: this, path })
      return child
    },
  }
}

interface Origin {
  readonly parent: Rng
  readonly path: readonly (string | number)[]
}

const origins = new WeakMap<Rng, Origin>()

/**
 * The path that leads from one stream to a fork of it, over any number of forks; undefined where there is none.
 *
 * @example
 * ```ts
 * import { createRng, pathOf } from '@clas/core'
 * const root = createRng(1)
 * console.log(pathOf(root.fork('step', 3).fork('dropout'), root)) // ['step', 3, 'dropout']
 * ```
 */
export function pathOf(rng: Rng, root: Rng): (string | number)[] | undefined {
  if (rng === root) return []
  const origin = origins.get(rng)
  if (!origin) return undefined
  const before = pathOf(origin.parent, root)
  return before && [...before, ...origin.path]
}

/** Mixes one part of a path into a key of 64 bits. A number and its decimal text give different keys. */
function hash([x, y]: Key, part: string | number): Key {
  let h = x ^ (typeof part === 'number' ? 0x9e3779b9 : 0x7f4a7c15)
  let g = y
  const text = String(part)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    h = Math.imul(h ^ code, 0x85ebca6b)
    g = Math.imul(g ^ code, 0xc2b2ae35)
    h ^= h >>> 13
    g ^= (g >>> 16) ^ h
  }
  return [finish(h ^ text.length), finish(g ^ h)]
}

function finish(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}
