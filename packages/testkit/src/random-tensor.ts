import type { ArrayRecord, Rng } from '@clas/core'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'

/** Where random values lie. */
export interface Range {
  /** Default: -1. */
  readonly low?: number
  /** Default: 1. */
  readonly high?: number
}

/** A float32 tensor of values that are uniform in [low, high). */
export function randomTensor(rng: Rng, shape: readonly number[], range: Range = {}): Tensor {
  return tensor(randomArray(rng, shape, range).data, [...shape], 'float32')
}

/** As {@link randomTensor}, on no backend. */
export function randomArray(rng: Rng, shape: readonly number[], { low = -1, high = 1 }: Range = {}): ArrayRecord {
  const length = shape.reduce((product, side) => product * side, 1)
  return { shape, data: Float32Array.from({ length }, () => rng.uniform(low, high)) }
}
