import type { Initializer } from './module.ts'

const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)
/** Inputs that one output sums over: all axes but the last. */
const fanIn = (shape: readonly number[]): number => count(shape.slice(0, -1))

/**
 * Every value the same.
 *
 * @param value - any number
 */
export function constant(value: number): Initializer {
  return (shape) => new Float32Array(count(shape)).fill(value)
}

/**
 * Uniform in [-bound, bound).
 *
 * @param bound - above 0
 */
export function uniform(bound: number): Initializer {
  return (shape, rng) => Float32Array.from({ length: count(shape) }, () => rng.uniform(-bound, bound))
}

/**
 * Normal with mean 0, drawn again outside two deviations.
 *
 * @param deviation - of the normal before anything is drawn again; 0.02 in vision transformers
 */
export function truncatedNormal(deviation: number): Initializer {
  return (shape, rng) =>
    Float32Array.from({ length: count(shape) }, () => {
      let value = rng.normal()
      while (Math.abs(value) > 2) value = rng.normal()
      return deviation * value
    })
}

/** Normal with deviation sqrt(2 / fan in) (He et al. 2015): PaddlePaddle's default for convolutions. */
export function kaimingNormal(): Initializer {
  return (shape, rng) => {
    const deviation = Math.sqrt(2 / fanIn(shape))
    return Float32Array.from({ length: count(shape) }, () => deviation * rng.normal())
  }
}

/** Uniform with bound sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010): PaddlePaddle's default for linear layers. */
export function xavierUniform(): Initializer {
  return (shape, rng) => uniform(Math.sqrt(6 / (fanIn(shape) + (shape.at(-1) ?? 1))))(shape, rng)
}
