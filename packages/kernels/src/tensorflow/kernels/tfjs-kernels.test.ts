import { useBackend } from '@clas/kernels'
import { expectClose, forEachBackend } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeTensorflow } from '../tensorflow.test-helper.ts'
import { ARRAY_CASES } from './array-cases.test-helper.ts'
import type { Case } from './case-values.test-helper.ts'
import { ELEMENTWISE_CASES } from './elementwise-cases.test-helper.ts'
import { PICTURE_CASES } from './picture-cases.test-helper.ts'

describeTensorflow('the kernels of tfjs', (open) => {
  let handles: () => number
  beforeAll(async () => {
    const { eager } = (await open()).recording
    handles = () => eager.handles
  })
  afterAll(async () => {
    await useBackend('cpu')
  })

  test.each([...ELEMENTWISE_CASES, ...ARRAY_CASES, ...PICTURE_CASES])('%s', async (_name, f) => {
    const [expected = [], found = []] = await forEachBackend(['cpu', 'tensorflow'], () => results(f))
    expect(found.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
      expected.map(({ shape, dtype }) => ({ shape, dtype })),
    )
    found.forEach(({ data }, i) => {
      expectClose(data, expected[i]?.data ?? [], { relative: 1e-5, absolute: 1e-5 })
    })
    const before = handles()
    results(f)
    expect(handles()).toBe(before)
  })

  test('multinomial draws by the seed', async () => {
    await useBackend('tensorflow')
    const draw = (seed: number): number[] =>
      tf.tidy(() => [...tf.multinomial(tf.tensor1d([Math.log(0.75), Math.log(0.25)]), 2000, seed).dataSync()])
    const ones = draw(0.3).reduce((a, b) => a + b, 0)
    expect(ones).toBeGreaterThan(400)
    expect(ones).toBeLessThan(600)
    expect(draw(0.3)).toEqual(draw(0.3))
    expect(draw(0.3)).not.toEqual(draw(0.4))
  })
})

function results(f: Case[1]): { shape: number[]; dtype: string; data: Float32Array }[] {
  return tf.tidy(() => {
    const made = f()
    const tensors: readonly tf.Tensor[] = Array.isArray(made) ? made : [made as tf.Tensor]
    return tensors.map((tensor) => ({
      shape: tensor.shape,
      dtype: tensor.dtype,
      data: Float32Array.from(tensor.dataSync()),
    }))
  })
}
