import { createRng, valueAndGradients } from '@clas/core'
import { BACKENDS_UNDER_TEST, expectNoLeaks, forEachBackend, randomTensor } from '@clas/testkit'
import {
  add,
  dispose,
  gather,
  grad,
  oneHot,
  reshape,
  type Scalar,
  sum,
  type Tensor,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import { hardSwish, relu } from './ops/activation.ts'
import { avgPool2d } from './ops/avg-pool.ts'
import { batchNorm, batchNormTrain } from './ops/batch-norm.ts'
import { conv2d } from './ops/conv2d.ts'
import { layerNorm } from './ops/layer-norm.ts'
import { matMul } from './ops/mat-mul.ts'
import { maxPool2d } from './ops/max-pool.ts'
import { resizeBilinear } from './ops/resize-bilinear.ts'
import { softmax } from './ops/softmax.ts'
import { softmaxCrossEntropy } from './ops/softmax-cross-entropy.ts'

type Params = Readonly<Record<'filter' | 'gamma' | 'beta' | 'head', Tensor>>

/** Every operation in one small network. */
function network({ filter, gamma, beta, head }: Params, x: Tensor, targets: Tensor): { loss: Scalar; mean: Tensor } {
  const { output, mean, variance } = batchNormTrain(conv2d(x, filter, { pads: 1, bias: beta }), gamma, beta, 1e-5)
  const pooled = maxPool2d(resizeBilinear(relu(output), { size: 5 }), { size: 2 })
  const again = avgPool2d(hardSwish(batchNorm(pooled, mean, variance, gamma, beta, 1e-5)), { size: 2 })
  const rows = layerNorm(softmax(reshape(again, [2, 4])), gamma, beta, 1e-5)
  return { loss: sum(softmaxCrossEntropy(matMul(rows, head), targets)) as Scalar, mean: add(mean, 0) }
}

test('training and inference leave no tensor behind', async () => {
  await forEachBackend(BACKENDS_UNDER_TEST, async () => {
    const rng = createRng(1)
    const params = {
      filter: randomTensor(rng, [3, 3, 3, 4]),
      gamma: randomTensor(rng, [4]),
      beta: randomTensor(rng, [4]),
      head: randomTensor(rng, [4, 5]),
    }
    const x = randomTensor(rng, [2, 4, 4, 3])
    const targets = randomTensor(rng, [2, 5], { low: 0, high: 1 })
    const train = (some: readonly (keyof Params)[]): void => {
      const chosen = Object.fromEntries(some.map((name) => [name, params[name]]))
      const step = valueAndGradients((moved) => tidy(() => network({ ...params, ...moved }, x, targets)), chosen)
      dispose([step.loss, step.mean, { ...step.gradients }])
    }
    train(['filter', 'gamma', 'beta', 'head']) // backends keep caches of what they see first
    await expectNoLeaks(() => train(['filter', 'gamma', 'beta', 'head']))
    await expectNoLeaks(() => train(['beta']))
    await expectNoLeaks(() => train(['head']))
    await expectNoLeaks(() => dispose({ ...tidy(() => network(params, x, targets)) }))
    dispose([x, targets, params])
  })
})

test('operations keep nothing besides their outputs, without a tidy', async () => {
  await forEachBackend(BACKENDS_UNDER_TEST, async () => {
    const rng = createRng(2)
    const x = randomTensor(rng, [3, 4])
    const c = randomTensor(rng, [4], { low: 0.5, high: 1 })
    await expectNoLeaks(() => layerNorm(x, c, c, 1e-5).dispose())
    await expectNoLeaks(() => batchNorm(x, c, c, c, c, 1e-5).dispose())
    await expectNoLeaks(() => softmaxCrossEntropy(x, x).dispose())
    await expectNoLeaks(() => dispose({ ...batchNormTrain(x, c, c, 1e-5) }))
    const rows = tensor1d([2, 0, 2], 'int32')
    await expectNoLeaks(() => oneHot(rows, 4, 1, 0, 'float32').dispose())
    await expectNoLeaks(() => grad((table: Tensor) => gather(table, rows))(x).dispose())
    dispose([x, c, rows])
  })
})
