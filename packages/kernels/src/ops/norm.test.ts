import { createRng, type Tensors } from '@clas/core'
import { checkGradients, expectClose, randomTensor } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../use-backend.ts'
import { batchNorm, batchNormTrain } from './batch-norm.ts'
import { layerNorm } from './layer-norm.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

interface Norm extends Tensors {
  readonly x: tf.Tensor
  readonly gamma: tf.Tensor
  readonly beta: tf.Tensor
}

function inputs(shape: number[]): Norm {
  const rng = createRng(4)
  const channels = shape.slice(-1)
  return {
    x: randomTensor(rng, shape, { low: -1, high: 3 }),
    gamma: randomTensor(rng, channels, { low: 0.5, high: 1.5 }),
    beta: randomTensor(rng, channels),
  }
}

function byFormula(x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3))), gamma), beta)
}

describe('batch normalisation', () => {
  test.each([[[3, 2, 4, 3]], [[7, 5]]])('of %j has the gradients that differences give', (shape) => {
    checkGradients((t) => {
      const { x, gamma, beta } = t as Norm
      return batchNormTrain(x, gamma, beta, 1e-3).output
    }, inputs(shape))
    const rng = createRng(5)
    const channels = shape.slice(-1)
    const statistics = {
      mean: randomTensor(rng, channels),
      variance: randomTensor(rng, channels, { low: 0.5, high: 2 }),
    }
    checkGradients(
      (t) => {
        const { x, gamma, beta, mean, variance } = t as Norm & typeof statistics
        return batchNorm(x, mean, variance, gamma, beta, 1e-3)
      },
      { ...inputs(shape), ...statistics },
    )
  })

  test('agrees with its formula', () => {
    const { x, gamma, beta } = inputs([3, 2, 4, 3])
    const { output, mean, variance } = batchNormTrain(x, gamma, beta, 1e-3)
    const moments = tf.moments(x, [0, 1, 2])
    expectClose(mean, moments.mean)
    expectClose(variance, moments.variance)
    expectClose(output, batchNorm(x, mean, variance, gamma, beta, 1e-3), { absolute: 1e-5 })
    expectClose(output, byFormula(x, mean, variance, gamma, beta), { absolute: 1e-5 })
  })

  test('an empty batch has no statistics', () => {
    expect(() => batchNormTrain(tf.zeros([0, 3]), tf.ones([3]), tf.zeros([3]), 1e-5)).toThrow('found [0, 3]')
  })
})

describe('layer normalisation', () => {
  test.each([[[2, 3, 6]], [[4, 5]]])('of %j has the gradients that differences give', (shape) => {
    checkGradients((t) => {
      const { x, gamma, beta } = t as Norm
      return layerNorm(x, gamma, beta, 1e-3)
    }, inputs(shape))
  })

  test('agrees with its formula', () => {
    const { x, gamma, beta } = inputs([2, 3, 6])
    const { mean, variance } = tf.moments(x, -1, true)
    const expected = byFormula(x, mean, variance, gamma, beta)
    expectClose(layerNorm(x, gamma, beta, 1e-3), expected, { absolute: 1e-5 })
  })

  test('names the channels that were expected', () => {
    expect(() => layerNorm(tf.zeros([2, 6]), tf.ones([5]), tf.zeros([6]), 1e-3)).toThrow('[6] for gamma, found [5]')
  })
})
