import { createRng, type Tensors } from '@clas/core'
import { BACKENDS_UNDER_TEST, expectAgreement, FAST_BACKEND, randomArray } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, test } from 'vitest'

type Inputs = Readonly<Record<'x' | 'filter' | 'a' | 'b', tf.Tensor4D>>

/** The operations of tfjs itself, whose gradients its backends lack or get wrong. */
interface Case {
  readonly name: string
  readonly shapes: Readonly<Record<string, number[]>>
  readonly f: (t: Inputs) => tf.Tensor
}

const CASES: readonly Case[] = [
  {
    name: 'conv2d of 1x1, strides 2, few channels',
    shapes: { x: [2, 9, 8, 3], filter: [1, 1, 3, 5] },
    f: ({ x, filter }) => tf.conv2d(x, filter, 2, 'valid'),
  },
  ...Object.entries({ add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div }).map(
    ([name, operation]): Case => ({
      name: `${name}, both stretched`,
      shapes: { a: [4, 1, 5, 1], b: [1, 3, 5, 2] },
      f: ({ a, b }) => operation(a, b),
    }),
  ),
  {
    name: 'concat, parts of one number',
    shapes: { a: [2, 3, 4, 1], b: [2, 3, 4, 3] },
    f: ({ a, b }) => tf.concat([a, b, a], 3),
  },
  {
    name: 'split, parts of one number',
    shapes: { x: [2, 3, 4, 5] },
    f: ({ x }) => tf.addN(tf.split(x, [1, 3, 1], 3).map((part, i) => tf.mul(tf.sum(part, 3, true), i + 1))),
  },
  {
    name: 'pad of one number',
    shapes: { x: [2, 3, 4, 1] },
    f: ({ x }) =>
      tf.pad(x, [
        [0, 0],
        [1, 0],
        [0, 0],
        [1, 2],
      ]),
  },
  ...(['same', 'valid', 1] as const).flatMap((pad): Case[] => [
    {
      name: `conv2d, pad ${pad}`,
      shapes: { x: [2, 7, 8, 3], filter: [3, 3, 3, 5] },
      f: ({ x, filter }) => tf.conv2d(x, filter, 1, pad),
    },
    {
      name: `conv2d, strides 2, pad ${pad}`,
      shapes: { x: [2, 7, 8, 3], filter: [3, 3, 3, 5] },
      f: ({ x, filter }) => tf.conv2d(x, filter, 2, pad),
    },
    {
      name: `depthwiseConv2d, pad ${pad}`,
      shapes: { x: [2, 7, 8, 3], filter: [3, 3, 3, 2] },
      f: ({ x, filter }) => tf.depthwiseConv2d(x, filter, 1, pad),
    },
    {
      name: `depthwiseConv2d, strides 2, pad ${pad}`,
      shapes: { x: [2, 7, 8, 3], filter: [3, 3, 3, 1] },
      f: ({ x, filter }) => tf.depthwiseConv2d(x, filter, 2, pad),
    },
    {
      name: `avgPool, strides 2, pad ${pad}`,
      shapes: { x: [2, 7, 8, 3] },
      f: ({ x }) => tf.avgPool(x, 3, 2, pad),
    },
    {
      name: `maxPool of values below zero, pad ${pad}`,
      shapes: { x: [2, 7, 8, 3] },
      f: ({ x }) => tf.maxPool(tf.sub(x, 2), 3, 2, pad),
    },
  ]),
  {
    name: 'conv2d of one tap',
    shapes: { x: [2, 5, 5, 4], filter: [1, 1, 4, 6] },
    f: ({ x, filter }) => tf.conv2d(x, filter, 1, 'valid'),
  },
  ...[false, true].flatMap((ta) =>
    [false, true].map(
      (tb): Case => ({
        name: `matMul, transposed ${ta}, ${tb}`,
        shapes: { a: [3, ...(ta ? [6, 5] : [5, 6])], b: [3, ...(tb ? [7, 6] : [6, 7])] },
        f: ({ a, b }) => tf.matMul(a, b, ta, tb),
      }),
    ),
  ),
  ...[0, 1, 2].map(
    (axis): Case => ({
      name: `gather along axis ${axis}`,
      shapes: { x: [3, 4, 5] },
      f: ({ x }) => tf.gather(x, tf.tensor2d([2, 0, 2, 1], [2, 2], 'int32'), axis),
    }),
  ),
  {
    name: 'gather of scattered rows',
    shapes: { x: [7, 2, 3] },
    f: ({ x }) => tf.gather(x, [5, 0, 5, 5, 3]),
  },
  {
    name: 'matMul of one matrix by many',
    shapes: { a: [3, 5, 6], b: [6, 7] },
    f: ({ a, b }) => tf.matMul(a, b),
  },
  {
    name: 'matMul with broadcasting',
    shapes: { a: [1, 5, 6], b: [4, 6, 7] },
    f: ({ a, b }) => tf.matMul(a, b),
  },
  {
    name: 'matMul of the same values in two shapes',
    shapes: { a: [4, 4], b: [4, 4] },
    f: ({ a, b }) => {
      const tall = tf.reshape(b, [8, 2])
      const wide = tf.reshape(b, [2, 8])
      const left = tf.reshape(a, [8, 2])
      return tf.add(tf.matMul(left, wide), tf.matMul(tall, tf.reshape(a, [2, 8])))
    },
  },
]

describe(`${FAST_BACKEND} agrees with cpu on operations of tfjs`, () => {
  test.each(CASES)('$name', async ({ shapes, f }) => {
    const rng = createRng(1)
    const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, randomArray(rng, shape)]))
    const tolerance = { relative: 1e-6, absolute: 1e-5 }
    await expectAgreement(BACKENDS_UNDER_TEST, (t: Tensors) => f(t as Inputs), inputs, tolerance)
  })
})
