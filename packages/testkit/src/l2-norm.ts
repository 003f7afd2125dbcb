import type { Tensor } from '@tensorflow/tfjs-core'

/** The square root of the sum of squares, summed in float64: a float32 sum of millions of squares is off by 1e-3. */
export function l2Norm(tensor: Tensor): number {
  let sum = 0
  for (const value of tensor.dataSync()) sum += value * value
  return Math.sqrt(sum)
}
