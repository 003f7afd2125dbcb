import type { Selector, Task } from '@clas/core'
import { apply, crossEntropy, type Module } from '@clas/nn'

/** Options of {@link classification}. */
export interface ClassificationOptions {
  /** Maps images [batch, height, width, channels] to logits [batch, classes]. */
  readonly module: Module
  /** Label smoothing in training, in [0, 1); evaluation never smooths. Default: 0. */
  readonly smoothing?: number
  /** Modules that run as in evaluation while the rest trains: running statistics, no dropout. Default: none. */
  readonly frozen?: Selector | readonly Selector[]
}

/**
 * The task of naming what a picture shows: its loss is the cross-entropy of the logits, averaged over the batch. Weight
 * decay is the optimizer's.
 *
 * @throws `shape-mismatch` when the logits and the labels differ in shape, on each call
 * @example
 * ```ts
 * import { classification } from '@clas/engine'
 * import { flatten, linear, sequential } from '@clas/nn'
 * const task = classification({ module: sequential([flatten, linear(784, 10)]), smoothing: 0.1 })
 * console.log(typeof task)
 * ```
 */
export function classification({ module, smoothing = 0, frozen = [] }: ClassificationOptions): Task {
  return (variables, batch, { training, rng }) => {
    const { output, buffers } = apply(module, variables, batch.images, { training, rng, frozen })
    return { loss: crossEntropy(output, batch.labels, { smoothing: training ? smoothing : 0 }), output, buffers }
  }
}
