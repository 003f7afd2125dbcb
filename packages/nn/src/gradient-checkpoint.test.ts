import { createRng, disposeReplaced, disposeVariables, measurePeak, valueAndGradients } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { expectNoLeaks, randomTensor } from '@clas/testkit'
import { add, dispose, grads, memory, type Scalar, square, sum, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type ApplyOptions,
  apply,
  batchNorm,
  conv2d,
  dropout,
  dropPath,
  flatten,
  globalAvgPool,
  gradientCheckpoint,
  identity,
  init,
  linear,
  type Module,
  mapModules,
  module,
  relu,
  replace,
  sequential,
} from './index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const block = (channels: number) =>
  module(
    {
      conv: conv2d(channels, channels, 3, { padding: 1, bias: false }),
      norm: batchNorm(channels),
      drop: dropout(0.2),
      path: dropPath(0.3),
    },
    ({ conv, norm, drop, path }, x) => add(x, path(drop(relu(norm(conv(x)))))),
    'block',
  )
const net = sequential([
  conv2d(3, 4, 3),
  sequential([block(4), block(4), block(4)]),
  globalAvgPool,
  flatten,
  linear(4, 3),
])
const checkpointed = mapModules(net, (part) => (part.type === 'block' ? gradientCheckpoint(part) : part))

interface Run {
  readonly loss: Float32Array
  readonly gradients: Record<string, Float32Array>
  readonly buffers: Record<string, Float32Array>
  readonly features: Record<string, Float32Array>
}

function run(described: Module, options: ApplyOptions = {}, only = ''): Run {
  const variables = init(net, createRng(1))
  const x = randomTensor(createRng(9), [2, 7, 7, 3])
  const wanted = Object.fromEntries(Object.entries(variables.params).filter(([path]) => path.startsWith(only)))
  const { loss, gradients, buffers, features } = valueAndGradients((params) => {
    const given = { ...variables, params: { ...variables.params, ...params } }
    const applied = apply(described, given, x, { training: true, rng: createRng(5), ...options })
    const seen = Object.values(applied.features).map((feature) => sum(square(feature)))
    const loss = [sum(square(applied.output)), ...seen].reduce(add) as Scalar
    applied.output.dispose()
    return { loss, buffers: applied.buffers, features: applied.features }
  }, wanted)
  const result = {
    loss: read({ loss }).loss as Float32Array,
    gradients: read(gradients),
    buffers: read(buffers),
    features: read(features),
  }
  disposeReplaced(buffers, variables.buffers)
  disposeVariables(variables)
  dispose([loss, x, { ...gradients }, { ...features }])
  return result
}

const read = (tensors: Readonly<Record<string, Tensor>>): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(tensors).map(([path, tensor]) => [path, tensor.dataSync().slice() as Float32Array]))

describe('a module with a gradient checkpoint', () => {
  it('has the bits of one without: loss, gradients, statistics, random numbers', async () => {
    await expectNoLeaks(() => {
      const expected = run(net)
      expect(run(checkpointed)).toEqual(expected)
      expect(Object.keys(expected.gradients)).toHaveLength(13)
      expect(run(replace(net, '1.1', gradientCheckpoint))).toEqual(expected)
    })
  })

  it('may be inside of another, and around all', async () => {
    await expectNoLeaks(() => {
      const expected = run(net)
      expect(run(replace(checkpointed, '1', gradientCheckpoint))).toEqual(expected)
      expect(run(gradientCheckpoint(replace(checkpointed, '1', gradientCheckpoint)))).toEqual(expected)
    })
  })

  it('may have frozen parts and be frozen', () => {
    for (const only of ['4', '1.1', '1.2.norm', '0']) {
      expect(run(checkpointed, { frozen: '1.0' }, only)).toEqual(run(net, { frozen: '1.0' }, only))
    }
  })

  it('gives gradients of what is tapped on, before and in it, and of a pass that stops in it', () => {
    for (const options of [
      { taps: ['1.1', '1.1.conv', '1.2.norm'] },
      { stop: '1.1.drop' },
      { stop: '1.1' },
      { taps: ['1'] },
    ]) {
      expect(run(checkpointed, options)).toEqual(run(net, options))
    }
  })

  it('tells an observer of each module once', () => {
    const seen = (described: Module): string[] => {
      const paths: string[] = []
      run(described, { observer: { leave: (path) => void paths.push(path) } })
      return paths
    }
    expect(seen(checkpointed)).toEqual(seen(net))
  })

  it('is differentiated by the functions of tfjs too', async () => {
    const variables = init(net, createRng(1))
    const x = randomTensor(createRng(9), [2, 7, 7, 3])
    await expectNoLeaks(() => {
      const of = (described: Module): Float32Array[] => {
        const paths = Object.keys(variables.params)
        const found = grads((...values: Tensor[]) => {
          const params = Object.fromEntries(paths.map((path, i) => [path, values[i] as Tensor]))
          return sum(square(apply(described, { ...variables, params }, x).output))
        })(Object.values(variables.params))
        const read = found.map((gradient) => gradient.dataSync().slice() as Float32Array)
        dispose(found)
        return read
      }
      expect(of(checkpointed)).toEqual(of(net))
    })
    disposeVariables(variables)
    x.dispose()
  })

  it('uses its own parameters where a pass made them', () => {
    const scaled = (described: Module): Float32Array => {
      const variables = init(net, createRng(1))
      const x = randomTensor(createRng(9), [2, 7, 7, 3])
      const { loss, gradients } = valueAndGradients((params) => {
        const doubled = Object.fromEntries(Object.entries(params).map(([path, param]) => [path, add(param, param)]))
        return { loss: sum(square(apply(described, { ...variables, params: doubled }, x).output)) as Scalar }
      }, variables.params)
      const found = gradients['1.0.conv.weight']?.dataSync().slice() as Float32Array
      disposeVariables(variables)
      dispose([loss, x, { ...gradients }])
      return found
    }
    expect(scaled(checkpointed)).toEqual(scaled(net))
  })
})

it('takes the memory of one block and of the inputs of all', () => {
  const step = module({ a: identity(), b: identity() }, ({ a, b }, x) => relu(b(square(relu(a(square(x)))))), 'step')
  const peak = (count: number, change: (part: Module) => Module): number => {
    const chain = sequential([conv2d(1, 1, 1), ...Array.from({ length: count }, () => change(step))])
    const variables = init(chain, createRng(1))
    const x = randomTensor(createRng(9), [1, 10, 10, 1])
    const before = memory().numBytes
    const { result, peakBytes } = measurePeak(() =>
      valueAndGradients(
        (params) => ({ loss: sum(apply(chain, { ...variables, params }, x).output) as Scalar }),
        variables.params,
      ),
    )
    dispose([x, result.loss, { ...result.gradients }])
    disposeVariables(variables)
    return (peakBytes - before) / 400
  }
  // Plain, a step keeps the inputs of two squares and two activations.
  expect(peak(20, (part) => part) - peak(10, (part) => part)).toBeCloseTo(40, 0)
  expect(peak(20, gradientCheckpoint) - peak(10, gradientCheckpoint)).toBeCloseTo(10, 0)
})
