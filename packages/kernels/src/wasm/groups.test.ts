import { createRng, type Tensors } from '@clas/core'
import { expectAgreement, expectNoLeaks, randomArray } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { useBackend } from '../use-backend.ts'
import { areGroups, isSumInGroups } from './groups.ts'

const TOLERANCE = { relative: 1e-6, absolute: 1e-5 }

interface Case {
  readonly name: string
  readonly a: number[]
  readonly b: number[]
}

const CASES: readonly Case[] = [
  { name: 'a number for each channel of each picture', a: [3, 4, 5, 6], b: [3, 1, 1, 6] },
  { name: 'more pictures than jobs', a: [700, 2, 3, 12], b: [700, 1, 1, 12] },
  { name: 'the small one first', a: [2, 3, 1, 4], b: [2, 3, 7, 4] },
  { name: 'of rank three', a: [5, 9, 3], b: [5, 1, 3] },
]

describe('wasm agrees with cpu', () => {
  it.each(CASES)('on sums, differences, products and quotients with $name', async ({ a, b }) => {
    const rng = createRng(1)
    const inputs = { a: randomArray(rng, a), b: randomArray(rng, b, { low: 0.5, high: 1 }) }
    for (const f of [tf.add, tf.sub, tf.mul, tf.div]) {
      await expectAgreement(
        ['cpu', 'wasm'],
        ({ a, b }: Tensors) => f(a as tf.Tensor, b as tf.Tensor),
        inputs,
        TOLERANCE,
      )
    }
  })

  it.each([[1], [2], [1, 2], [-2, 1]])('on sums over axes between others: %j', async (...axes) => {
    const inputs = { x: randomArray(createRng(2), [3, 40, 5, 6]) }
    for (const keepDims of [true, false]) {
      await expectAgreement(['cpu', 'wasm'], ({ x }) => tf.sum(x as tf.Tensor, axes, keepDims), inputs, TOLERANCE)
    }
  })
})

it('is meant for such shapes alone', () => {
  const info = (shape: number[], dtype: tf.DataType = 'float32') => ({ dataId: {}, shape, dtype })
  expect(areGroups([info([2, 3, 4]), info([2, 1, 4])])).toBe(true)
  expect(areGroups([info([2, 3, 4], 'int32'), info([2, 1, 4], 'int32')])).toBe(false)
  expect(areGroups([info([2, 3, 4]), info([1, 3, 4])])).toBe(false)
  expect(areGroups([info([2, 3, 4]), info([2, 3, 1])])).toBe(false)
  expect(areGroups([info([2, 3, 4, 5]), info([2, 1, 4, 1])])).toBe(false)
  expect(areGroups([info([2, 1, 4]), info([2, 1, 4])])).toBe(false)
  expect(areGroups([info([2, 3, 4, 5]), info([3, 1, 5])])).toBe(false)
  expect(isSumInGroups([info([2, 3, 4])], { axis: [1] })).toBe(true)
  expect(isSumInGroups([info([2, 3, 4])], { axis: [0, 1] })).toBe(false)
  expect(isSumInGroups([info([2, 3, 4, 5])], { axis: [0, 2] })).toBe(false)
  expect(isSumInGroups([info([2, 3, 4], 'int32')], { axis: [1] })).toBe(false)
})

it('a cast to the same type shares the data, one to another has its own', async () => {
  await useBackend('wasm')
  const x = tf.tensor1d([1.5, -2])
  await expectNoLeaks(() => {
    const [same, other] = [tf.cast(x, 'float32'), tf.cast(x, 'int32')]
    expect(same.dataId).toBe(x.dataId)
    expect([...other.dataSync()]).toEqual([1, -2])
    tf.dispose([same, other])
    expect([...x.dataSync()]).toEqual([1.5, -2])
  })
  x.dispose()
})
