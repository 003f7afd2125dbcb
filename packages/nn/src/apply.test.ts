import { createRng, disposeReplaced, disposeVariables, valueAndGradients } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { expectClose, expectNoLeaks } from '@clas/testkit'
import {
  dispose,
  mean,
  memory,
  mul,
  ones,
  randomNormal,
  type Scalar,
  square,
  type Tensor,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  apply,
  batchNorm,
  buffersOf,
  conv2d,
  dropout,
  dropPath,
  flatten,
  globalAvgPool,
  init,
  linear,
  mapModules,
  module,
  parametersOf,
  parametersWithoutDecay,
  pathsBefore,
  relu,
  replace,
  sequential,
  summary,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const block = (channels: number) =>
  module(
    { conv: conv2d(channels, channels, 3, { padding: 1, bias: false }), bn: batchNorm(channels, { decay: false }) },
    ({ conv, bn }, x) => relu(bn(conv(x))),
    'block',
  )
const net = module(
  { stem: conv2d(3, 4, 3, { stride: 2 }), blocks: sequential([block(4), block(4)]), fc: linear(4, 5) },
  ({ stem, blocks, fc }, x) => fc(flatten(globalAvgPool(blocks(stem(x))))),
)
const variables = () => init(net, createRng(1))
const input = () => randomNormal([2, 9, 9, 3], 0, 1, 'float32', 3) as Tensor

describe('a description', () => {
  test('names parameters and buffers by the keys of its parts', () => {
    expect(Object.keys(parametersOf(net))).toEqual([
      'stem.weight',
      'stem.bias',
      'blocks.0.conv.weight',
      'blocks.0.bn.weight',
      'blocks.0.bn.bias',
      'blocks.1.conv.weight',
      'blocks.1.bn.weight',
      'blocks.1.bn.bias',
      'fc.weight',
      'fc.bias',
    ])
    expect(Object.keys(buffersOf(net))).toHaveLength(4)
    expect(parametersWithoutDecay(net)).toHaveLength(4)
    expect(pathsBefore(net, 'blocks.1')).toEqual(expect.arrayContaining(['stem', 'blocks.0', 'blocks.0.conv.weight']))
    expect(pathsBefore(net, 'blocks.1')).not.toContain('blocks')
  })

  test('gives the same variables for a seed, whatever else it has', () => {
    const first = variables()
    const wider = init(replace(net, 'fc', linear(4, 7)), createRng(1))
    expectClose(wider.params['blocks.0.conv.weight'] as Tensor, first.params['blocks.0.conv.weight'] as Tensor)
    expect(wider.params['fc.weight']?.shape).toEqual([4, 7])
    disposeVariables(first)
    disposeVariables(wider)
  })

  test('a sublayer is replaced, all are mapped, and an unknown path is an error', () => {
    const changed = replace(net, 'blocks.1', (old) => ({ ...old, type: 'other' }))
    expect(summary(changed, [1, 9, 9, 3]).layers.find(({ path }) => path === 'blocks.1')?.type).toBe('other')
    const types: string[] = []
    mapModules(net, (current, path) => {
      types.push(`${path}:${current.type}`)
      return current
    })
    expect(types.at(-1)).toBe(':module')
    expect(types).toContain('blocks.0.conv:conv2d')
    expect(() => replace(net, 'blocks.7', linear(1, 1))).toThrow(expect.objectContaining({ code: 'unknown-path' }))
  })
})

describe('apply', () => {
  test('gives outputs of tapped modules and stops where it is told to', () => {
    expectNoLeaks(() => {
      const state = variables()
      const x = input()
      const { output, features } = apply(net, state, x, { taps: ['stem', 'blocks.0'] })
      expect(output.shape).toEqual([2, 5])
      expect(features['blocks.0']?.shape).toEqual([2, 4, 4, 4])
      const stopped = apply(net, state, x, { stop: 'blocks.0' })
      expectClose(stopped.output, features['blocks.0'] as Tensor)
      dispose([x, output, stopped.output, ...Object.values(features)])
      disposeVariables(state)
    })
  })

  test('an unknown tap and a missing variable are errors that say which', () => {
    const state = variables()
    const x = input()
    expect(() => apply(net, state, x, { taps: ['blocks.O'] })).toThrow(/did you mean 'blocks/)
    const { 'fc.bias': _, ...params } = state.params
    expect(() => apply(net, { ...state, params }, x)).toThrow(
      expect.objectContaining({ fields: { missing: ['fc.bias'] } }),
    )
    x.dispose()
    disposeVariables(state)
  })

  test('training changes the running statistics as PaddlePaddle does, evaluation uses them', () => {
    const bn = batchNorm(1)
    const state = init(bn, createRng(0))
    const x = mul(ones([2, 1, 2, 1]), 4)
    const trained = apply(bn, state, x, { training: true })
    expectClose(trained.output, new Float32Array(4), { absolute: 1e-6 })
    expectClose(trained.buffers._mean as Tensor, new Float32Array([0.4]))
    expectClose(trained.buffers._variance as Tensor, new Float32Array([0.9]))
    const evaluated = apply(bn, { ...state, buffers: trained.buffers }, x)
    expectClose(evaluated.output, new Float32Array(4).fill(3.6 / Math.sqrt(0.9 + 1e-5)))
    expect(evaluated.buffers).toBe(trained.buffers)
    const frozen = apply(net, variables(), zeros([1, 9, 9, 3]), { training: true, frozen: 'blocks.0' })
    const seeds = variables().buffers
    expectClose(frozen.buffers['blocks.0.bn._mean'] as Tensor, seeds['blocks.0.bn._mean'] as Tensor)
    expect(frozen.buffers['blocks.1.bn._variance']?.dataSync()[0]).not.toBe(1)
  })

  test('gradients reach every parameter, and a frozen part has none', () => {
    const state = variables()
    const x = input()
    const before = memory().numTensors
    const loss = (params: typeof state.params) => {
      const { output, buffers } = apply(net, { ...state, params: { ...state.params, ...params } }, x, {
        training: true,
      })
      return { loss: mean(square(output)) as Scalar, buffers }
    }
    const all = valueAndGradients(loss, state.params)
    expect(Object.keys(all.gradients)).toEqual(Object.keys(state.params))
    const head = valueAndGradients(loss, { 'fc.weight': state.params['fc.weight'] as Tensor })
    expect(Object.keys(head.gradients)).toEqual(['fc.weight'])
    for (const result of [all, head]) {
      dispose([result.loss, ...Object.values(result.gradients)])
      disposeReplaced(result.buffers, state.buffers)
    }
    expect(memory().numTensors).toBe(before)
    x.dispose()
    disposeVariables(state)
  })
})

describe('dropout', () => {
  const x = () => ones([64, 32]) as Tensor
  const values = (layer: ReturnType<typeof dropout>, training: boolean, seed = 1) =>
    apply(layer, { params: {}, buffers: {} }, x(), { training, rng: createRng(seed) }).output.dataSync() as Float32Array
  const average = (data: Float32Array) => data.reduce((a, b) => a + b) / data.length

  test('upscales in training and leaves evaluation alone', () => {
    const dropped = values(dropout(0.25), true)
    expect(new Set(dropped)).toEqual(new Set([0, Math.fround(1 / 0.75)]))
    expect(average(dropped)).toBeCloseTo(1, 1)
    expect(average(values(dropout(0.25), false))).toBe(1)
  })

  test('or downscales in inference', () => {
    const dropped = values(dropout(0.25, { mode: 'downscaleInInference' }), true)
    expect(new Set(dropped)).toEqual(new Set([0, 1]))
    expect(average(values(dropout(0.25, { mode: 'downscaleInInference' }), false))).toBe(0.75)
  })

  test('depends on the stream alone, and needs one', () => {
    expect(values(dropout(0.5), true, 7)).toEqual(values(dropout(0.5), true, 7))
    expect(values(dropout(0.5), true, 7)).not.toEqual(values(dropout(0.5), true, 8))
    expect(() => apply(dropout(0.5), { params: {}, buffers: {} }, x(), { training: true })).toThrow(/give apply an rng/)
  })

  test('stochastic depth drops whole pictures', () => {
    const rows = values(dropPath(0.5), true)
    for (let row = 0; row < 64; row++) expect(new Set(rows.subarray(row * 32, row * 32 + 32)).size).toBe(1)
    expect(new Set(rows)).toEqual(new Set([0, 2]))
  })
})
