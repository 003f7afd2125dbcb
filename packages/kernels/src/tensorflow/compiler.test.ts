import { createRng } from '@clas/core'
import { randomTensor } from '@clas/testkit'
import {
  add,
  addN,
  concat,
  einsum,
  engine,
  keep,
  matMul,
  mean,
  mul,
  stack,
  sub,
  type Tensor,
  tensor,
  tensor2d,
  tidy,
  valueAndGrads,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { compileStep } from '../compile/compile-step.ts'
import { hostTensor } from '../compile/host-tensor.ts'
import { relu } from '../ops/activation.ts'
import { batchNormTrain } from '../ops/batch-norm.ts'
import { conv2d } from '../ops/conv2d.ts'
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts'
import { useBackend } from '../use-backend.ts'
import { describeTensorflow } from './tensorflow.test-helper.ts'

type Params = Readonly<Record<'filter' | 'gamma' | 'beta' | 'filter2' | 'weight', Tensor>>

interface State {
  readonly params: Params
  readonly loss: Tensor
}

describeTensorflow('compiled steps', (open) => {
  beforeAll(async () => {
    await useBackend('tensorflow')
  })

  it('give the numbers of eager ones over steps of SGD, and keep no tensors', async () => {
    const { eager: runtime } = (await open()).recording
    const images = [1, 2].map((seed) => random(seed, [4, 8, 8, 3]))
    const labels = tensor(
      Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
      [4, 4],
    )
    const lr = tensor(0.1)
    const run = (step: (state: Params, x: Tensor) => State, steps: number): [number[], Params, number[]] => {
      let params = initial()
      const losses: number[] = []
      const handles: number[] = []
      for (let i = 0; i < steps; i++) {
        const next = step(params, images[i % 2] as Tensor)
        for (const tensor of Object.values(params)) tensor.dispose()
        losses.push(next.loss.dataSync()[0] as number)
        next.loss.dispose()
        params = next.params
        handles.push(runtime.handles)
      }
      return [losses, params, handles]
    }
    const sgd = (inputs: { params: Params; x: Tensor; labels: Tensor; lr: Tensor }): State =>
      engine().tidy(() => sgdStep(inputs) as never)
    using compiled = compileStep(sgd)
    const [losses, params] = run((params, x) => sgd({ params, x, labels, lr }), 20)
    const [compiledLosses, compiledParams, handles] = run((params, x) => compiled({ params, x, labels, lr }), 20)
    expect(compiled.report).toEqual({ mode: 'compiled' })
    expect(losses[19]).toBeLessThan((losses[0] as number) * 0.8)
    losses.forEach((loss, i) => {
      expect(compiledLosses[i]).toBeCloseTo(loss, 5)
    })
    for (const name of Object.keys(params) as (keyof Params)[]) expectClose(compiledParams[name], params[name])
    expect(new Set(handles.slice(3)).size).toBe(1)
  })

  it('have a program for each shape, and for each way in which inputs are the same', () => {
    using step = compileStep(({ a, b }: { a: Tensor; b: Tensor }) => ({ y: tidy(() => add(mul(a, 2), b)) }))
    const [a, b] = [tensor([1, 2]), tensor([10, 20])]
    for (let i = 0; i < 3; i++) expect([...step({ a, b: a }).y.dataSync()]).toEqual([3, 6])
    expect(step.report.mode).toBe('compiled')
    for (let i = 0; i < 3; i++) {
      expect([...step({ a, b }).y.dataSync()]).toEqual([12, 24])
      expect(step.report.mode).toBe(['tracing', 'compiled', 'compiled'][i])
    }
    const long = tensor([1, 2, 3])
    expect([...step({ a: long, b: long }).y.dataSync()]).toEqual([3, 6, 9])
    expect(step.report.mode).toBe('tracing')
  })

  it('hand on inputs, return a tensor twice, constants and clones, and leave out what is not used', () => {
    const constant = tensor([7, 8])
    using step = compileStep(({ a, unused }: { a: Tensor; unused: Tensor }) => {
      const twice = tidy(() => {
        mul(unused, 3)
        return add(a, a)
      })
      return { a, twice, again: twice, constant: constant.clone(), made: tensor([5, 6]), clone: a.clone(), text: 'x' }
    })
    for (let i = 1; i < 5; i++) {
      const a = tensor([i, 10 * i])
      const unused = tensor([i])
      const result = step({ a, unused })
      expect(result.a).toBe(a)
      expect(result.text).toBe('x')
      expect(result.again).toBe(result.twice)
      expect([...result.twice.dataSync()]).toEqual([2 * i, 20 * i])
      expect([...result.constant.dataSync()]).toEqual([7, 8])
      expect([...result.made.dataSync()]).toEqual([5, 6])
      a.dispose()
      expect([...result.clone.dataSync()]).toEqual([i, 10 * i])
    }
    expect(step.report.mode).toBe('compiled')
  })

  it('know which inputs of an operation are lists', () => {
    type Lists = Record<'concat' | 'stack' | 'sum', Tensor>
    using step = compileStep(
      ({ a, b }: { a: Tensor; b: Tensor }): Lists =>
        engine().tidy(() => {
          const product = einsum('ij,jk->ik', a, b)
          return { concat: concat([a, b, product], 1), stack: stack([a, b], 2), sum: addN([a, b, product]) } as never
        }),
    )
    const [a, b] = [tensor2d([1, 2, 3, 4], [2, 2]), tensor2d([1, 0, 0, 2], [2, 2])]
    for (let i = 0; i < 3; i++) {
      const result = step({ a, b })
      expect(result.concat.arraySync()).toEqual([
        [1, 2, 1, 0, 1, 4],
        [3, 4, 0, 2, 3, 8],
      ])
      expect([...result.stack.dataSync()]).toEqual([1, 1, 2, 0, 3, 0, 4, 2])
      expect([...result.sum.dataSync()]).toEqual([3, 6, 6, 14])
    }
  })

  it('keep alive what they captured, though its owner frees it', async () => {
    const { eager: runtime } = (await open()).recording
    const before = runtime.handles
    const large = random(3, [400])
    const step = compileStep(({ a }: { a: Tensor }) => ({ y: tidy(() => mul(a, large)) }))
    const a = tensor([2])
    const expected = [...large.dataSync()].map((value) => Math.fround(value * 2))
    for (let i = 0; i < 2; i++) step({ a }).y.dispose()
    large.dispose()
    const { y } = step({ a })
    expect([...y.dataSync()]).toEqual(expected)
    for (const tensor of [a, y]) tensor.dispose()
    step[Symbol.dispose]()
    expect(runtime.handles).toBe(before)
  })

  it('free the inputs that the step frees', () => {
    using step = compileStep(({ a }: { a: Tensor }) => {
      const y = tidy(() => mul(a, 2))
      a.dispose()
      return { y: keep(y) }
    })
    for (let i = 0; i < 4; i++) {
      const a = tensor([i])
      const { y } = step({ a })
      expect([a.isDisposed, y.kept, y.dataSync()[0]]).toEqual([true, true, 2 * i])
    }
    expect(step.report.mode).toBe('compiled')
  })

  it('run eagerly where a value is read back, and say where', () => {
    const obstacles: string[] = []
    using step = compileStep(({ a }: { a: Tensor }) => ({ y: mul(a, a.dataSync()[0] as number) }), {
      onObstacle: (obstacle) => obstacles.push(obstacle),
    })
    for (let i = 1; i < 4; i++) expect(step({ a: tensor([i]) }).y.dataSync()[0]).toBe(i * i)
    expect(step.report.mode).toBe('eager')
    expect(obstacles).toHaveLength(1)
    expect(obstacles[0]).toMatch(/read back \(dataSync\) at .*compiler\.test\.ts:\d+$/)
  })

  it('run eagerly where a constant, an attribute or the operations change, and say how', () => {
    const changing = (f: (a: Tensor, call: number) => Tensor): string | undefined => {
      let calls = 0
      using step = compileStep(({ a }: { a: Tensor }) => ({ y: tidy(() => f(a, calls++)) }))
      for (let i = 0; i < 3; i++) step({ a: tensor([[1, 2]]) })
      expect(step.report.mode).toBe('eager')
      return step.report.obstacle
    }
    expect(changing((a, call) => mul(a, call))).toMatch(
      /^input 2 of Mul \(operation 1\) differs: the values of a constant float32 \[\]; what/,
    )
    expect(changing((a, call) => matMul(a, a, call % 2 === 0, call % 2 !== 0))).toMatch(
      /^the attribute (transpose|adj)_?\w+ of \w*MatMul\w* /,
    )
    expect(changing((a, call) => (call % 2 === 0 ? add(a, a) : mul(a, a)))).toMatch(/operation 1 was AddV2, then Mul$/)
    expect(changing((a, call) => (call % 2 === 0 ? add(a, a) : add(a, mul(a, a))))).toMatch(
      /operation 1 was AddV2, then Mul$/,
    )
  })

  it('make random tensors anew at each call, as eager ones', () => {
    const dropout = ({ a }: { a: Tensor }, rng: ReturnType<typeof createRng>): { y: Tensor } => {
      return tidy(() => {
        const mask = hostTensor(rng.fork('mask'), [6], (draw) =>
          Float32Array.from({ length: 6 }, () => (draw.next() < 0.5 ? 0 : 2)),
        )
        return { y: mul(a, mask) }
      })
    }
    using step = compileStep(dropout)
    const a = tensor([1, 2, 3, 4, 5, 6])
    const results = Array.from({ length: 6 }, (_, i) => {
      const seed = createRng(5).fork('step', i)
      const y = [...step({ a }, seed).y.dataSync()]
      expect(y).toEqual([...dropout({ a }, createRng(5).fork('step', i)).y.dataSync()])
      return y.join()
    })
    expect(step.report.mode).toBe('compiled')
    expect(new Set(results).size).toBeGreaterThan(3)
  })

  it('may be part of another', () => {
    using inner = compileStep(({ a }: { a: Tensor }) => ({ y: mul(a, a) }))
    using outer = compileStep(({ a }: { a: Tensor }) => ({ y: tidy(() => add(inner({ a }).y, 1)) }))
    for (let i = 0; i < 4; i++) expect(outer({ a: tensor([i]) }).y.dataSync()[0]).toBe(i * i + 1)
    expect(outer.report.mode).toBe('compiled')
  })

  it('throw what the step throws, and can be called again', () => {
    let broken = true
    using step = compileStep(({ a }: { a: Tensor }) => {
      if (broken) throw new Error('broken')
      return { y: mul(a, 2) }
    })
    expect(() => step({ a: tensor([1]) })).toThrow('broken')
    broken = false
    for (let i = 0; i < 3; i++) expect(step({ a: tensor([i]) }).y.dataSync()[0]).toBe(2 * i)
    expect(step.report.mode).toBe('compiled')
  })
})

const random = (seed: number, shape: number[]): Tensor => randomTensor(createRng(seed), shape, { low: -0.5, high: 0.5 })

function initial(): Params {
  return {
    filter: random(11, [3, 3, 3, 8]),
    gamma: tensor(Array.from({ length: 8 }, () => 1)),
    beta: tensor(Array.from({ length: 8 }, () => 0)),
    filter2: random(12, [3, 3, 8, 8]),
    weight: random(13, [8, 4]),
  }
}

function sgdStep({ params, x, labels, lr }: { params: Params; x: Tensor; labels: Tensor; lr: Tensor }): State {
  const names = Object.keys(params) as (keyof Params)[]
  const loss = (...values: Tensor[]): Tensor => {
    const p = Object.fromEntries(names.map((name, i) => [name, values[i]])) as Params
    const { output } = batchNormTrain(conv2d(x, p.filter, { pads: 1 }), p.gamma, p.beta, 1e-5)
    const features = relu(conv2d(relu(output), p.filter2, { pads: 1, strides: 2 }))
    return mean(softmaxCrossEntropy(matMul(mean(features, [1, 2]), p.weight), labels))
  }
  const { value, grads } = valueAndGrads(loss)(names.map((name) => params[name]))
  const next = names.map((name, i) => [name, sub(params[name], mul(lr, grads[i] as Tensor))])
  return { loss: value, params: Object.fromEntries(next) as Params }
}

function expectClose(found: Tensor, expected: Tensor): void {
  const [a, b] = [found.dataSync(), expected.dataSync()]
  const scale = Math.max(...b.map(Math.abs))
  b.forEach((value, i) => {
    expect(Math.abs((a[i] as number) - value)).toBeLessThan(1e-5 * scale)
  })
}
