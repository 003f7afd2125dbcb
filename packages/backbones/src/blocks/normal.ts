import type { Initializer } from '@clas/nn'

/** Normal with mean 0 and a deviation. */
export function normal(deviation: number): Initializer {
  return (shape, rng) => Float32Array.from({ length: count(shape) }, () => deviation * rng.normal())
}

/**
 * Normal with deviation sqrt(2 / fan out), where the fan out of a convolution [height, width, in, out] is its taps times
 * its outputs, or times the outputs of one of its `groups`.
 */
export function fanOutNormal({ groups = 1 }: { readonly groups?: number } = {}): Initializer {
  return (shape, rng) => {
    const [height = 1, width = 1, , outputs = 1] = shape
    return normal(Math.sqrt((2 * groups) / (height * width * outputs)))(shape, rng)
  }
}

const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)
