import { createRng } from '@clas/core'
import { randomTensor } from '@clas/testkit'
import { add, concat, engine, grads, mul, ones, scalar, square, type Tensor } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACTIVATION_KINDS } from '../contract.ts'
import { activation } from '../ops/activation.ts'
import { avgPool2d } from '../ops/avg-pool.ts'
import { batchNorm, batchNormTrain } from '../ops/batch-norm.ts'
import { type Conv2dOptions, conv2d } from '../ops/conv2d.ts'
import { layerNorm } from '../ops/layer-norm.ts'
import { matMul } from '../ops/mat-mul.ts'
import { maxPool2d } from '../ops/max-pool.ts'
import { adamStep, momentumStep } from '../ops/optimizer-steps.ts'
import { resizeBilinear } from '../ops/resize-bilinear.ts'
import { softmax } from '../ops/softmax.ts'
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts'
import { withPrecision } from '../precision.ts'
import { useBackend } from '../use-backend.ts'
import { ARRAY_CASES } from './kernels/array-cases.test-helper.ts'
import { ELEMENTWISE_CASES } from './kernels/elementwise-cases.test-helper.ts'
import { PICTURE_CASES } from './kernels/picture-cases.test-helper.ts'
import { bitsOf } from './same-bits.test-helper.ts'
import { describeTensorflow } from './tensorflow.test-helper.ts'

/** As many as a case has shapes. */
type Inputs = [Tensor, Tensor, Tensor, Tensor]

interface OperationCase {
  readonly shapes: readonly number[][]
  readonly f: (...inputs: Inputs) => Tensor
}

const POOL = { size: 3, strides: 2, pads: 1 }

const CASES: Readonly<Record<string, OperationCase>> = {
  'convolution 3x3': convolution([4, 9, 9, 16], [3, 3, 16, 32], { pads: 1 }),
  'convolution 1x1': convolution([4, 7, 7, 24], [1, 1, 24, 40]),
  'convolution 1x1 of one cell': convolution([8, 1, 1, 24], [1, 1, 24, 8]),
  'convolution 7x7 in steps of 2': convolution([2, 33, 33, 3], [7, 7, 3, 16], { pads: 3, strides: 2 }),
  'convolution of patches': convolution([2, 32, 32, 3], [8, 8, 3, 20], { strides: 8 }),
  'convolution, padding differs from side to side': convolution([2, 9, 8, 5], [3, 3, 5, 7], { pads: [0, 1, 2, 1] }),
  'convolution, dilated': convolution([2, 12, 12, 8], [3, 3, 8, 8], { pads: 2, dilations: 2 }),
  'convolution of groups': convolution([2, 8, 8, 32], [3, 3, 4, 32], { pads: 1, groups: 8 }),
  'convolution, depthwise': convolution([4, 14, 14, 40], [5, 5, 1, 40], { pads: 2, groups: 40 }),
  'convolution and activation': {
    shapes: [[4, 9, 9, 16], [3, 3, 16, 32], [32]],
    f: (x, filter, bias) => activation(conv2d(x, filter, { pads: 1, bias }), 'relu'),
  },
  'linear layer and activation': {
    shapes: [[5, 7, 48], [48, 64], [64]],
    f: (x, weight, bias) => activation(add(matMul(x, weight), bias), 'gelu'),
  },
  attention: {
    shapes: [
      [2, 3, 50, 16],
      [2, 3, 50, 16],
      [2, 3, 50, 16],
    ],
    f: (q, k, v) => matMul(softmax(mul(matMul(q, k, { transposeB: true }), 0.25)), v),
  },
  'batch normalisation': {
    shapes: [[4, 7, 7, 20], [20], [20]],
    f: (x, gamma, beta) => activation(batchNormTrain(x, gamma, beta, 1e-5).output, 'relu'),
  },
  'batch normalisation by given statistics': {
    shapes: [[4, 7, 7, 20], [20], [20], [20]],
    f: (x, mean, gamma, beta) => batchNorm(x, mean, ones([20]), gamma, beta, 1e-5),
  },
  'layer normalisation': { shapes: [[4, 50, 48], [48], [48]], f: (x, gamma, beta) => layerNorm(x, gamma, beta, 1e-6) },
  pooling: {
    shapes: [[3, 11, 12, 13]],
    f: (x) => concat([maxPool2d(x, POOL), avgPool2d(x, POOL)], 3),
  },
  resizing: { shapes: [[2, 5, 8, 3]], f: (x) => resizeBilinear(x, { size: [13, 6] }) },
  softmax: { shapes: [[50, 1000]], f: softmax },
  'cross-entropy': {
    shapes: [
      [50, 1000],
      [50, 1000],
    ],
    f: softmaxCrossEntropy,
  },
  ...Object.fromEntries(
    ACTIVATION_KINDS.map((kind) => [kind, { shapes: [[3, 5, 7, 30]], f: (x: Tensor) => activation(x, kind) }]),
  ),
}

describeTensorflow('a program gives the bits of eager operations', () => {
  beforeAll(async () => {
    await useBackend('tensorflow')
  })
  afterAll(async () => {
    await useBackend('cpu')
  })

  test.each([...ELEMENTWISE_CASES, ...ARRAY_CASES, ...PICTURE_CASES])('%s', async (_name, f) => {
    await expectSameBits(() => [f()].flat() as Tensor[])
  })

  test('steps of optimizers', async () => {
    await expectSameBits(() => {
      const [param, gradient, velocity, mean] = [0, 1, 2, 3].map((seed) =>
        randomTensor(createRng(seed), [40, 50]),
      ) as Inputs
      const squares = square(gradient)
      const [lr, factor, smallest] = [scalar(0.1), scalar(0.7), scalar(1e-8)] as const
      const momentum = { momentum: 0.9, weightDecay: 1e-2, dampening: 0, nesterov: true }
      const adam = { beta1: 0.9, beta2: 0.999, weightDecay: 1e-2, decoupled: true }
      return [
        ...Object.values(momentumStep({ param, gradient, velocity, lr }, momentum)),
        ...Object.values(adamStep({ param, gradient, mean, squares, lr, factor, smallest }, adam)),
      ]
    })
  })

  describe.each(['f32', 'bf16', 'f16'] as const)('in %s', (precision) => {
    test.each(Object.entries(CASES))('%s, and its gradients', async (_name, { shapes, f }) => {
      await expectSameBits(() =>
        withPrecision(precision, () => {
          const inputs = shapes.map((shape, i) => randomTensor(createRng(i), shape))
          const y = f(...(inputs as Inputs))
          return [y, ...grads(f as (...inputs: Tensor[]) => Tensor)(inputs, randomTensor(createRng(9), y.shape))]
        }),
      )
    })
  })
})

async function expectSameBits(f: () => Tensor[]): Promise<void> {
  engine().startScope()
  try {
    const { eager, program } = await bitsOf(f)
    expect(program).toEqual(eager)
  } finally {
    engine().endScope()
  }
}

function convolution(x: number[], filter: number[], options: Omit<Conv2dOptions, 'bias'> = {}): OperationCase {
  return { shapes: [x, filter, filter.slice(-1)], f: (x, filter, bias) => conv2d(x, filter, { ...options, bias }) }
}
