import { readFileSync } from 'node:fs'
import { createRng } from '@clas/core'
import { BACKENDS_UNDER_TEST, checkGradients, expectClose, forEachBackend, randomTensor } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Pair } from '../contract.ts'
import { useBackend } from '../use-backend.ts'
import { resizeBilinear } from './resize-bilinear.ts'

interface Case {
  readonly inputSize: Pair
  readonly size: Pair
  readonly alignCorners: boolean
  readonly x: readonly number[]
  readonly dy: readonly number[]
  readonly torch: readonly number[]
  readonly paddle: readonly number[]
  readonly torchGradient: readonly number[]
}

const { cases } = JSON.parse(readFileSync(new URL('../../fixtures/resize.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[]
}

beforeEach(async () => {
  await useBackend('cpu')
})

describe('resizeBilinear', () => {
  test.each(cases)('of $inputSize to $size, $alignCorners, agrees with PyTorch and PaddlePaddle', async (each) => {
    const { inputSize, size, alignCorners } = each
    await forEachBackend(BACKENDS_UNDER_TEST, async () => {
      const f = (x: tf.Tensor): tf.Tensor => resizeBilinear(x, { size, alignCorners })
      const x = tf.tensor([...each.x], [1, ...inputSize, 2])
      const tolerance = { relative: 0, absolute: 1e-6 }
      const y = await f(x).data()
      expectClose(y, each.torch, tolerance)
      expectClose(y, each.paddle, tolerance)
      const gradient = tf.grad(f)(x, tf.tensor([...each.dy], [1, ...size, 2]))
      expectClose(await gradient.data(), each.torchGradient, tolerance)
      return {}
    })
  })

  test.each([false, true])('alignCorners %s has the gradients that differences give', (alignCorners) => {
    const x = randomTensor(createRng(1), [2, 3, 4, 2])
    for (const size of [[5, 7], [2, 3], [1, 1], 4] as const) {
      checkGradients(({ x }) => resizeBilinear(x as tf.Tensor, { size, alignCorners }), { x })
    }
  })

  test('the same size gives the same values, infinite ones too', async () => {
    await forEachBackend(BACKENDS_UNDER_TEST, async () => {
      const x = tf.tensor([1, 2, 3, 4, 5, Number.POSITIVE_INFINITY], [1, 2, 3, 1])
      for (const alignCorners of [false, true]) {
        expect([...(await resizeBilinear(x, { size: [2, 3], alignCorners }).data())]).toEqual([...(await x.data())])
      }
      return {}
    })
  })

  test('names what does not fit', () => {
    expect(() => resizeBilinear(tf.zeros([4, 4, 1]), { size: 2 })).toThrow('expected the shape [?, ?, ?, ?] for x')
    expect(() => resizeBilinear(tf.zeros([1, 0, 4, 1]), { size: 2 })).toThrow('a picture of at least one pixel')
    expect(() => resizeBilinear(tf.zeros([1, 4, 4, 1]), { size: [2, 0] })).toThrow('size must be')
  })
})
