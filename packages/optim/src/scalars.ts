import { type Scalar, scalar } from '@tensorflow/tfjs-core'

/** Scalars by value, each made once: one tensor serves all parameters of a step. Call them inside the
 * step's `tidy`, but outside any `tidy` within it, which would free what later calls return. */
export function scalars(): (value: number) => Scalar {
  const made = new Map<number, Scalar>()
  return (value) => {
    const known = made.get(value)
    if (known) return known
    const fresh = scalar(value)
    made.set(value, fresh)
    return fresh
  }
}
