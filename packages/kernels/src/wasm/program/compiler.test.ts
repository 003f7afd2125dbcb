import { createRng } from '@clas/core'
import { expectNoLeaks, randomTensor } from '@clas/testkit'
import {
  add,
  addN,
  backend,
  cast,
  concat,
  dispose,
  engine,
  exp,
  gather,
  greater,
  keep,
  matMul,
  mean,
  memory,
  mul,
  onesLike,
  pad,
  reshape,
  setBackend,
  split,
  stack,
  sub,
  type Tensor,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  valueAndGrads,
} from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { compileStep } from '../../compile/compile-step.ts'
import { hostTensor } from '../../compile/host-tensor.ts'
import { hardSwish, relu } from '../../ops/activation.ts'
import { batchNormTrain } from '../../ops/batch-norm.ts'
import { conv2d } from '../../ops/conv2d.ts'
import { softmaxCrossEntropy } from '../../ops/softmax-cross-entropy.ts'
import { useBackend } from '../../use-backend.ts'
import { Arena } from './arena.ts'
import type { ProgramBackend } from './program-backend.ts'

type Params = Readonly<Record<'filter' | 'gamma' | 'beta' | 'filter2' | 'weight', Tensor>>

beforeAll(async () => {
  await useBackend('wasm')
})

beforeEach(() => {
  engine().startScope()
  return () => engine().endScope()
})

const random = (seed: number, shape: number[]): Tensor => randomTensor(createRng(seed), shape, { low: -0.5, high: 0.5 })
const bytesOf = (value: Tensor): Buffer => Buffer.from(value.dataSync().buffer)
const wasm = (): ProgramBackend => backend() as unknown as ProgramBackend

describe('compiled steps', () => {
  it('give the bits of eager ones over steps of SGD, and keep no tensors', async () => {
    const images = [1, 2].map((seed) => random(seed, [4, 8, 8, 3]))
    const labels = tensor(
      Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
      [4, 4],
    )
    const lr = tensor(0.2)
    const run = (step: typeof sgdStep): { losses: number[]; bits: number[][]; tensors: number[] } => {
      let params = initial()
      const tensors: number[] = []
      const losses = Array.from({ length: 12 }, (_, i) => {
        const next = step({ params, x: images[i % 2] as Tensor, labels, lr })
        dispose([{ ...params }])
        params = next.params
        const [loss] = next.loss.dataSync()
        next.loss.dispose()
        tensors.push(memory().numTensors, memory().numBytes)
        return loss as number
      })
      const bits = Object.values(params).map((value) => [...value.dataSync()])
      dispose([{ ...params }])
      return { losses, bits, tensors: tensors.slice(-12) }
    }
    const eager = run(sgdStep)
    expect(eager.losses[11]).toBeLessThan(eager.losses[0] as number)
    await expectNoLeaks(() => {
      using compiled = compileStep(sgdStep)
      const found = run(compiled)
      expect(compiled.report).toMatchObject({ mode: 'compiled' })
      expect(compiled.report.peakBytes).toBeGreaterThan(4 * 8 * 8 * 8 * 4)
      expect(found.losses).toEqual(eager.losses)
      expect(found.bits).toEqual(eager.bits)
      expect(new Set(found.tensors).size).toBe(2)
      expect(Arena.of(wasm()).bytes).toBeGreaterThan(0)
    })
    expect(Arena.of(wasm()).bytes).toBe(0)
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
    // A program that needs more memory comes, and the first runs again.
    const [long, other] = [random(1, [3, 100_000]), random(2, [3, 100_000])]
    const expected = bytesOf(add(mul(long, 2), other))
    for (let i = 0; i < 3; i++) expect(bytesOf(step({ a: long, b: other }).y).equals(expected)).toBe(true)
    expect(step.report.mode).toBe('compiled')
    expect([...step({ a, b }).y.dataSync()]).toEqual([12, 24])
  })

  it('hand on inputs, return a tensor twice, constants and clones, and leave out what is not used', () => {
    const constant = tensor([7, 8])
    using step = compileStep(({ a, unused }: { a: Tensor; unused: Tensor }) => {
      const twice = tidy(() => {
        mul(unused, 3)
        return add(a, a)
      })
      const turned = reshape(twice, [2, 1])
      return { a, twice, again: twice, turned, constant: constant.clone(), made: tensor([5, 6]), clone: a.clone() }
    })
    for (let i = 1; i < 5; i++) {
      const a = tensor([i, 10 * i])
      const unused = tensor([i])
      const result = step({ a, unused })
      expect(result.a).toBe(a)
      expect(result.again).toBe(result.twice)
      expect([...result.twice.dataSync()]).toEqual([2 * i, 20 * i])
      result.twice.dispose()
      expect(result.turned.arraySync()).toEqual([[2 * i], [20 * i]])
      expect([...result.constant.dataSync()]).toEqual([7, 8])
      expect([...result.made.dataSync()]).toEqual([5, 6])
      a.dispose()
      expect([...result.clone.dataSync()]).toEqual([i, 10 * i])
    }
    expect(step.report.mode).toBe('compiled')
  })

  it('run kernels of tfjs and those that take or give lists', async () => {
    const f = ({ a, b }: { a: Tensor; b: Tensor }) =>
      engine().tidy(() => {
        const product = matMul(a, b)
        const [left, right] = split(exp(product), 2, 1) as [Tensor, Tensor]
        return {
          concat: concat([a, b, exp(product)], 1),
          stack: stack([a, b], 2),
          sum: addN([a, mul(onesLike(b), 3), product]),
          rows: gather(exp(a), tensor1d([1, 1, 0], 'int32')),
          padded: pad(exp(left), [[1, 1] as never, [0, 2] as never], -7),
          mean: mean(right),
          whole: exp(b),
          number: cast(product, 'int32'),
          is: greater(product, a),
        } as never
      }) as Record<string, Tensor>
    const [a, b] = [tensor2d([1, 2, 3, 4], [2, 2]), tensor2d([0.1, 0, 0, 0.2], [2, 2])]
    const values = (result: Record<string, Tensor>): unknown[] => {
      const found = Object.entries(result).map(([name, value]) => [name, value.shape, value.dtype, value.arraySync()])
      dispose([{ ...result }])
      return found
    }
    const expected = values(f({ a, b }))
    await expectNoLeaks(() => {
      using step = compileStep(f)
      for (let i = 0; i < 5; i++) expect(values(step({ a, b }))).toEqual(expected)
      expect(step.report.mode).toBe('compiled')
    })
  })

  it('keep alive what they captured, though its owner frees it', async () => {
    const a = tensor([2])
    await expectNoLeaks(() => {
      const large = random(3, [400])
      const step = compileStep(({ a }: { a: Tensor }) => ({ y: tidy(() => mul(a, large)) }))
      const expected = [...large.dataSync()].map((value) => Math.fround(value * 2))
      for (let i = 0; i < 2; i++) step({ a }).y.dispose()
      large.dispose()
      for (let i = 0; i < 3; i++) random(i, [400]).dispose()
      const { y } = step({ a })
      expect([...y.dataSync()]).toEqual(expected)
      y.dispose()
      step[Symbol.dispose]()
    })
  })

  it('find constants and inputs again that another backend took', async () => {
    const constant = tensor([1, 2])
    using step = compileStep(({ a }: { a: Tensor }) => ({ y: tidy(() => mul(a, constant)) }))
    const a = tensor([3, 4])
    for (let i = 0; i < 3; i++) expect([...step({ a }).y.dataSync()]).toEqual([3, 8])
    await useBackend('cpu')
    expect([...add(a, constant).dataSync()]).toEqual([4, 6])
    await setBackend('wasm')
    expect([...step({ a }).y.dataSync()]).toEqual([3, 8])
    expect(step.report.mode).toBe('compiled')
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
      y.dispose()
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
    expect(Object.keys(wasm())).not.toContain('readSync')
  })

  it('run eagerly where a constant, an attribute or the kernels change, and say how', () => {
    const changing = (f: (a: Tensor, call: number) => Tensor): string | undefined => {
      let calls = 0
      using step = compileStep(({ a }: { a: Tensor }) => ({ y: tidy(() => f(a, calls++)) }))
      for (let i = 0; i < 3; i++) step({ a: tensor([[1, 2]]) })
      expect(step.report.mode).toBe('eager')
      return step.report.obstacle
    }
    expect(changing((a, call) => mul(a, call))).toMatch(
      /^the input b of Multiply \(kernel 1\) differs: the values of a constant float32 \[\]; what/,
    )
    expect(changing((a, call) => matMul(a, a, call % 2 === 0, call % 2 !== 0))).toMatch(
      /^the attribute transposeA of BatchMatMul \(kernel 1\) differs/,
    )
    expect(changing((a, call) => (call % 2 === 0 ? add(a, a) : mul(a, a)))).toMatch(/kernel 1 was Add, then Multiply$/)
    expect(changing((a, call) => (call % 2 === 0 ? add(a, a) : add(add(a, a), a)))).toMatch(/1 kernels, then 2$/)
    expect(changing((a, call) => (call % 2 === 0 ? add(a, mul(a, a)) : add(mul(a, a), a)))).toMatch(
      /^the input a of Add \(kernel 2\) differs: it came from elsewhere$/,
    )
    expect(changing((a, call) => (call % 2 === 0 ? a.clone() : mul(a, 1)))).toMatch(/0 kernels, then 1$/)
    const [one, two] = [tensor([1]), tensor([2])]
    expect(changing((_, call) => (call % 2 === 0 ? one : two).clone())).toMatch(/^two runs of the step returned dif/)
  })

  it('run eagerly where a number of an attribute is as large as no address', () => {
    using step = compileStep(({ a }: { a: Tensor }) => ({ y: tidy(() => pad(a, [[1, 1] as never], 2 ** 40)) }))
    for (let i = 0; i < 3; i++) expect([...step({ a: tensor([1]) }).y.dataSync()]).toEqual([2 ** 40, 1, 2 ** 40])
    expect(step.report).toMatchObject({ mode: 'eager', obstacle: expect.stringMatching(/an attribute of PadV2 is/) })
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
      const y = [...step({ a }, createRng(5).fork('step', i)).y.dataSync()]
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

  it('throw what the step throws, and can be called again', async () => {
    await expectNoLeaks(() => {
      let broken = true
      using step = compileStep(({ a }: { a: Tensor }) => {
        if (broken) tidy(() => mul(a, Number((null as unknown as Tensor).size)))
        return { y: mul(a, 2) }
      })
      const a = tensor([3])
      expect(() => step({ a })).toThrow('null')
      broken = false
      for (let i = 0; i < 3; i++) {
        const { y } = step({ a })
        expect(y.dataSync()[0]).toBe(6)
        y.dispose()
      }
      expect(step.report.mode).toBe('compiled')
      a.dispose()
    })
  })

  it('free what they made when a kernel fails, and go on when it works again', async () => {
    const a = tensor([3, 1, 2])
    const index = tensor1d([0, 2], 'int32')
    const outside = tensor1d([0, 7], 'int32')
    using step = compileStep(({ a, index }: { a: Tensor; index: Tensor }) => ({
      y: tidy(() => gather(exp(mul(a, 2)), index as never)),
      z: tidy(() => mul(a, 3)),
    }))
    for (let i = 0; i < 3; i++) step({ a, index })
    expect(step.report.mode).toBe('compiled')
    await expectNoLeaks(() => expect(() => step({ a, index: outside })).toThrow('index'))
    expect([...step({ a, index }).z.dataSync()]).toEqual([9, 3, 6])
  })
})

interface Inputs {
  readonly params: Params
  readonly x: Tensor
  readonly labels: Tensor
  readonly lr: Tensor
}

function initial(): Params {
  return {
    filter: random(11, [3, 3, 3, 8]),
    gamma: tensor(Array.from({ length: 8 }, () => 1)),
    beta: tensor(Array.from({ length: 8 }, () => 0)),
    filter2: random(12, [3, 3, 8, 8]),
    weight: random(13, [8, 4]),
  }
}

function sgdStep({ params, x, labels, lr }: Inputs): { readonly params: Params; readonly loss: Tensor } {
  const names = Object.keys(params) as (keyof Params)[]
  return engine().tidy(() => {
    const loss = (...values: Tensor[]): Tensor => {
      const { filter, gamma, beta, filter2, weight } = Object.fromEntries(
        names.map((name, i) => [name, values[i]]),
      ) as Params
      const norm = (x: Tensor): Tensor => batchNormTrain(x, gamma, beta, 1e-5).output
      const first = hardSwish(norm(conv2d(x, filter, { pads: 1 })))
      const second = relu(add(norm(conv2d(first, filter2, { pads: 1 })), first))
      return mean(softmaxCrossEntropy(matMul(mean(second, [1, 2]), weight), labels))
    }
    const { value, grads } = valueAndGrads(loss)(names.map((name) => params[name]))
    const next = names.map((name, i) => [name, sub(params[name], mul(lr, grads[i] as Tensor))])
    return { loss: value, params: Object.fromEntries(next) as Params } as never
  })
}
