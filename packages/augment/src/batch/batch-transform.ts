import type { Rng } from '@clas/core'
import type { TransformSpec } from '../transform.ts'

/** A batch of pictures of one size and their labels, before they become tensors. */
export interface ImageBatch {
  /** Pictures after each other, float32, of `shape`. */
  readonly images: Float32Array
  /** [batch, classes], float32: one-hot or soft. */
  readonly labels: Float32Array
  /** [batch, height, width, channels]. */
  readonly shape: readonly [number, number, number, number]
}

/** The size of a batch. */
export interface BatchInfo {
  readonly batch: number
  readonly classes: number
  readonly height: number
  readonly width: number
  /** The epoch, from 0, which is what it is unless told. */
  readonly epoch?: number
}

/** A change of a whole batch, such as mixing its pictures, in the same two halves as a `Transform`. */
export interface BatchTransform<P = unknown> {
  readonly name: string
  /** Draws the parameters, plain JSON. The only place of randomness. */
  sample(rng: Rng, info: BatchInfo): P
  /**
   * Makes a new batch, or returns the same one where nothing changes. Never writes into its input.
   *
   * @param out - where the new pictures may be written: other memory than the batch's, of the same length. Fresh memory
   *   unless told, which costs as much time as the mixing
   */
  apply(batch: ImageBatch, parameters: P, out?: Float32Array): ImageBatch
  /** The transform as JSON, for `createBatchTransform`. Left out where it can't be rebuilt from JSON. */
  describe?(): TransformSpec
}

/** The size of a batch and the epoch, from 0, for `sample`. The number of classes is the length of a label. */
export function batchInfo({ labels, shape: [batch, height, width] }: ImageBatch, epoch: number = 0): BatchInfo {
  return { batch, classes: batch === 0 ? 0 : labels.length / batch, height, width, epoch }
}
