import { createRng } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { expectClose } from '@clas/testkit'
import { backend, engine, type TensorInfo } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ConvAttributes, convShape, type Shape } from '../../contract.ts'
import type { TensorflowBackend } from '../backend.ts'
import { describeTensorflow } from '../tensorflow.test-helper.ts'
import { filterGradient, inputGradient } from './conv2d.ts'
import type { Executor } from './executor.ts'
import { batchNorm } from './norms.ts'
import { Scope } from './scope.ts'

describeTensorflow('kernels without oneDNN', () => {
  let native: TensorflowBackend
  let stopped: string[]

  beforeAll(async () => {
    await useBackend('tensorflow')
    native = backend() as TensorflowBackend
  })
  afterAll(async () => {
    await useBackend('cpu')
  })

  /** A TensorFlow without oneDNN: it has no groups and dilations in the gradients of convolutions. */
  const plain = (): Executor => ({
    onGpu: false,
    run: (operation, attributes, inputs, outputs) => {
      const dilations = attributes.dilations as { ints: number[] } | undefined
      const [x, sizes, dy] = inputs as [TensorInfo, TensorInfo, TensorInfo]
      const groups = operation === 'Conv2DBackpropInput' ? groupsOf(x, sizes, dy) : groupsOfFilter(x, sizes)
      if (/^Conv2DBackprop/.test(operation) && (dilations || groups !== 1)) {
        stopped.push(operation)
        throw new Error(`${operation} has neither groups nor dilations here`)
      }
      return native.run(operation, attributes, inputs, outputs)
    },
    constant: (values, shape, dtype) => native.constant(values, shape, dtype),
    share: (x) => native.share(x),
    free: (x) => native.free(x),
  })
  const channelsOf = (sizes: TensorInfo, axis: number): number => native.readSync(sizes.dataId)[axis] as number
  const groupsOf = (shape: TensorInfo, filter: TensorInfo, _dy: TensorInfo): number =>
    filter.shape.length === 4 ? channelsOf(shape, 3) / (filter.shape[2] as number) : 1
  const groupsOfFilter = (x: TensorInfo, sizes: TensorInfo): number =>
    x.shape.length === 4 && sizes?.dtype === 'int32' && sizes.shape[0] === 4
      ? (x.shape[3] as number) / channelsOf(sizes, 2)
      : 1

  const random = (scope: Scope, shape: Shape): TensorInfo => {
    const rng = createRng(1)
    const size = shape.reduce((a, b) => a * b, 1)
    return scope.reshape(scope.floats(Array.from({ length: size }, () => rng.uniform(-1, 1))), shape)
  }

  it.each<[string, ConvAttributes, number, number]>([
    ['groups', { strides: [2, 1], pads: [1, 0, 2, 1], dilations: [1, 1], groups: 3 }, 2, 6],
    ['dilations', { strides: [1, 2], pads: [1, 1, 1, 1], dilations: [2, 3], groups: 1 }, 4, 5],
    ['both', { strides: [1, 1], pads: [2, 2, 2, 2], dilations: [2, 2], groups: 2 }, 3, 4],
  ])('gradients with %s are composed where they are not there', (_name, attributes, perGroup, out) => {
    const inputShape = [2, 9, 11, perGroup * attributes.groups]
    const filterShape = [3, 3, perGroup, out]
    const run = (executor: Executor): Float32Array[] => {
      const scope = new Scope(executor)
      const dy = random(scope, convShape(inputShape, filterShape, attributes))
      const dx = inputGradient(scope, dy, random(scope, filterShape), attributes, inputShape)
      const dfilter = filterGradient(scope, random(scope, inputShape), dy, attributes, filterShape)
      expect([dx.shape, dfilter.shape]).toEqual([inputShape, filterShape])
      const values = [dx, dfilter].map(({ dataId }) => native.readSync(dataId) as Float32Array)
      scope.abandon()
      return values
    }
    stopped = []
    const expected = run(native)
    const executor = plain()
    const before = native.numDataIds()
    for (let i = 0; i < 2; i++)
      for (const [k, values] of run(executor).entries()) expectClose(values, expected[k] ?? [])
    expect(stopped).toEqual(['Conv2DBackpropInput', 'Conv2DBackpropFilter']) // each is tried once
    expect(native.numDataIds()).toBe(before)
  })

  it('the variance of a batch on a GPU is not the corrected one', () => {
    const onGpu = { ...plain(), onGpu: true, run: native.run.bind(native) }
    const variance = (executor: Executor): Float32Array => {
      const scope = new Scope(executor)
      const inputs = { x: random(scope, [2, 3, 2, 4]), gamma: random(scope, [4]), beta: random(scope, [4]) }
      const [, , found] = batchNorm(scope, inputs, { epsilon: 1e-3 }) as TensorInfo[]
      const values = native.readSync(found?.dataId as object) as Float32Array
      scope.abandon()
      return values
    }
    expectClose(variance(onGpu), variance(native))
    expect(engine().backendName).toBe('tensorflow')
  })
})
