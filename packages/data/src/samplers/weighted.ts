import { ClasError, type Rng } from '@clas/core'
import { checkCount, type Sampler } from './sampler.ts'

/** Options of {@link weighted}. */
export interface WeightedOptions {
  readonly rng: Rng
  /** Pictures per epoch, at least 1. Default: as many as there are weights. */
  readonly length?: number
  /** Whether a picture may come again in an epoch. Default: true. */
  readonly replacement?: boolean
}

/**
 * Draws pictures by their weights; `rng.fork('epoch', epoch)` draws. Without replacement, each next picture is drawn by
 * the weights of those that are left (by sorting exponential keys: Efraimidis and Spirakis 2006).
 *
 * @param weights - one per picture, finite, at least 0; they need not add up to 1
 * @throws `bad-option` when a weight or the length is out of range, or too few weights are above 0
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { weighted } from '@clas/data'
 * console.log(weighted([1, 0, 3], { rng: createRng(42), length: 8 }).order(0)) // 2 three times as often as 0
 * ```
 */
export function weighted(
  weights: ArrayLike<number>,
  { rng, length = weights.length, replacement = true }: WeightedOptions,
): Sampler {
  checkCount('length', length)
  const values = Float64Array.from(weights)
  checkWeights(values, replacement ? 1 : length)
  const draw = replacement ? byCumulativeSums(values) : byKeys(values)
  return { length, order: (epoch) => draw(rng.fork('epoch', epoch), length) }
}

type Draw = (rng: Rng, count: number) => Uint32Array

function byCumulativeSums(weights: Float64Array): Draw {
  const ends = new Float64Array(weights.length)
  let total = 0
  weights.forEach((weight, i) => {
    total += weight
    ends[i] = total
  })
  return (rng, count) => Uint32Array.from({ length: count }, () => firstAbove(ends, rng.next() * total))
}

/** The first place whose value is above. */
function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] as number) > value) high = middle
    else low = middle + 1
  }
  return low
}

function byKeys(weights: Float64Array): Draw {
  return (rng, count) => {
    const keys = weights.map((weight) => -Math.log(1 - rng.next()) / weight)
    const order = Uint32Array.from(weights.keys()).filter((index) => (weights[index] as number) > 0)
    return order.sort((a, b) => (keys[a] as number) - (keys[b] as number)).subarray(0, count)
  }
}

/**
 * Draws without replacement, each next one by the weights of those that are left.
 *
 * @param weights - finite, at least 0, at least `count` of them above 0
 */
export function drawWithout(weights: Float64Array, count: number, rng: Rng): Uint32Array {
  return byKeys(weights)(rng, count)
}

/** Throws `bad-option` unless weights are finite, at least 0, and enough of them are above 0. */
export function checkWeights(weights: Float64Array, needed: number): void {
  const wrong = weights.findIndex((weight) => !(Number.isFinite(weight) && weight >= 0))
  if (wrong >= 0) {
    throw new ClasError(
      'bad-option',
      `a sampler's weights must be finite and at least 0, found ${weights[wrong]} at ${wrong}`,
      { index: wrong, found: weights[wrong] },
    )
  }
  const usable = weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0)
  if (usable >= needed) return
  throw new ClasError('bad-option', `expected at least ${needed} weights above 0, found ${usable}`, {
    expected: needed,
    found: usable,
  })
}
