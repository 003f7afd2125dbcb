import type { Tensors } from '@clas/core'
import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * What a transform may keep between steps: numbers, tensors, and lists and records of them. A checkpoint holds any such
 * state without knowing the transform. Write your own as a `type`: an `interface` has no index signature.
 */
export type TransformState = number | Tensor | readonly TransformState[] | { readonly [key: string]: TransformState }

/** The state of a transform that keeps nothing. */
export type NoState = Readonly<Record<string, never>>

/** What a transform is told of the step. */
export interface TransformInfo {
  /** Steps done before this one: 0 in the first. */
  readonly step: number
  /** All parameters, before the step. */
  readonly params: Tensors
}

/**
 * One link of an optimizer: gradients in, updates out. The last link's updates are added to the parameters.
 *
 * Both functions are pure and synchronous: they never dispose what they are given, may return a tensor that they were
 * given, and leave temporary tensors to the `tidy` that runs around them. A path that is not in `updates` has no
 * gradient in this step: its parameter and all that is kept for it stay as they are.
 *
 * The form is that of optax (Google DeepMind).
 *
 * @example
 * ```ts
 * import { chain, createOptimizer, type NoState, scaleByLearningRate, type Transform } from '@clas/optim'
 * import { mapTensors } from '@clas/core'
 * import { sign } from '@tensorflow/tfjs-core'
 * const signOf: Transform<NoState> = {
 *   name: 'signOf',
 *   init: () => ({}),
 *   update: (updates, state) => [mapTensors(updates, (update) => sign(update)), state],
 * }
 * const optimizer = createOptimizer(chain(signOf, scaleByLearningRate(1e-3)))
 * console.log(optimizer.name)
 * ```
 */
export interface Transform<S = TransformState> {
  /** Stands in checkpoints: a state is read back only by transforms of the same names. */
  readonly name: string
  /** The rate that this transform applies, by step, where it applies one; for logs. */
  readonly learningRate?: (step: number) => number
  init(params: Tensors): S
  update(updates: Tensors, state: S, info: TransformInfo): readonly [Tensors, S]
  /**
   * Does the whole step at once, where that is faster: the parameters that change, with their new values, and the new
   * state; equal to `update` and the addition but for rounding. Undefined where the backend can't.
   */
  fused?(gradients: Tensors, state: S, info: TransformInfo): readonly [Tensors, S] | undefined
  /** Frees what `fused` has compiled. It may be called again after that, and compiles anew. */
  release?(): void
}
