import '@tensorflow/tfjs-backend-cpu'
import { mapTensors, type Tensors } from '@clas/core'
import { memory, setBackend, sign, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { adam, adamw, momentum, rmsprop, sgd } from './aliases.ts'
import { chain } from './chain.ts'
import { clipByGlobalNorm, clipByNorm } from './clip.ts'
import { addDecayedWeights } from './decayed-weights.ts'
import { scaleByLearningRate } from './learning-rate.ts'
import { masked } from './masked.ts'
import { createOptimizer, type Optimizer } from './optimizer.ts'
import { nameContains, oneDimensional } from './selection.ts'
import { trace } from './trace.ts'
import type { NoState, Transform } from './transform.ts'

const code = (value: string): unknown => expect.objectContaining({ code: value })
const values = (tensors: Tensors): Record<string, number[]> =>
  Object.fromEntries(Object.entries(tensors).map(([path, t]) => [path, [...t.dataSync()]]))

/** One step from ones, with gradients of 3 and 4. */
function once(optimizer: Optimizer): Record<string, number[]> {
  const params = { 'norm.weight': tensor([1, 1]), 'fc.weight': tensor([[1, 1]]) }
  const gradients = { 'norm.weight': tensor([3, 4]), 'fc.weight': tensor([[3, 4]]) }
  return values(optimizer.step({ params, buffers: {} }, gradients, optimizer.init(params)).variables.params)
}

beforeAll(async () => {
  await setBackend('cpu')
})

describe('createOptimizer', () => {
  const signOf: Transform<NoState> = {
    name: 'signOf',
    init: () => ({}),
    update: (updates, state) => [mapTensors(updates, (update) => sign(update)), state],
  }

  it('takes a transform of the user', () => {
    expect(once(createOptimizer(signOf, 0.5))).toEqual({ 'norm.weight': [0.5, 0.5], 'fc.weight': [0.5, 0.5] })
    expect(once(createOptimizer(chain(signOf, scaleByLearningRate(0.5))))['fc.weight']).toEqual([0.5, 0.5])
  })

  it('wants one learning rate', () => {
    expect(() => createOptimizer(signOf)).toThrow(code('bad-option'))
    expect(() => createOptimizer(scaleByLearningRate(1), 1)).toThrow(code('bad-option'))
  })

  it('refuses gradients that fit no parameter, and consumes nothing then', () => {
    const optimizer = momentum({ lr: 1, momentum: 0.9 })
    const variables = { params: { w: tensor([1, 2]) }, buffers: {} }
    const state = optimizer.init(variables.params)
    const gradient = tensor([1])
    const before = memory().numTensors
    expect(() => optimizer.step(variables, { v: gradient }, state)).toThrow(code('unknown-path'))
    expect(() => optimizer.step(variables, { w: gradient }, state)).toThrow(code('shape-mismatch'))
    expect(() => optimizer.step(variables, { w: variables.params.w }, optimizer.init({}))).toThrow(
      code('state-dict-mismatch'),
    )
    expect(memory().numTensors).toBe(before)
    const other = optimizer.init({ w: tensor([1]) })
    expect(() => optimizer.step(variables, { w: tensor([1, 2]) }, other)).toThrow(code('state-dict-mismatch'))
  })

  it('refuses a state that is not its own, or not whole', async () => {
    const optimizer = momentum({ lr: 1, momentum: 0.9 })
    const saved = await optimizer.toArrays(optimizer.init({ w: tensor([1]) }))
    expect(Object.keys(saved.arrays)).toEqual(['1/velocity/w'])
    expect(() => adamw({ lr: 1 }).fromArrays(saved)).toThrow(code('state-dict-mismatch'))
    expect(() => optimizer.fromArrays({ ...saved, arrays: {} })).toThrow(code('state-dict-mismatch'))
    expect(() => optimizer.fromArrays({ arrays: {}, json: null })).toThrow(code('state-dict-mismatch'))
  })
})

describe('groups and selectors', () => {
  it('take the first group that matches', () => {
    const groups = [
      { select: oneDimensional, weightDecay: 0 },
      { select: /weight$/, lrScale: 2, weightDecay: 1 },
    ]
    expect(once(sgd({ lr: 0.5, weightDecay: 7, groups }))).toEqual({
      'norm.weight': [-0.5, -1],
      'fc.weight': [-3, -4],
    })
  })

  it('leave frozen parameters alone and keep nothing for them', async () => {
    const optimizer = momentum({ lr: 1, momentum: 0.9, groups: [{ select: 'norm', frozen: true }] })
    expect(once(optimizer)).toEqual({ 'norm.weight': [1, 1], 'fc.weight': [-2, -3] })
    const { arrays } = await optimizer.toArrays(
      optimizer.init({ 'norm.weight': tensor([1]), 'fc.weight': tensor([1]) }),
    )
    expect(Object.keys(arrays)).toEqual(['1/velocity/fc.weight'])
  })

  it.each([
    ['a name in the path', nameContains('cls_token norm')],
    ['one dimension', oneDimensional],
    ['the start of the path', 'norm'],
  ])('spare from decay by %s', (_, noDecay) => {
    expect(once(sgd({ lr: 1, weightDecay: 1, noDecay }))).toEqual({ 'norm.weight': [-2, -3], 'fc.weight': [-3, -4] })
  })

  it('select nothing by no name', () => expect(nameContains('  ')('a', tensor([1]))).toBe(false))
})

describe('transforms', () => {
  it('clip each gradient, or all together', () => {
    expect(once(createOptimizer(clipByNorm(2.5), 1))['fc.weight']).toEqual([-0.5, -1])
    expect(once(createOptimizer(clipByNorm(5), 1))['fc.weight']).toEqual([-2, -3])
    const [x, y] = once(createOptimizer(clipByGlobalNorm(5), 1))['fc.weight'] ?? []
    expect(x).toBeCloseTo(1 - 3 / Math.SQRT2, 6)
    expect(y).toBeCloseTo(1 - 4 / Math.SQRT2, 6)
  })

  it('are masked', () => {
    const decay = masked('fc', addDecayedWeights(1))
    expect(once(createOptimizer(decay, 1))).toEqual({ 'norm.weight': [-2, -3], 'fc.weight': [-3, -4] })
    const kept = createOptimizer(masked('fc', trace({ momentum: 0.9 })), 1).init({ 'norm.weight': tensor([1]) })
    expect(kept.transforms).toEqual([{ velocity: {}, started: {} }, {}])
  })

  it('refuse bad options', () => {
    const bad = code('bad-option')
    expect(() => sgd({ lr: -1 })).toThrow(bad)
    expect(() => sgd({ lr: 1, weightDecay: -1 })).toThrow(bad)
    expect(() => sgd({ lr: 1, clipNorm: 0 })).toThrow(bad)
    expect(() => sgd({ lr: 1, clipGlobalNorm: Number.NaN })).toThrow(bad)
    expect(() => sgd({ lr: 1, groups: [{ select: 'a', lrScale: -1 }] })).toThrow(bad)
    expect(() => momentum({ lr: 1, momentum: 1 })).toThrow(bad)
    expect(() => momentum({ lr: 1, momentum: 0.9, nesterov: true, dampening: 0.1 })).toThrow(bad)
    expect(() => adam({ lr: 1, beta1: 1 })).toThrow(bad)
    expect(() => adamw({ lr: 1, beta2: -0.1 })).toThrow(bad)
    expect(() => adamw({ lr: 1, epsilon: -1 })).toThrow(bad)
    expect(() => rmsprop({ lr: 1, rho: 1 })).toThrow(bad)
    expect(() => rmsprop({ lr: 1, epsilon: 0 })).toThrow(bad)
  })
})
