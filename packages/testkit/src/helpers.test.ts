import { createRng, type Tensors } from '@clas/core'
import { customGrad, mul, square, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { checkGradients } from './check-gradients.ts'
import { expectClose } from './expect-close.ts'
import { expectNoLeaks } from './expect-no-leaks.ts'
import { forEachBackend } from './for-each-backend.ts'
import { randomTensor } from './random-tensor.ts'

test('expectClose names the worst value and its place', () => {
  expectClose([1, Number.NaN], [1 + 1e-7, Number.NaN])
  expect(() => expectClose([1, 2.5, 3.1], [1, 2, 3])).toThrow(/2 of 3 values are off; the worst at \[1\].*expected 2/)
  expect(() => expectClose([Number.NaN], [1])).toThrow(/found NaN/)
  expect(() => expectClose([1], [1, 2])).toThrow(/expected 2 values, found 1/)
})

test('checkGradients accepts right gradients and rejects wrong ones', async () => {
  await forEachBackend(['cpu'], () => {
    const x = randomTensor(createRng(3), [5])
    checkGradients(({ x }) => square(x as Tensor), { x })
    const wrong = customGrad((t) => ({ value: square(t as Tensor), gradFunc: (dy: Tensor) => mul(dy, 2) }))
    expect(() => checkGradients(({ x }: Tensors) => wrong(x as Tensor), { x })).toThrow(/the gradient of 'x'/)
  })
})

test('expectNoLeaks counts tensors', async () => {
  await forEachBackend(['cpu'], async () => {
    await expectNoLeaks(() => tensor1d([1]).dispose())
    await expect(expectNoLeaks(() => tensor1d([1]))).rejects.toThrow(/tensors of/)
  })
})
