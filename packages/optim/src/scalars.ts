import { type Scalar, scalar } from '@tensorflow/tfjs-core'

/**
 * Scalars by a number that each is made of, by default itself: one tensor serves all parameters of a step. Call them
 * inside the step's `tidy`, but outside any `tidy` within it, which would free what later calls return.
 */
export function scalars(of: (key: number) => number = (key) => key): (key: number) => Scalar {
  const made = new Map<number, Scalar>()
  return (key) => {
    const known = made.get(key)
    if (known) return known
    const fresh = scalar(of(key))
    made.set(key, fresh)
    return fresh
  }
}
