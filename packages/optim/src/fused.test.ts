import { createRng, type Tensors } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { expectClose, expectNoLeaks, randomTensor } from '@clas/testkit'
import {
  dispose,
  getKernel,
  type KernelFunc,
  registerKernel,
  type Tensor,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { scaleByAdam } from './adam.ts'
import { adam, adamw, momentum, rmsprop, sgd } from './aliases.ts'
import { chain } from './chain.ts'
import { addDecayedWeights } from './decayed-weights.ts'
import { scaleByLearningRate } from './learning-rate.ts'
import { createOptimizer, type Optimizer } from './optimizer.ts'
import { trace } from './trace.ts'
import type { Transform } from './transform.ts'

const NAMES = ['ClasMomentum', 'ClasAdam'] as const

/** How often `f` calls the fused kernels; without them where `there` is false. */
async function counting<R>(there: boolean, f: () => Promise<R>): Promise<readonly [result: R, calls: number]> {
  let calls = 0
  const originals = NAMES.map((name) => getKernel(name, 'cpu'))
  for (const config of originals) {
    unregisterKernel(config.kernelName, 'cpu')
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
      if (there) unregisterKernel(config.kernelName, 'cpu')
      registerKernel(config)
    }
  }
}

beforeAll(async () => {
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

/** Five steps; in the third a parameter has no gradient. */
async function trained(optimizer: Optimizer) {
  const rng = createRng(4)
  const random = (): Tensors =>
    Object.fromEntries(Object.entries(SHAPES).map(([path, shape]) => [path, randomTensor(rng, shape)]))
  let variables = { params: random(), buffers: {} as Tensors }
  let state = optimizer.init(variables.params)
  for (let step = 0; step < 5; step++) {
    const { 'body.bias': bias, ...rest } = random() as Record<string, Tensor>
    if (step === 2) bias?.dispose()
    const gradients = step === 2 || !bias ? rest : { ...rest, 'body.bias': bias }
    ;({ variables, state } = optimizer.step(variables, gradients, state))
  }
  const { arrays, json } = await optimizer.toArrays(state)
  const params = Object.fromEntries(
    Object.entries(variables.params).map(([path, param]) => [path, [...param.dataSync()]]),
  )
  dispose(variables.params as Record<string, Tensor>)
  optimizer.dispose(state)
  return { params, arrays, json }
}

describe('the fused kernels', () => {
  it.each(cases)('give what the chain gives: %s', async (name, create) => {
    await expectNoLeaks(async () => {
      const [expected, none] = await counting(false, () => trained(create()))
      const [found, calls] = await counting(true, () => trained(create()))
      expect(none).toBe(0)
      expect(calls).toBe(name.includes('groups') ? 14 : 19)
      expect(found.json).toEqual(expected.json)
      expect(Object.keys(found.arrays)).toEqual(Object.keys(expected.arrays))
      const close = { relative: 1e-6, absolute: 3e-7 }
      for (const [path, values] of Object.entries(expected.params)) expectClose(found.params[path] ?? [], values, close)
      for (const [name, { data }] of Object.entries(expected.arrays)) {
        expectClose(found.arrays[name]?.data as Float32Array, data as Float32Array, close)
      }
    })
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
