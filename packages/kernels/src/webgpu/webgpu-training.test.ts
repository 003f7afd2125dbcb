import { createRng, type Tensors, valueAndGradients } from '@clas/core'
import { expectAgreement, expectClose, randomArray } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, test } from 'vitest'
import { hardSwish, relu } from '../ops/activation.ts'
import { avgPool2d } from '../ops/avg-pool.ts'
import { batchNorm, batchNormTrain } from '../ops/batch-norm.ts'
import { conv2d } from '../ops/conv2d.ts'
import { layerNorm } from '../ops/layer-norm.ts'
import { matMul } from '../ops/mat-mul.ts'
import { maxPool2d } from '../ops/max-pool.ts'
import { resizeBilinear } from '../ops/resize-bilinear.ts'
import { softmax } from '../ops/softmax.ts'
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts'
import { type BackendName, useBackend } from '../use-backend.ts'
import { findAdapter } from './adapter.test-helper.ts'

const BACKENDS = ['cpu', 'webgpu'] as const

const adapter = findAdapter('training on webgpu')
afterAll(async () => {
  await useBackend('cpu')
})

const SHAPES = {
  stem: [3, 3, 3, 8],
  gamma: [8],
  beta: [8],
  depthwise: [3, 3, 1, 8],
  pointwise: [1, 1, 8, 8],
  head: [8, 5],
} as const
type Params = Readonly<Record<keyof typeof SHAPES, tf.Tensor>>

/** Every operation in one small network: [4, 16, 16, 3] and [4, 5] to a loss. */
function network({ stem, gamma, beta, depthwise, pointwise, head }: Params, x: tf.Tensor, y: tf.Tensor): tf.Scalar {
  const { output, mean, variance } = batchNormTrain(conv2d(x, stem, { pads: 1, strides: 2 }), gamma, beta, 1e-5)
  const pooled = maxPool2d(relu(output), { size: 3, strides: 2, pads: 1 }) // [4, 4, 4, 8]
  const mixed = conv2d(conv2d(pooled, depthwise, { pads: 1, groups: 8 }), pointwise, { bias: beta })
  const fixed = batchNorm(hardSwish(mixed), mean, variance, gamma, beta, 1e-1)
  const rows = tf.reshape(avgPool2d(resizeBilinear(fixed, { size: 6 }), { size: 6 }), [4, 8])
  const logits = matMul(tf.add(layerNorm(rows, gamma, beta, 1e-3), softmax(rows)), head)
  return tf.mean(softmaxCrossEntropy(logits, y)) as tf.Scalar
}

/** Ten steps of gradient descent: the losses, and how many tensors there were after each. */
async function trainOn(backend: BackendName): Promise<{ losses: number[]; tensors: number[] }> {
  await useBackend(backend)
  const rng = createRng(1)
  const random = (shape: readonly number[]): tf.Tensor => tf.tensor(randomArray(rng, shape).data, [...shape], 'float32')
  let params = Object.fromEntries(Object.entries(SHAPES).map(([name, shape]) => [name, random(shape)])) as Params
  const x = random([4, 16, 16, 3])
  const y = tf.tensor2d(
    [0, 1, 2, 3].flatMap((row) => [0, 1, 2, 3, 4].map((column) => Number(row === column))),
    [4, 5],
    'float32',
  )
  const losses: number[] = []
  const tensors: number[] = []
  for (let step = 0; step < 10; step++) {
    const before = params
    const { loss, gradients } = valueAndGradients(
      (moved: Tensors) => ({ loss: tf.tidy(() => network(moved as Params, x, y)) }),
      before,
    )
    const move = ([name, value]: [string, tf.Tensor]): [string, tf.Tensor] => [
      name,
      tf.tidy(() => tf.sub(value, tf.mul(gradients[name] as tf.Tensor, 0.1))),
    ]
    params = Object.fromEntries(Object.entries(before).map(move)) as Params
    losses.push((await loss.data())[0] as number)
    tf.dispose([loss, { ...gradients }, { ...before }])
    tensors.push(tf.memory().numTensors)
  }
  tf.dispose([x, y, { ...params }])
  return { losses, tensors }
}

describe.skipIf(!adapter)('webgpu', () => {
  test('a network trains as on cpu and leaves no tensor behind', async () => {
    const expected = await trainOn('cpu')
    const found = await trainOn('webgpu')
    expectClose(found.losses, expected.losses, { relative: 1e-4, absolute: 1e-5 })
    expect(found.losses[9]).toBeLessThan((found.losses[0] as number) * 0.9)
    expect(new Set(found.tensors).size).toBe(1)
  })

  test('the memory of the GPU does not grow', async () => {
    await trainOn('webgpu')
    const bytes = (): number => (tf.memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU
    const before = bytes()
    await trainOn('webgpu')
    expect(bytes()).toBeLessThanOrEqual(before * 1.1)
  })

  test('values that tfjs computed on the CPU, and views of them', async () => {
    await useBackend('webgpu')
    const small = tf.reshape(tf.add(tf.tensor1d([-1, 2, -3]), 1), [3, 1])
    expectClose(await relu(small).data(), [0, 3, 0])
    expectClose(await relu(tf.reshape(relu(small), [1, 3])).data(), [0, 3, 0])
    expect(await tf.sum(tf.zeros([0, 2, 3]), [0, 2]).array()).toEqual([0, 0])
    expect(await tf.sum(tf.zeros([0, 2]), 0, true).array()).toEqual([[0, 0]])
  })

  test.each(['same', 'valid', 1] as const)('the pooling of tfjs itself, pad %j', async (pad) => {
    const x = randomArray(createRng(2), [2, 7, 8, 3])
    const equal = { shape: x.shape, data: x.data.map(Math.round) }
    for (const input of [x, equal]) {
      const average = ({ x }: Tensors): tf.Tensor => tf.avgPool(x as tf.Tensor4D, 3, 2, pad)
      await expectAgreement(BACKENDS, average, { x: input }, { relative: 1e-6, absolute: 1e-6 })
      const largest = ({ x }: Tensors): tf.Tensor => tf.maxPool(x as tf.Tensor4D, 3, 2, pad)
      await expectAgreement(BACKENDS, largest, { x: input }, { relative: 1e-6, absolute: 1e-6 })
    }
  })

  test('what the GPU reports late is thrown by the next operation', async () => {
    await useBackend('webgpu')
    await relu(tf.tensor1d([1, 2])).data()
    const { device } = tf.backend() as unknown as { device: { createBuffer(options: object): unknown } }
    device.createBuffer({ size: 8, usage: 0 })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(() => relu(tf.tensor1d([1, 2]))).toThrow('the GPU reported')
    expectClose(await relu(tf.tensor1d([1, 2])).data(), [1, 2])
  })
})
