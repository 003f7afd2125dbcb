import { checkGradients, expectClose } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, test } from 'vitest'
import type { ActivationKind } from '../contract.ts'
import { useBackend } from '../use-backend.ts'
import { activation, gelu, hardSigmoid, leakyRelu } from './activation.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

// No value is within two steps of a corner.
const X = [-7.1, -4, -2.9, -1.3, -0.2, 0.1, 0.7, 1.9, 2.8, 3.3, 5.5, 8]

const clip = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high)
const erf = (x: number): number => tf.erf(tf.scalar(x)).dataSync()[0] as number

const EXPECTED: Readonly<Record<ActivationKind, (x: number) => number>> = {
  relu: (x) => clip(x, 0, Number.POSITIVE_INFINITY),
  relu6: (x) => clip(x, 0, 6),
  leakyRelu: (x) => clip(x, 0.01 * x, Number.POSITIVE_INFINITY),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  hardSigmoid: (x) => clip(x / 6 + 0.5, 0, 1),
  hardSwish: (x) => (x * clip(x + 3, 0, 6)) / 6,
  swish: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  geluTanh: (x) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2,
  tanh: (x) => Math.tanh(x),
}

describe('activation', () => {
  test.each(Object.keys(EXPECTED) as ActivationKind[])('%s agrees with its formula and with differences', (kind) => {
    const x = tf.tensor1d(X)
    expectClose(activation(x, kind), X.map(EXPECTED[kind]), { relative: 1e-5, absolute: 2e-6 })
    checkGradients(({ x }) => activation(x as tf.Tensor, kind), { x })
  })

  test('takes slope and offset', () => {
    expectClose(leakyRelu(tf.tensor1d([-2, 2]), 0.1), [-0.2, 2])
    expectClose(hardSigmoid(tf.tensor1d([-3, 0, 1]), { slope: 0.2, offset: 0.5 }), [0, 0.5, 0.7])
  })

  test('gelu keeps its small values far below zero', () => {
    // x * Phi(x), from tables of the normal distribution
    expectClose(gelu(tf.tensor1d([-6, -3, 3])), [-6 * 9.865876e-10, -3 * 1.349898e-3, 3 * 0.998650102], {
      absolute: 0,
    })
  })

  test('the derivative is 0 at a corner', () => {
    const slopes = (kind: ActivationKind, x: number[]): tf.Tensor =>
      tf.grad((t: tf.Tensor) => activation(t, kind))(tf.tensor1d(x))
    expectClose(slopes('relu', [0]), [0])
    expectClose(slopes('relu6', [0, 6]), [0, 0])
    expectClose(slopes('hardSwish', [-3, 3]), [0, 1])
  })
})
