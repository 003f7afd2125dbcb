import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { Rng } from './rng.ts'
import type { Tensors, Variables } from './tensors.ts'

/** Pictures and their labels, as tensors that the batch owns: disposing of the batch frees them. */
export interface Batch extends Disposable {
  /** [batch, height, width, channels], float32. */
  readonly images: Tensor
  /** [batch, classes], float32: one-hot, or soft where pictures were mixed. */
  readonly labels: Tensor
  /** The index in the source of each picture. */
  readonly indices: readonly number[]
}

/** What a task is told of the step. */
export interface TaskContext {
  /** Whether the pass trains: batch statistics, dropout. */
  readonly training: boolean
  /** Random numbers of this step: dropout, stochastic depth. */
  readonly rng: Rng
}

/** What a task makes of a batch. All tensors are the caller's. */
export interface TaskResult {
  /** What is minimised: a scalar, averaged over the batch. */
  readonly loss: Scalar
  /** The logits that metrics are computed from: [batch, classes]. */
  readonly output: Tensor
  /** Buffers with their new values; those of the variables where nothing changed. */
  readonly buffers: Tensors
}

/**
 * Maps variables and a batch to a loss. Classification and distillation are tasks; the loop knows only this.
 *
 * @example
 * ```ts
 * import type { Task } from '@clas/core'
 * import { apply, crossEntropy, flatten, linear, sequential } from '@clas/nn'
 * const module = sequential([flatten, linear(4, 2)])
 * const task: Task = (variables, batch, context) => {
 *   const { output, buffers } = apply(module, variables, batch.images, context)
 *   return { loss: crossEntropy(output, batch.labels), output, buffers }
 * }
 * console.log(typeof task)
 * ```
 */
export type Task = (variables: Variables, batch: Batch, context: TaskContext) => TaskResult
