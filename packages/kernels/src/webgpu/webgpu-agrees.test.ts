import { createRng, type Rng, type Tensors } from '@clas/core'
import { expectAgreement, randomArray } from '@clas/testkit'
import { ones, type Tensor, zeros } from '@tensorflow/tfjs-core'
import { afterAll, describe, test } from 'vitest'
import { ACTIVATION_KINDS, windows } from '../contract.ts'
import { activation } from '../ops/activation.ts'
import { avgPool2d } from '../ops/avg-pool.ts'
import { batchNorm, batchNormTrain } from '../ops/batch-norm.ts'
import { type Conv2dOptions, conv2d } from '../ops/conv2d.ts'
import { layerNorm } from '../ops/layer-norm.ts'
import { matMul } from '../ops/mat-mul.ts'
import { maxPool2d } from '../ops/max-pool.ts'
import { resizeBilinear } from '../ops/resize-bilinear.ts'
import { softmax } from '../ops/softmax.ts'
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts'
import { useBackend } from '../use-backend.ts'
import { findAdapter } from './adapter.test-helper.ts'

const BACKENDS = ['cpu', 'webgpu'] as const

const adapter = findAdapter('the kernels of webgpu')
afterAll(async () => {
  await useBackend('cpu')
})

const KERNEL_SIZES = [
  [1, 1],
  [2, 3],
  [3, 3],
  [5, 5],
  [4, 1],
] as const

/** Of a sum of that many products of values within [-1, 1] in float32: each addition may round by half a unit. */
function ofSum(terms: number): { relative: number; absolute: number } {
  return { relative: 1e-6, absolute: 2 ** -24 * (terms + 16) }
}

function pick<T>(rng: Rng, values: readonly T[]): T {
  return values[rng.integer(0, values.length)] as T
}

function fourOf<T>(value: (side: number) => T): [T, T, T, T] {
  return [value(0), value(1), value(2), value(3)]
}

function randomConv(rng: Rng): [x: number[], filter: number[], options: Conv2dOptions] {
  const size = pick(rng, KERNEL_SIZES)
  const groups = pick(rng, [1, 1, 2, 3, 8])
  const perGroup = pick(rng, [1, 1, 2, 3, 5, 8])
  const out = groups * pick(rng, [1, 1, 2, 3, 4, 9])
  const dilations = pick(rng, [1, 1, 1, 2])
  const pads = fourOf(() => rng.integer(0, 3))
  const least = Math.max(...size) * dilations
  return [
    [pick(rng, [0, 1, 2, 3]), least + rng.integer(0, 8), least + rng.integer(0, 8), groups * perGroup],
    [...size, perGroup, out],
    { strides: [rng.integer(1, 4), rng.integer(1, 4)], pads, dilations, groups },
  ]
}

async function convAgrees(x: number[], filter: number[], options: Conv2dOptions, rng: Rng): Promise<void> {
  const [batch = 0, height = 0, width = 0] = x
  const [kh = 0, kw = 0, perGroup = 0, out = 0] = filter
  // The longest sum: over a window of x, over all cells of y (the filter's gradient), or over windows of y (x's).
  const cells = batch * windows(height, 1, 1, 2, 2) * windows(width, 1, 1, 2, 2)
  const terms = Math.max(kh * kw * perGroup, cells, kh * kw * out)
  const inputs = { x: randomArray(rng, x), filter: randomArray(rng, filter), bias: randomArray(rng, [out]) }
  const f = (t: Tensors): Tensor => conv2d(t.x as Tensor, t.filter as Tensor, { ...options, bias: t.bias as Tensor })
  try {
    await expectAgreement(BACKENDS, f, inputs, ofSum(terms))
  } catch (error) {
    throw new Error(`conv2d of ${JSON.stringify({ x, filter, options })}: ${(error as Error).message}`)
  }
}

describe.skipIf(!adapter)(`webgpu (${adapter}) agrees with the reference`, () => {
  test('conv2d, random', async () => {
    const rng = createRng(1)
    for (let i = 0; i < 80; i++) await convAgrees(...randomConv(rng), rng)
  })

  test.each<[number[], number[], Conv2dOptions]>([
    [[1, 33, 31, 3], [3, 3, 3, 16], { strides: 2, pads: 1 }],
    [[2, 14, 14, 33], [3, 3, 33, 17], { pads: 1 }],
    [[2, 14, 14, 32], [1, 1, 32, 64], {}],
    [[2, 9, 9, 70], [1, 1, 70, 10], { strides: 2 }],
    [[2, 14, 14, 40], [5, 5, 1, 40], { pads: 2, groups: 40 }],
    [[1, 8, 8, 32], [3, 3, 4, 32], { pads: 1, groups: 8 }],
    [[1, 32, 32, 3], [8, 8, 3, 20], { strides: 8 }],
    [[3, 1, 1, 24], [1, 1, 24, 6], {}],
  ])('conv2d of %j by %j, %j', (x, filter, options) => convAgrees(x, filter, options, createRng(2)))

  test('conv2d of more cells than one pass sums', async () => {
    await convAgrees([2, 40, 41, 2], [3, 3, 2, 3], { pads: 1 }, createRng(10))
  })

  test('pooling, random', async () => {
    const rng = createRng(3)
    for (let i = 0; i < 40; i++) {
      const size = [rng.integer(1, 5), rng.integer(1, 5)] as const
      const pads = fourOf((side) => rng.integer(0, size[side >> 1] as number))
      const options = { size, strides: [rng.integer(1, 4), rng.integer(1, 4)] as const, pads }
      const shape = [pick(rng, [0, 1, 3]), rng.integer(5, 12), rng.integer(5, 12), pick(rng, [1, 3, 4, 8, 13])]
      // Below zero: padding must not win.
      const x = randomArray(rng, shape, { low: -2, high: -1 })
      await expectAgreement(BACKENDS, ({ x }) => maxPool2d(x as Tensor, options), { x }, ofSum(16))
      await expectAgreement(BACKENDS, ({ x }) => avgPool2d(x as Tensor, options), { x }, ofSum(16))
    }
  })

  test('pooling of equal cells, and of NaN', async () => {
    const f = ({ x }: Tensors): Tensor => maxPool2d(x as Tensor, { size: 3, strides: 2, pads: 1 })
    await expectAgreement(BACKENDS, f, { x: { shape: [1, 7, 7, 5], data: new Float32Array(245) } }, ofSum(9))
    const data = Float32Array.from({ length: 245 }, (_, i) => (i % 41 === 7 ? Number.NaN : i % 3))
    await expectAgreement(BACKENDS, f, { x: { shape: [1, 7, 7, 5], data } }, ofSum(9))
  })

  test('resizing, random', async () => {
    const rng = createRng(9)
    for (let i = 0; i < 60; i++) {
      const [height, width, down, across] = fourOf(() => pick(rng, [1, 2, 3, 5, 8, 13]))
      const options = { size: [down, across] as const, alignCorners: rng.next() < 0.5 }
      const x = randomArray(rng, [pick(rng, [0, 1, 3]), height, width, pick(rng, [1, 3, 4, 8, 13])])
      // A pixel may count for all of the output.
      await expectAgreement(BACKENDS, ({ x }) => resizeBilinear(x as Tensor, options), { x }, ofSum(13 * 13))
    }
  })

  test.each([[[2, 5, 6, 7]], [[40, 3]], [[3, 8]], [[1, 1, 1, 4]], [[2, 17, 16, 20]], [[3, 700]]])(
    'norms of %j',
    async (shape) => {
      const rng = createRng(4)
      const channels = shape.slice(-1)
      const inputs = {
        x: randomArray(rng, shape, { low: -1, high: 3 }),
        gamma: randomArray(rng, channels),
        beta: randomArray(rng, channels),
      }
      const mean = randomArray(rng, channels)
      const variance = randomArray(rng, channels, { low: 0.5, high: 2 })
      const { absolute } = ofSum(shape.reduce((a, b) => a * b))
      const tolerance = { relative: 1e-5, absolute: 4 * absolute }
      type Named = Readonly<Record<'x' | 'gamma' | 'beta' | 'mean' | 'variance', Tensor>>
      const batch = (t: Tensors): Tensor => {
        const { x, gamma, beta } = t as Named
        return batchNormTrain(x, gamma, beta, 1e-2).output
      }
      await expectAgreement(BACKENDS, batch, inputs, tolerance)
      const layer = (t: Tensors): Tensor => {
        const { x, gamma, beta } = t as Named
        return layerNorm(x, gamma, beta, 1e-2)
      }
      await expectAgreement(BACKENDS, layer, inputs, tolerance)
      const given = (t: Tensors): Tensor => {
        const { x, mean, variance, gamma, beta } = t as Named
        return batchNorm(x, mean, variance, gamma, beta, 1e-2)
      }
      await expectAgreement(BACKENDS, given, { ...inputs, mean, variance }, tolerance)
    },
  )

  test('layer norm of no rows', async () => {
    const [x, c] = [randomArray(createRng(11), [0, 4]), randomArray(createRng(11), [4])]
    const f = ({ x, c }: Tensors): Tensor => layerNorm(x as Tensor, c as Tensor, c as Tensor, 1e-5)
    await expectAgreement(BACKENDS, f, { x, c }, ofSum(1))
  })

  test('batch statistics', async () => {
    const x = randomArray(createRng(5), [64, 8, 3], { low: 1000, high: 1001 })
    const train = ({ x }: Tensors) => batchNormTrain(x as Tensor, ones([3]), zeros([3]), 1e-5)
    // Of values far from zero: the input is rounded to 6e-5, of a deviation of 0.3; the mean may be as far off.
    await expectAgreement(BACKENDS, (t) => train(t).output, { x }, { relative: 1e-3, absolute: 2e-3 })
    await expectAgreement(BACKENDS, (t) => train(t).mean, { x }, { relative: 1e-7, absolute: 0 })
    const many = randomArray(createRng(12), [40_000, 3], { low: 9000, high: 9001 })
    await expectAgreement(BACKENDS, (t) => train(t).mean, { x: many }, { relative: 2 ** -24, absolute: 0 })
    await expectAgreement(BACKENDS, (t) => train(t).variance, { x }, { relative: 1e-5, absolute: 0 })
  })

  test('activations', async () => {
    const rng = createRng(6)
    const ends = { shape: [8], data: Float32Array.from([-100, -30, -6, -3, 0, 3, 6, 100]) }
    for (const kind of ACTIVATION_KINDS) {
      const f = ({ x }: Tensors): Tensor => activation(x as Tensor, kind)
      const inputs = [[3, 5, 7], [1024], [0, 4], []].map((shape) => randomArray(rng, shape, { low: -9, high: 9 }))
      for (const x of [...inputs, ends]) await expectAgreement(BACKENDS, f, { x }, { relative: 2e-6, absolute: 1e-6 })
    }
  })

  test('softmax and cross-entropy', async () => {
    const rng = createRng(7)
    const tolerance = { relative: 1e-5, absolute: 1e-5 }
    for (const shape of [
      [1, 1],
      [3, 10],
      [5, 1000],
      [0, 4],
    ]) {
      const logits = randomArray(rng, shape, { low: -8, high: 8 })
      const targets = randomArray(rng, shape, { low: 0, high: 1 })
      await expectAgreement(BACKENDS, ({ logits }) => softmax(logits as Tensor), { logits }, tolerance)
      const f = ({ logits, targets }: Tensors): Tensor => softmaxCrossEntropy(logits as Tensor, targets as Tensor)
      await expectAgreement(BACKENDS, f, { logits, targets }, tolerance)
    }
  })

  test('matMul, random', async () => {
    const rng = createRng(8)
    for (let i = 0; i < 50; i++) {
      const batch = pick(rng, [[], [1], [3], [2, 3], [0]])
      const [m, k, n] = fourOf(() => pick(rng, [1, 2, 5, 8, 17, 40]))
      const [transposeA, transposeB] = [rng.next() < 0.5, rng.next() < 0.5]
      const inputs = {
        a: randomArray(rng, [...batch, ...(transposeA ? [k, m] : [m, k])]),
        b: randomArray(rng, [...(rng.next() < 0.3 ? [] : batch), ...(transposeB ? [n, k] : [k, n])]),
      }
      const f = (t: Tensors): Tensor => matMul(t.a as Tensor, t.b as Tensor, { transposeA, transposeB })
      await expectAgreement(BACKENDS, f, inputs, ofSum(40 * 6))
    }
    const long = { a: randomArray(rng, [3, 3000]), b: randomArray(rng, [3000, 2]) }
    await expectAgreement(BACKENDS, (t) => matMul(t.a as Tensor, t.b as Tensor), long, ofSum(3000))
  })
})
