import { createRng, type Tensors } from '@clas/core'
import { compileStep, registerStepCompiler, type StepCompiler, stepCompilerOf, useBackend } from '@clas/kernels'
import { expectClose, expectNoLeaks, FAST_BACKEND, REPLAY_BACKEND, randomTensor, useReplayBackend } from '@clas/testkit'
import {
  dispose,
  getBackend,
  getKernel,
  type KernelFunc,
  registerKernel,
  type Tensor,
  tensor,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { scaleByAdam } from './adam.ts'
import { adam, adamw, momentum, rmsprop, sgd } from './aliases.ts'
import { chain } from './chain.ts'
import { addDecayedWeights } from './decayed-weights.ts'
import { scaleByLearningRate } from './learning-rate.ts'
import { createOptimizer, type Optimizer } from './optimizer.ts'
import { trace } from './trace.ts'
import type { Transform } from './transform.ts'

const NAMES = ['ClasMomentum', 'ClasAdam'] as const

/** How often `f` calls the fused kernels of the current backend; without them where `there` is false. */
async function counting<R>(there: boolean, f: () => Promise<R>): Promise<readonly [result: R, calls: number]> {
  let calls = 0
  const backend = getBackend()
  const originals = NAMES.map((name) => getKernel(name, backend))
  for (const config of originals) {
    unregisterKernel(config.kernelName, backend)
    const kernelFunc: KernelFunc = (params) => {
      calls++
      return config.kernelFunc(params)
    }
    if (there) registerKernel({ ...config, kernelFunc })
  }
  try {
    return [await f(), calls]
  } finally {
    for (const config of originals) {
      if (there) unregisterKernel(config.kernelName, backend)
      registerKernel(config)
    }
  }
}

/** How often `f` has the replay backend record a step. */
async function recording<R>(f: () => Promise<R>): Promise<readonly [result: R, records: number]> {
  const compiler = stepCompilerOf(REPLAY_BACKEND) as StepCompiler
  let records = 0
  const record: StepCompiler['record'] = () => {
    records++
    return compiler.record()
  }
  registerStepCompiler(REPLAY_BACKEND, { record })
  try {
    return [await f(), records]
  } finally {
    registerStepCompiler(REPLAY_BACKEND, compiler)
  }
}

beforeEach(async () => {
  await useBackend('cpu')
})

const groups = [
  { select: 'stem', frozen: true },
  { select: 'head', lrScale: 10, weightDecay: 0.2 },
]
const lr = (step: number): number => 0.1 / (step + 1)

const cases: readonly (readonly [string, () => Optimizer])[] = [
  ['momentum', () => momentum({ lr, momentum: 0.9 })],
  ['momentum with decay', () => momentum({ lr, momentum: 0.9, weightDecay: 0.01, noDecay: /bias$/ })],
  ['nesterov', () => momentum({ lr, momentum: 0.9, weightDecay: 0.01, nesterov: true })],
  ['dampening', () => momentum({ lr, momentum: 0.9, dampening: 0.3 })],
  ['groups', () => momentum({ lr, momentum: 0.9, weightDecay: 0.01, groups })],
  ['clipping', () => momentum({ lr, momentum: 0.9, weightDecay: 0.01, clipGlobalNorm: 0.5, clipNorm: 0.4 })],
  ['adam', () => adam({ lr, weightDecay: 0.01 })],
  ['adamw with groups', () => adamw({ lr, weightDecay: 0.01, noDecay: /bias$/, groups })],
  ['adam without decay', () => createOptimizer(chain(scaleByAdam({ epsilon: 1e-3 }), scaleByLearningRate(lr)))],
  [
    'two decays',
    () =>
      createOptimizer(
        chain(addDecayedWeights(0.1), addDecayedWeights(0.2), trace({ momentum: 0.5 }), scaleByLearningRate(lr)),
      ),
  ],
]

const SHAPES: Readonly<Record<string, readonly number[]>> = {
  'stem.weight': [3],
  'body.weight': [4, 5],
  'body.bias': [5],
  'head.weight': [5, 2],
}

/** Seven steps; in the fourth a parameter has no gradient. */
async function trained(optimizer: Optimizer) {
  const rng = createRng(4)
  const random = (): Tensors =>
    Object.fromEntries(Object.entries(SHAPES).map(([path, shape]) => [path, randomTensor(rng, shape)]))
  let variables = { params: random(), buffers: {} as Tensors }
  let state = optimizer.init(variables.params)
  for (let step = 0; step < 7; step++) {
    const { 'body.bias': bias, ...rest } = random() as Record<string, Tensor>
    if (step === 3) bias?.dispose()
    const gradients = step === 3 || !bias ? rest : { ...rest, 'body.bias': bias }
    ;({ variables, state } = optimizer.step(variables, gradients, state))
  }
  const { arrays, json } = await optimizer.toArrays(state)
  const params: Record<string, number[]> = {}
  for (const [path, param] of Object.entries(variables.params)) params[path] = [...(await param.data())]
  dispose(variables.params as Record<string, Tensor>)
  optimizer.dispose(state)
  return { params, arrays, json }
}

type Trained = Awaited<ReturnType<typeof trained>>

function expectSame(found: Trained, expected: Trained): void {
  expect(found.json).toEqual(expected.json)
  expect(Object.keys(found.arrays)).toEqual(Object.keys(expected.arrays))
  const close = { relative: 1e-6, absolute: 3e-7 }
  for (const [path, values] of Object.entries(expected.params)) expectClose(found.params[path] ?? [], values, close)
  for (const [name, { data }] of Object.entries(expected.arrays)) {
    expectClose(found.arrays[name]?.data as Float32Array, data as Float32Array, close)
  }
}

describe('the fused kernels', () => {
  it.each(cases)('give what the chain gives: %s', async (name, create) => {
    await expectNoLeaks(async () => {
      const [expected, none] = await counting(false, () => trained(create()))
      const [found, calls] = await counting(true, () => trained(create()))
      expect(none).toBe(0)
      expect(calls).toBe(name.includes('groups') ? 20 : 27)
      expectSame(found, expected)
    })
  })

  it.each(cases)(`give what the chain gives on ${FAST_BACKEND}: %s`, async (_, create) => {
    await useBackend(FAST_BACKEND)
    await expectNoLeaks(async () => {
      const [expected] = await counting(false, () => trained(create()))
      expectSame(await trained(create()), expected)
    })
  })

  it.each(cases)('are compiled, whatever the learning rate and the step: %s', async (name, create) => {
    await useReplayBackend()
    const [expected] = await counting(false, () => trained(create()))
    const [found, records] = await recording(() => trained(create()))
    // Two make a program, and the step that lacks a gradient is one of its own kind. So are dampening's first step and
    // those of Adam in which one parameter has had fewer gradients than the others.
    expect(records).toBe(name === 'dampening' ? 4 : name.includes('adam') ? 5 : 3)
    expectSame(found, expected)
  })

  it('are no part of a compiled step, which says so', async () => {
    await useReplayBackend()
    const optimizer = momentum({ lr, momentum: 0.9 })
    let state = optimizer.init({ w: tensor([1, 2]) })
    using step = compileStep(({ w, g }: Readonly<Record<string, Tensor>>) => {
      const next = optimizer.step({ params: { w: w as Tensor }, buffers: {} }, { w: g as Tensor }, state)
      state = next.state
      return next.variables.params
    })
    step({ w: tensor([1, 2]), g: tensor([1, 1]) })
    expect(step.report).toEqual({ mode: 'eager', obstacle: expect.stringContaining('call it after the compiled step') })
    optimizer.dispose(state)
  })

  it('take the place of momentum and Adam at the end of a chain, and of nothing else', () => {
    const other: Transform = { name: 'other', init: () => 0, update: (updates, state) => [updates, state] }
    const rate = scaleByLearningRate(0.1)
    const fuses = (...links: Transform[]): boolean => 'fused' in chain(...links)
    expect(fuses(trace({ momentum: 0.9 }), rate)).toBe(true)
    expect(fuses(other, addDecayedWeights(0.1), scaleByAdam(), rate)).toBe(true)
    expect(fuses(scaleByAdam(), addDecayedWeights(0.1), rate)).toBe(true)
    expect(fuses(trace({ momentum: 0.9 }), other, rate)).toBe(false)
    expect(fuses(trace({ momentum: 0.9 }), addDecayedWeights(0.1), rate)).toBe(false)
    expect(fuses(rate, trace({ momentum: 0.9 }))).toBe(false)
    expect(fuses(rate)).toBe(false)
    expect([sgd({ lr: 0.1 }).name, rmsprop({ lr: 0.1 }).name]).toHaveLength(2)
  })

  it('say that a state is of another model', () => {
    const optimizer = momentum({ lr: 0.1, momentum: 0.9 })
    const rng = createRng(1)
    const [a, b] = [randomTensor(rng, [2]), randomTensor(rng, [2])]
    const state = optimizer.init({ a })
    expect(() => optimizer.step({ params: { a, b }, buffers: {} }, { b: a }, state)).toThrow("lacks 'b'")
    optimizer.dispose(state)
    dispose([a, b])
  })
})
