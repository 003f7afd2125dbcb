import { createRng, type Tensors } from '@clas/core'
import { checkGradients, expectClose, randomTensor } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../use-backend.ts'
import { type Conv2dOptions, conv2d } from './conv2d.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const CASES: readonly [x: number[], filter: number[], options: Conv2dOptions][] = [
  [[2, 5, 6, 3], [3, 3, 3, 4], { pads: 1 }],
  [[1, 7, 5, 4], [3, 2, 2, 6], { strides: [2, 1], pads: [1, 0, 0, 1], groups: 2 }],
  [[1, 7, 7, 2], [3, 3, 2, 2], { dilations: 2, pads: 2 }],
  [[1, 6, 6, 3], [3, 3, 1, 6], { groups: 3, strides: 2, pads: 1 }],
  [[2, 4, 4, 5], [1, 1, 5, 3], { strides: 3 }],
]

describe('conv2d', () => {
  test.each(CASES)('%j with %j and %j has the gradients that differences give', (xShape, filterShape, options) => {
    const rng = createRng(1)
    const x = randomTensor(rng, xShape)
    const filter = randomTensor(rng, filterShape)
    const bias = randomTensor(rng, [filterShape[3] as number])
    const f = (t: Tensors): tf.Tensor =>
      conv2d(t.x as tf.Tensor, t.filter as tf.Tensor, { ...options, bias: t.bias as tf.Tensor })
    checkGradients(f, { x, filter, bias })
  })

  test('agrees with tfjs where that has the case', () => {
    const rng = createRng(2)
    const x = randomTensor(rng, [2, 7, 6, 4]) as tf.Tensor4D
    const filter = randomTensor(rng, [3, 3, 4, 5]) as tf.Tensor4D
    const padded = tf.pad(x, [[0, 0], [1, 0], [2, 1], [0, 0]]) // biome-ignore format: one row per axis
    expectClose(conv2d(x, filter, { strides: 2, pads: [1, 0, 2, 1] }), tf.conv2d(padded, filter, 2, 'valid'))
    expectClose(conv2d(x, filter, { dilations: 2 }), tf.conv2d(x, filter, 1, 'valid', 'NHWC', 2))
    // tfjs: [height, width, channels, multiplier]
    const depthwise = randomTensor(rng, [3, 3, 4, 2]) as tf.Tensor4D
    const grouped = conv2d(x, tf.reshape(depthwise, [3, 3, 1, 8]), { groups: 4 })
    expectClose(grouped, tf.depthwiseConv2d(x, depthwise, 1, 'valid'))
  })

  test('a group reads its own channels only', () => {
    const x = tf.tensor4d([1, 10, 100, 1000], [1, 1, 1, 4])
    const filter = tf.tensor4d([1, 2, 1, 2], [1, 1, 2, 2])
    expectClose(conv2d(x, filter, { groups: 2 }), [1 * 1 + 10 * 1, 100 * 2 + 1000 * 2])
  })

  test('names what was expected and what was found', () => {
    const x = tf.zeros([1, 4, 4, 3])
    expect(() => conv2d(x, tf.zeros([3, 3, 4, 8]))).toThrow(
      'conv2d: expected the shape [?, ?, 3, ?] for filter, found [3, 3, 4, 8]',
    )
    expect(() => conv2d(x, tf.zeros([5, 5, 3, 8]))).toThrow('a picture that holds at least one window')
    expect(() => conv2d(x, tf.zeros([1, 1, 1, 8]), { groups: 3 })).toThrow('a divisor of the 8 output channels')
    expect(() => conv2d(x, tf.zeros([1, 1, 3, 8]), { strides: 0 })).toThrow('strides must be')
    expect(() => conv2d(x, tf.zeros([1, 1, 3, 8]), { bias: tf.zeros([7]) })).toThrow('[8] for bias, found [7]')
    expect(() => conv2d(tf.zeros([1, 4, 4, 3], 'int32'), tf.zeros([1, 1, 3, 8]))).toThrow('float32')
  })
})
