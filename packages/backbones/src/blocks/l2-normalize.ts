import { maximum, mul, rsqrt, square, sum, type Tensor } from '@tensorflow/tfjs-core'

/** Divides each row of the last axis by its Euclidean length; a row of zeros stays. */
export function l2Normalize(x: Tensor): Tensor {
  return mul(x, rsqrt(maximum(sum(square(x), -1, true), 1e-24)))
}
