import { createRng } from '@clas/core'
import { checkGradients, expectClose, randomTensor } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../use-backend.ts'
import { softmax } from './softmax.ts'
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

test('softmax agrees with tfjs and with differences', () => {
  const x = randomTensor(createRng(1), [2, 3, 5], { low: -3, high: 3 })
  expectClose(softmax(x), tf.softmax(x))
  checkGradients(({ x }) => softmax(x as tf.Tensor), { x })
  expectClose(softmax(tf.tensor2d([[1000, 1000, -1000]])), [0.5, 0.5, 0])
})

test('cross-entropy agrees with its formula and with differences', () => {
  const rng = createRng(2)
  const logits = randomTensor(rng, [4, 5], { low: -3, high: 3 })
  const targets = randomTensor(rng, [4, 5], { low: 0, high: 1 })
  const expected = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), targets), 1))
  expectClose(softmaxCrossEntropy(logits, targets), expected)
  checkGradients(({ logits, targets }) => softmaxCrossEntropy(logits as tf.Tensor, targets as tf.Tensor), {
    logits,
    targets,
  })
  expectClose(softmaxCrossEntropy(tf.tensor2d([[1000, 0]]), tf.tensor2d([[0, 1]])), [1000])
})

test('logits and targets must have the same shape', () => {
  expect(() => softmaxCrossEntropy(tf.zeros([2, 3]), tf.zeros([2, 4]))).toThrow('[2, 3] for targets, found [2, 4]')
})
