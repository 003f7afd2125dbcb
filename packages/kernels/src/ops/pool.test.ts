import { createRng } from '@clas/core'
import { checkGradients, expectClose, randomTensor } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../use-backend.ts'
import { avgPool2d } from './avg-pool.ts'
import { maxPool2d } from './max-pool.ts'
import type { PoolOptions } from './windows.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const CASES: readonly [PoolOptions][] = [
  [{ size: 2 }],
  [{ size: 3, strides: 2, pads: 1 }],
  [{ size: [3, 2], strides: [1, 2], pads: [1, 2, 0, 1] }],
]

/** Values that are all different, further apart than the differences step. */
function spread(seed: number, shape: [number, number, number, number]): tf.Tensor4D {
  const order = createRng(seed).permutation(shape.reduce((a, b) => a * b))
  return tf.tensor4d(
    Float32Array.from(order, (rank) => (rank - order.length) / 10),
    shape,
  )
}

describe('pooling', () => {
  test.each(CASES)('%j has the gradients that differences give', (options) => {
    checkGradients(({ x }) => maxPool2d(x as tf.Tensor, options), { x: spread(1, [2, 5, 6, 2]) })
    const x = randomTensor(createRng(2), [2, 5, 6, 2])
    checkGradients(({ x }) => avgPool2d(x as tf.Tensor, options), { x })
  })

  test('agrees with tfjs forward', () => {
    const x = spread(3, [2, 7, 6, 3])
    const options = { size: 3, strides: 2, pads: 1 }
    expectClose(maxPool2d(x, options), tf.maxPool(x, 3, 2, 1))
    expectClose(avgPool2d(x, options), tf.avgPool(x, 3, 2, 1))
  })

  test('the gradient of equal cells goes to the first', () => {
    const gradient = tf.grad((x: tf.Tensor) => maxPool2d(x, { size: 2 }))
    expectClose(gradient(tf.zeros([1, 2, 2, 1])), [1, 0, 0, 0])
  })

  test('padding of a whole window is rejected', () => {
    expect(() => maxPool2d(tf.zeros([1, 4, 4, 1]), { size: 2, pads: 2 })).toThrow('pads must be less than the size')
  })
})
