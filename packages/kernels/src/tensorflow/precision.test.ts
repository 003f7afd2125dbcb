import { createRng, valueAndGradients } from '@clas/core'
import { randomTensor } from '@clas/testkit'
import {
  add,
  engine,
  exp,
  matMul,
  mean,
  mul,
  type Scalar,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compileStep } from '../compile/compile-step.ts'
import { relu } from '../ops/activation.ts'
import { batchNormTrain } from '../ops/batch-norm.ts'
import { conv2d } from '../ops/conv2d.ts'
import { maxPool2d } from '../ops/max-pool.ts'
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts'
import { type Precision, withPrecision } from '../precision.ts'
import { useBackend } from '../use-backend.ts'
import type { TensorflowBackend } from './backend.ts'
import { TYPES } from './runtime.ts'
import { describeTensorflow } from './tensorflow.test-helper.ts'

type Params = Readonly<Record<string, Tensor>>

describeTensorflow('reduced precision', (open) => {
  beforeAll(async () => {
    await useBackend('tensorflow')
  })
  afterAll(async () => {
    await useBackend('cpu')
  })

  const typeOf = (found: Tensor): number => (engine().backend as TensorflowBackend).handleOf(found).type

  it('runs products in the low type, what may follow in that, the rest in float32', () => {
    const x = random(1, [1, 6, 6, 4])
    const filter = random(2, [3, 3, 4, 4])
    const types = { bf16: TYPES.bfloat16, f16: TYPES.float16 } as const
    for (const precision of ['bf16', 'f16'] as const) {
      const low = types[precision]
      withPrecision(precision, () => {
        const y = conv2d(x, filter, { pads: 1 })
        expect([y.dtype, typeOf(y)]).toEqual(['float32', low])
        expect(typeOf(relu(y))).toBe(low)
        expect(typeOf(maxPool2d(y, { size: 2 }))).toBe(low)
        expect(typeOf(mul(y, 0.5))).toBe(low)
        expect(typeOf(add(y, tensor([1, 2, 3, 4])))).toBe(low)
        expect(typeOf(add(y, x))).toBe(TYPES.float32)
        expect(typeOf(add(x, x))).toBe(TYPES.float32)
        expect(typeOf(exp(y))).toBe(TYPES.float32)
        expect(typeOf(mean(y, [1, 2]))).toBe(TYPES.float32)
        const { output, mean: means, variance } = batchNormTrain(y, tensor([1, 1, 1, 1]), tensor([0, 0, 0, 0]), 1e-5)
        expect([output, means, variance].map(typeOf)).toEqual([low, TYPES.float32, TYPES.float32])
        expect(withPrecision('f32', () => typeOf(conv2d(y, filter)))).toBe(TYPES.float32)
        expect(y.dataSync()).toBeInstanceOf(Float32Array)
      })
      expect(typeOf(conv2d(x, filter))).toBe(TYPES.float32)
    }
  })

  it('keeps tensors usable outside', () => {
    const x = tensor([[1, 2]])
    const y = withPrecision('bf16', () => matMul(x, tensor([[3], [4]])))
    expect(typeOf(y)).toBe(TYPES.bfloat16)
    expect([...y.dataSync()]).toEqual([11])
    expect(typeOf(add(y, 1))).toBe(TYPES.float32)
    expect([...add(y, 1).dataSync()]).toEqual([12])
  })

  it('casts a tensor once while it lives, and frees the cast with it', async () => {
    const { eager } = (await open()).recording
    const [x, weight] = [tensor([[1, 2]]), tensor([[3], [4]])]
    const before = eager.handles
    withPrecision('bf16', () => {
      for (let i = 0; i < 3; i++) matMul(x, weight).dispose()
    })
    expect(eager.handles).toBe(before + 2)
    x.dispose()
    weight.dispose()
    expect(eager.handles).toBe(before - 2)
  })

  it('gives gradients of parameters in float32', () => {
    const { gradients } = withPrecision('bf16', () => valueAndGradients(lossOf(random(1, [2, 8, 8, 3])), initial()))
    for (const [name, gradient] of Object.entries(gradients)) {
      expect([name, typeOf(gradient)]).toEqual([name, TYPES.float32])
    }
  })

  it('trains to nearly the loss of float32, also compiled', async () => {
    const { eager } = (await open()).recording
    // The brighter the higher the class.
    const brightness = tensor([0, 0.3, 0.6, 0.9, 0, 0.3, 0.6, 0.9], [8, 1, 1, 1])
    const images = [1, 2].map((seed) => add(random(seed, [8, 8, 8, 3]), brightness))
    const train = (precision: Precision, compile: boolean): number => {
      const step = ({ params, x }: { params: Params; x: Tensor }): { params: Params; loss: Tensor } =>
        engine().tidy(() => {
          const { loss, gradients } = withPrecision(precision, () => valueAndGradients(lossOf(x), params))
          const next = Object.entries(params).map(([name, value]) => [
            name,
            sub(value, mul(gradients[name] as Tensor, 0.1)),
          ])
          return { loss, params: Object.fromEntries(next) } as never
        })
      using compiled = compileStep(step)
      let params = initial()
      let last = 0
      const handles = new Set<number>()
      for (let i = 0; i < 40; i++) {
        const next = (compile ? compiled : step)({ params, x: images[i % 2] as Tensor })
        for (const value of Object.values(params)) value.dispose()
        params = next.params
        last = next.loss.dataSync()[0] as number
        next.loss.dispose()
        if (i > 3) handles.add(eager.handles)
      }
      for (const value of Object.values(params)) value.dispose()
      expect(handles.size).toBe(1)
      if (compile) expect(compiled.report).toEqual({ mode: 'compiled' })
      return last
    }
    const start = tidy(() => lossOf(images[1] as Tensor)(initial()).loss.dataSync()[0] as number)
    const full = train('f32', false)
    expect(full).toBeLessThan(start * 0.7)
    for (const precision of ['bf16', 'f16'] as const) {
      // Compiled, TensorFlow fuses a convolution with its bias and ReLU, which rounds once instead of thrice.
      for (const compile of [false, true]) {
        expect(Math.abs(train(precision, compile) - full)).toBeLessThan(0.01 * start)
      }
    }
  })

  it('has a program of its own in compiled steps', () => {
    using step = compileStep(({ a }: { a: Tensor }) => ({ y: tidy(() => matMul(a, a)) }))
    // 1 + 2^-10 is 1 in bfloat16.
    const a = tensor([[1 + 2 ** -10]])
    const run = (): number => step({ a }).y.dataSync()[0] as number
    for (let i = 0; i < 3; i++) expect(run()).toBeGreaterThan(1)
    for (let i = 0; i < 3; i++) expect(withPrecision('bf16', run)).toBe(1)
    expect(step.report.mode).toBe('compiled')
    expect(run()).toBeGreaterThan(1)
  })

  it('sees a cast that is older than the recording', () => {
    using step = compileStep(({ a }: { a: Tensor }) => ({ y: tidy(() => sum(matMul(a, a))) }))
    for (let i = 1; i < 5; i++) {
      const a = tensor([[i]])
      withPrecision('bf16', () => {
        matMul(a, a).dispose()
        expect(step({ a }).y.dataSync()[0]).toBe(i * i)
      })
    }
    expect(step.report.mode).toBe('compiled')
  })
})

it('is refused where the backend has none, unless float32 will do', async () => {
  await useBackend('cpu')
  const f = (): number => matMul(tensor([[1 + 2 ** -10]]), tensor([[1]])).dataSync()[0] as number
  expect(() => withPrecision('bf16', f)).toThrow(/'cpu' computes in f32 alone.*'tensorflow'/)
  expect(withPrecision('bf16', f, { fallback: true })).toBeGreaterThan(1)
  expect(withPrecision('f32', f)).toBeGreaterThan(1)
  expect(() => withPrecision('f8' as Precision, f)).toThrow(/'f32', 'bf16' or 'f16', found 'f8'/)
  expect(() => withPrecision('f32', async () => f())).toThrow(/not asynchronous/)
})

const random = (seed: number, shape: number[]): Tensor => randomTensor(createRng(seed), shape, { low: -0.5, high: 0.5 })

function initial(): Params {
  return {
    filter: random(11, [3, 3, 3, 8]),
    gamma: tensor([1, 1, 1, 1, 1, 1, 1, 1]),
    beta: tensor([0, 0, 0, 0, 0, 0, 0, 0]),
    depthwise: random(12, [3, 3, 1, 8]),
    filter2: random(13, [3, 3, 8, 8]),
    bias: tensor([0, 0, 0, 0, 0, 0, 0, 0]),
    weight: random(14, [8, 4]),
  }
}

function lossOf(x: Tensor): (params: Params) => { loss: Scalar } {
  const labels = Array.from({ length: (x.shape[0] as number) * 4 }, (_, i) => (i % 4 === (i >> 2) % 4 ? 1 : 0))
  return (params) => {
    const p = params as Record<keyof ReturnType<typeof initial>, Tensor>
    const at = (name: string): Tensor => p[name] as Tensor
    const { output } = batchNormTrain(conv2d(x, at('filter'), { pads: 1 }), at('gamma'), at('beta'), 1e-5)
    const pooled = maxPool2d(relu(output), { size: 2 })
    const depthwise = relu(conv2d(pooled, at('depthwise'), { pads: 1, groups: 8 }))
    const features = relu(conv2d(depthwise, at('filter2'), { pads: 1, bias: at('bias') }))
    const logits = matMul(mean(features, [1, 2]), at('weight'))
    return { loss: mean<Scalar>(softmaxCrossEntropy(logits, tensor(labels, logits.shape as [number, number]))) }
  }
}
