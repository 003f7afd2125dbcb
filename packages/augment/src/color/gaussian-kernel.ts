/** The weights of a symmetric filter from the middle outwards; the middle counts once, the others on both sides. */
export type HalfKernel = readonly number[]

// What OpenCV takes for these sizes when no deviation is given.
const SMALL: Readonly<Record<number, HalfKernel>> = {
  1: [1],
  3: [0.5, 0.25],
  5: [0.375, 0.25, 0.0625],
  7: [0.28125, 0.21875, 0.109375, 0.03125],
  9: [60 / 256, 51 / 256, 30 / 256, 13 / 256, 4 / 256],
}

/**
 * The weights of a Gaussian, which have the sum 1, as OpenCV's `getGaussianKernel`.
 *
 * @param size - odd
 * @param deviation - in pixels; 0 takes one that suits the size
 */
export function gaussianKernel(size: number, deviation: number): HalfKernel {
  const small = SMALL[size]
  if (deviation === 0 && small) return small
  const sigma = deviation || 0.3 * ((size - 1) / 2 - 1) + 0.8
  const weights = Array.from({ length: (size + 1) / 2 }, (_, x) => Math.exp((-x * x) / (2 * sigma * sigma)))
  const sum = weights.reduce((total, weight, x) => total + (x === 0 ? weight : 2 * weight), 0)
  return weights.map((weight) => weight / sum)
}

/**
 * The weights as whole numbers with the sum 256, as OpenCV has them for pictures of 8 bits: from the ends inwards, each
 * takes over what rounding left of the one before, and the middle gets the rest.
 */
export function wholeKernel(kernel: HalfKernel): HalfKernel {
  const whole = kernel.map(() => 0)
  let rest = 256
  let left = 0
  for (let x = kernel.length - 1; x >= 1; x--) {
    const exact = (kernel[x] as number) * 256 + left
    const weight = Math.round(exact)
    whole[x] = weight
    left = exact - weight
    rest -= 2 * weight
  }
  whole[0] = rest
  return whole
}
