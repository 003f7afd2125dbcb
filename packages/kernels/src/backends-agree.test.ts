import { createRng, type Rng, type Tensors } from '@clas/core'
import { BACKENDS_UNDER_TEST, expectAgreement, FAST_BACKEND, randomArray } from '@clas/testkit'
import { ones, type Tensor, zeros } from '@tensorflow/tfjs-core'
import { describe, test } from 'vitest'
import { ACTIVATION_KINDS, windows } from './contract.ts'
import { activation } from './ops/activation.ts'
import { avgPool2d } from './ops/avg-pool.ts'
import { batchNorm, batchNormTrain } from './ops/batch-norm.ts'
import { type Conv2dOptions, conv2d } from './ops/conv2d.ts'
import { layerNorm } from './ops/layer-norm.ts'
import { matMul } from './ops/mat-mul.ts'
import { maxPool2d } from './ops/max-pool.ts'
import { resizeBilinear } from './ops/resize-bilinear.ts'
import { softmax } from './ops/softmax.ts'
import { softmaxCrossEntropy } from './ops/softmax-cross-entropy.ts'

const SIZES = [
  [1, 1],
  [2, 3],
  [3, 3],
  [5, 5],
  [4, 1],
] as const
const SOFTMAX_SHAPES = [
  [1, 1],
  [3, 10],
  [5, 1000],
  [0, 4],
] as const

/** Of a sum of that many products of values within [-1, 1] in float32: each addition may round by half a unit. */
function ofSum(terms: number): { relative: number; absolute: number } {
  return { relative: 1e-6, absolute: 2 ** -24 * (terms + 16) }
}

type Four = [number, number, number, number]

function pick<T>(rng: Rng, values: readonly T[]): T {
  return values[rng.integer(0, values.length)] as T
}

interface ConvCase {
  readonly x: readonly number[]
  readonly filter: readonly number[]
  readonly options: Conv2dOptions
}

function randomConv(rng: Rng): ConvCase {
  const size = pick(rng, SIZES)
  const groups = pick(rng, [1, 1, 2, 3, 8])
  const perGroup = pick(rng, [1, 1, 2, 3, 5, 8])
  const out = groups * pick(rng, [1, 1, 2, 3, 4, 9])
  const dilations = pick(rng, [1, 1, 1, 2])
  const pads = Array.from({ length: 4 }, () => rng.integer(0, 3)) as [number, number, number, number]
  const least = Math.max(...size) * dilations
  return {
    x: [pick(rng, [0, 1, 2, 3]), least + rng.integer(0, 8), least + rng.integer(0, 8), groups * perGroup],
    filter: [...size, perGroup, out],
    options: { strides: [rng.integer(1, 4), rng.integer(1, 4)], pads, dilations, groups },
  }
}

async function convAgrees({ x, filter, options }: ConvCase, rng: Rng): Promise<void> {
  const [batch = 0, height = 0, width = 0] = x
  const [kh = 0, kw = 0, perGroup = 0, out = 0] = filter
  // The longest sum: over a window of x, over all cells of y (the filter's gradient), or over windows of y (x's).
  const cells = batch * windows(height, 1, 1, 2, 2) * windows(width, 1, 1, 2, 2)
  const terms = Math.max(kh * kw * perGroup, cells, kh * kw * out)
  const inputs = { x: randomArray(rng, x), filter: randomArray(rng, filter), bias: randomArray(rng, [out]) }
  const f = (t: Tensors): Tensor => conv2d(t.x as Tensor, t.filter as Tensor, { ...options, bias: t.bias as Tensor })
  try {
    await expectAgreement(BACKENDS_UNDER_TEST, f, inputs, ofSum(terms))
  } catch (error) {
    throw new Error(`conv2d of ${JSON.stringify({ x, filter, options })}: ${(error as Error).message}`)
  }
}

describe(`${FAST_BACKEND} agrees with the reference`, () => {
  test('conv2d, random', async () => {
    const rng = createRng(1)
    for (let i = 0; i < 150; i++) await convAgrees(randomConv(rng), rng)
  })

  test.each<ConvCase>([
    { x: [1, 33, 31, 3], filter: [3, 3, 3, 16], options: { strides: 2, pads: 1 } },
    { x: [2, 14, 14, 33], filter: [3, 3, 33, 17], options: { pads: 1 } },
    { x: [2, 14, 14, 32], filter: [1, 1, 32, 64], options: {} },
    { x: [2, 9, 9, 70], filter: [1, 1, 70, 10], options: { strides: 2 } },
    { x: [2, 14, 14, 40], filter: [5, 5, 1, 40], options: { pads: 2, groups: 40 } },
    { x: [2, 15, 15, 17], filter: [3, 3, 1, 17], options: { strides: 2, pads: 1, groups: 17 } },
    { x: [2, 8, 8, 6], filter: [3, 3, 1, 18], options: { pads: 1, groups: 6 } },
    { x: [1, 8, 8, 32], filter: [3, 3, 4, 32], options: { pads: 1, groups: 8 } },
    { x: [1, 32, 32, 3], filter: [8, 8, 3, 20], options: { strides: 8 } },
    { x: [3, 1, 1, 24], filter: [1, 1, 24, 6], options: {} },
  ])('conv2d, %j', (shapes) => convAgrees(shapes, createRng(2)))

  test('pooling, random', async () => {
    const rng = createRng(3)
    for (let i = 0; i < 60; i++) {
      const size = [rng.integer(1, 5), rng.integer(1, 5)] as const
      const pads = [0, 1, 2, 3].map((side) => rng.integer(0, size[side >> 1] as number)) as [
        number,
        number,
        number,
        number,
      ]
      const options = { size, strides: [rng.integer(1, 4), rng.integer(1, 4)] as const, pads }
      const shape = [pick(rng, [0, 1, 3]), rng.integer(5, 12), rng.integer(5, 12), pick(rng, [1, 3, 4, 8, 13])]
      // Below zero: padding must not win.
      const x = randomArray(rng, shape, { low: -2, high: -1 })
      await expectAgreement(BACKENDS_UNDER_TEST, ({ x }) => maxPool2d(x as Tensor, options), { x }, ofSum(16))
      await expectAgreement(BACKENDS_UNDER_TEST, ({ x }) => avgPool2d(x as Tensor, options), { x }, ofSum(16))
    }
  })

  test('pooling of equal cells', async () => {
    const x = { shape: [1, 7, 7, 5], data: new Float32Array(245) }
    const f = ({ x }: Tensors): Tensor => maxPool2d(x as Tensor, { size: 3, strides: 2, pads: 1 })
    await expectAgreement(BACKENDS_UNDER_TEST, f, { x }, ofSum(9))
  })

  test('resizing, random', async () => {
    const rng = createRng(9)
    for (let i = 0; i < 60; i++) {
      const [height, width, down, across] = [0, 1, 2, 3].map(() => pick(rng, [1, 2, 3, 5, 8, 13])) as Four
      const options = { size: [down, across] as const, alignCorners: rng.next() < 0.5 }
      const shape = [pick(rng, [0, 1, 3]), height, width, pick(rng, [1, 3, 4, 8, 13])]
      const x = randomArray(rng, shape)
      // A pixel may count for all of the output.
      const f = ({ x }: Tensors): Tensor => resizeBilinear(x as Tensor, options)
      await expectAgreement(BACKENDS_UNDER_TEST, f, { x }, ofSum(13 * 13))
    }
  })

  test.each([[[2, 5, 6, 7]], [[40, 3]], [[3, 8]], [[1, 1, 1, 4]], [[2, 17, 16, 20]]])('norms of %j', async (shape) => {
    const rng = createRng(4)
    const channels = shape.slice(-1)
    const inputs = {
      x: randomArray(rng, shape, { low: -1, high: 3 }),
      gamma: randomArray(rng, channels),
      beta: randomArray(rng, channels),
    }
    const statistics = { mean: randomArray(rng, channels), variance: randomArray(rng, channels, { low: 0.5, high: 2 }) }
    const { absolute } = ofSum(shape.reduce((a, b) => a * b))
    const tolerance = { relative: 1e-5, absolute: 4 * absolute }
    const of = (t: Tensors, ...names: string[]): Tensor[] => names.map((name) => t[name] as Tensor)
    type Three = [Tensor, Tensor, Tensor]
    const train = (t: Tensors): Tensor => batchNormTrain(...(of(t, 'x', 'gamma', 'beta') as Three), 1e-2).output
    await expectAgreement(BACKENDS_UNDER_TEST, train, inputs, tolerance)
    const layer = (t: Tensors): Tensor => layerNorm(...(of(t, 'x', 'gamma', 'beta') as Three), 1e-2)
    await expectAgreement(BACKENDS_UNDER_TEST, layer, inputs, tolerance)
    const given = (t: Tensors): Tensor => {
      const [mean, variance, ...rest] = of(t, 'mean', 'variance', 'gamma', 'beta') as [Tensor, Tensor, Tensor, Tensor]
      return batchNorm(t.x as Tensor, mean, variance, ...rest, 1e-2)
    }
    await expectAgreement(BACKENDS_UNDER_TEST, given, { ...inputs, ...statistics }, tolerance)
  })

  test('batch statistics of values far from zero', async () => {
    const x = randomArray(createRng(5), [64, 8, 3], { low: 1000, high: 1001 })
    const f = ({ x }: Tensors): Tensor => batchNormTrain(x as Tensor, ones([3]), zeros([3]), 1e-5).output
    // The input is rounded to 6e-5, of a deviation of 0.3; the mean may be as far off.
    await expectAgreement(BACKENDS_UNDER_TEST, f, { x }, { relative: 1e-3, absolute: 2e-3 })
  })

  test('activations', async () => {
    const rng = createRng(6)
    for (const kind of ACTIVATION_KINDS) {
      for (const shape of [[3, 5, 7], [1024], [0, 4], []]) {
        const x = randomArray(rng, shape, { low: -9, high: 9 })
        const f = ({ x }: Tensors): Tensor => activation(x as Tensor, kind)
        await expectAgreement(BACKENDS_UNDER_TEST, f, { x }, { relative: 2e-6, absolute: 1e-6 })
      }
      const ends = { shape: [8], data: Float32Array.from([-100, -30, -6, -3, 0, 3, 6, 100]) }
      const f = ({ x }: Tensors): Tensor => activation(x as Tensor, kind)
      await expectAgreement(BACKENDS_UNDER_TEST, f, { x: ends }, { relative: 2e-6, absolute: 1e-6 })
    }
  })

  test('softmax and cross-entropy', async () => {
    const rng = createRng(7)
    for (const [rows, columns] of SOFTMAX_SHAPES) {
      const logits = randomArray(rng, [rows, columns], { low: -8, high: 8 })
      const targets = randomArray(rng, [rows, columns], { low: 0, high: 1 })
      const tolerance = { relative: 1e-5, absolute: 1e-5 }
      await expectAgreement(BACKENDS_UNDER_TEST, ({ logits }) => softmax(logits as Tensor), { logits }, tolerance)
      const f = ({ logits, targets }: Tensors): Tensor => softmaxCrossEntropy(logits as Tensor, targets as Tensor)
      await expectAgreement(BACKENDS_UNDER_TEST, f, { logits, targets }, tolerance)
    }
  })

  test('matMul, random', async () => {
    const rng = createRng(8)
    for (let i = 0; i < 60; i++) {
      const batch = pick(rng, [[], [1], [3], [2, 3], [0]])
      const [m, k, n] = [0, 0, 0].map(() => pick(rng, [1, 2, 5, 8, 17, 40])) as [number, number, number]
      const [transposeA, transposeB] = [rng.next() < 0.5, rng.next() < 0.5]
      const inputs = {
        a: randomArray(rng, [...batch, ...(transposeA ? [k, m] : [m, k])]),
        b: randomArray(rng, [...(rng.next() < 0.3 ? [] : batch), ...(transposeB ? [n, k] : [k, n])]),
      }
      const f = (t: Tensors): Tensor => matMul(t.a as Tensor, t.b as Tensor, { transposeA, transposeB })
      await expectAgreement(BACKENDS_UNDER_TEST, f, inputs, ofSum(40 * 6))
    }
  })
})
