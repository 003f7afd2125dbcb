import { valueAndGradients } from '@clas/core'
import { BACKENDS_UNDER_TEST, expectClose, forEachBackend } from '@clas/testkit'
import { cos, mul, range, reshape, type Scalar, sum, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { apply } from '../apply.ts'
import { summary } from '../summary.ts'
import { groupNorm } from './group-norm.ts'

// What PaddlePaddle 3.3.1's GroupNorm gives for a picture of 2 by 3 pixels and 4 channels, in the order of NHWC, and the
// gradients of the sum of its values times cos(0), cos(1), ….
const X = [-4, 5, 3, 1, 3, 1, -1, -3, -1, -3, 6, 4, 6, 4, 2, 0, 2, 0, -2, -4, -2, -4, 5, 3]
const CASES = [
  {
    groups: 1,
    y: [-1.51463, 2.66323, -0.460225, 0.319418, 0.660225, 0.177674, 0.782551, -0.30197],
    dx: [0.471102, 0.182797, 0.045987, -0.167467, -0.286391, 0.16259, -0.242361, 0.242708],
    dw: [-1.217, 3.58589, -3.99375, -2.58459],
  },
  {
    groups: 2,
    y: [-1.37715, 2.75415, -0.395683, 0.272924, 0.726135, 0.350391, 0.903989, -0.376913],
    dx: [0.488263, 0.119636, 0.0837655, -0.162956, -0.314153, 0.14001, -0.264774, 0.219006],
    dw: [-1.13356, 3.46766, -4.1294, -2.65217],
  },
] as const

test.each(CASES)('of $groups groups agrees with PaddlePaddle, gradients too', async ({ groups, y, dx, dw }) => {
  await forEachBackend(BACKENDS_UNDER_TEST, async () => {
    const norm = groupNorm(4, { groups })
    const inputs = {
      x: tensor(X, [1, 2, 3, 4]),
      weight: tensor([1, 2, -1, 0.5]),
      bias: tensor([0, 0.1, 0.2, 0.3]),
    }
    const run = ({ x, ...params }: Readonly<Record<string, Tensor>>) =>
      apply(norm, { params, buffers: {} }, x as Tensor).output
    const tolerance = { relative: 0, absolute: 2e-5 }
    expectClose((await run(inputs).data()).slice(0, 8), y, tolerance)
    const { gradients } = valueAndGradients((moved) => {
      const factors = reshape(cos(range(0, 24, 1, 'float32')), [1, 2, 3, 4])
      return { loss: sum(mul(run(moved), factors)) as Scalar }
    }, inputs)
    expectClose((await (gradients.x as Tensor).data()).slice(0, 8), dx, tolerance)
    expectClose(gradients.weight as Tensor, dw, tolerance)
    return {}
  })
})

test('takes any number of axes', () => {
  expect(summary(groupNorm(6, { groups: 3 }), [2, 5, 6]).outputShape).toEqual([2, 5, 6])
})
