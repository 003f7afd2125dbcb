import { createRng } from '@clas/core'
import * as tf from '@tensorflow/tfjs-core'

/** What a kernel is run for: outputs that are compared. */
export type Case = readonly [name: string, f: () => tf.Tensor | readonly tf.Tensor[]]

const rng = createRng(1)

export function floats(shape: number[], low = -2, high = 2): tf.Tensor {
  const stream = rng.fork(String(shape))
  return tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => stream.uniform(low, high)),
    shape,
  )
}

/** Values that all differ. */
export function steps(shape: number[], scale = 0.1): tf.Tensor {
  const size = sizeOf(shape)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => (((i * 7) % size) - size / 2) * scale),
    shape,
  )
}

export function ints(values: number[], shape: number[] = [values.length]): tf.Tensor {
  return tf.tensor(values, shape, 'int32')
}

export function bools(values: number[], shape: number[] = [values.length]): tf.Tensor {
  return tf.tensor(values, shape, 'bool')
}

export function picture(): tf.Tensor4D {
  return steps([2, 7, 8, 3], 0.01) as tf.Tensor4D
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}
