import { createRng, type Tensors } from '@clas/core'
import { checkGradients, expectClose, randomTensor } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../use-backend.ts'
import { matMul } from './mat-mul.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const CASES = [false, true].flatMap((transposeA) => [false, true].map((transposeB) => ({ transposeA, transposeB })))

test.each(CASES)('%j agrees with tfjs and with differences', ({ transposeA, transposeB }) => {
  const rng = createRng(1)
  const shapes: [number[], number[]][] = [
    [[], []],
    [
      [2, 2],
      [2, 2],
    ],
    [[2, 3], []],
  ]
  for (const [batchA, batchB] of shapes) {
    const a = randomTensor(rng, [...batchA, ...(transposeA ? [3, 4] : [4, 3])])
    const b = randomTensor(rng, [...batchB, ...(transposeB ? [5, 3] : [3, 5])])
    expectClose(matMul(a, b, { transposeA, transposeB }), tf.matMul(a, b, transposeA, transposeB))
    const f = (t: Tensors): tf.Tensor => matMul(t.a as tf.Tensor, t.b as tf.Tensor, { transposeA, transposeB })
    checkGradients(f, { a, b })
  }
})

test('names the length that was expected', () => {
  const a = tf.zeros([2, 4, 3])
  expect(() => matMul(a, tf.zeros([4, 5]))).toThrow('expected 3 along its last but one axis')
  expect(() => matMul(a, tf.zeros([3, 3, 5]))).toThrow('expected the batch axes [2] of a for b, found [3, 3, 5]')
})
