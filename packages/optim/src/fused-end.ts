import type { Tensors } from '@clas/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { TransformInfo } from './transform.ts'

/** What kernels take of the links around momentum or Adam. */
export interface Around {
  /** [], one tensor for all parameters of one scale. */
  readonly lr: Tensor
  readonly weightDecay: number
}

/** The end of a chain, run by kernels that do all of it; S is the state of momentum or Adam. */
export interface FusedEnd<S> {
  /** The new parameters, and the new state. */
  apply(
    updates: Tensors,
    state: S,
    info: TransformInfo,
    around: (path: string, param: Tensor) => Around,
  ): readonly [Tensors, S]
  /** Frees what was compiled. */
  release(): void
}
