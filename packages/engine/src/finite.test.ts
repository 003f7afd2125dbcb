import { type ClasError, createRng, type Task } from '@clas/core'
import { arraySource, createLoader } from '@clas/data'
import { useBackend } from '@clas/kernels'
import { flatten, linear, type Module, module, relu, sequential } from '@clas/nn'
import { sgd } from '@clas/optim'
import { expectNoLeaks } from '@clas/testkit'
import {
  add,
  copyRegisteredKernels,
  findBackendFactory,
  type KernelBackend,
  log,
  mul,
  registerBackend,
  removeBackend,
  type Scalar,
  scalar,
  setBackend,
  sqrt,
  sub,
  sum,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { classification } from './classification.ts'
import { firstNotFinite } from './finite.ts'
import { fit } from './fit.ts'
import { LossWindow } from './loss-window.ts'
import { tinyNet, tinyOptions } from './testing/tiny.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** The classification of a net whose loss, in one step, is finite while the gradient of the last layer is not. */
const spoiling = (net: Module, when: number): Task => {
  const inner = classification({ module: net })
  let step = 0
  return (variables, batch, context) => {
    const result = inner(variables, batch, context)
    if (++step !== when) return result
    const weight = variables.params['6.weight'] as Tensor
    return { ...result, loss: add(result.loss, sqrt(mul(sum(weight), 0))) as Scalar }
  }
}

const failure = async (net: Module, change: object = {}): Promise<ClasError> => {
  let error: unknown
  await expectNoLeaks(async () => {
    error = await fit({ ...tinyOptions(sgd({ lr: 0.05 }), net), epochs: 2, logEvery: 4, ...change }).catch(
      (caught) => caught,
    )
  })
  expect(error).toMatchObject({ code: 'not-finite' })
  return error as ClasError
}

describe('a loss that is not finite', () => {
  it('is traced to the first module whose output is not finite', async () => {
    const broken = module({}, (_, x) => log(sub(x, 10)), 'broken')
    const { fields } = await failure(sequential([flatten, linear(64, 4), sequential([relu, broken]), linear(4, 3)]))
    expect(fields).toEqual({ step: 1, path: '2.1' })
  })

  it('is traced to the parameter that the step before spoiled', async () => {
    const net = tinyNet()
    const error = await failure(net, { task: spoiling(net, 3) })
    expect(error.fields).toEqual({ step: 4, path: '6.weight' })
  })

  it('is traced to the pictures', async () => {
    const images = { data: new Float32Array(64 * 8), shape: [8, 8, 8, 1] as const }
    images.data[64 * 5] = Number.NaN
    const source = arraySource({ images, labels: [0, 1, 2, 0, 1, 2, 0, 1] })
    const loader = createLoader(source, { batchSize: 4, shuffle: false, rng: createRng(1) })
    const error = await failure(tinyNet(), { loader })
    expect(error.fields).toEqual({ step: 2 })
    expect(error.message).toContain('pictures of the batch (source indices 4, 5, 6, 7)')
  })

  it('is told with its step where losses are read in windows, as on a device of its own', async () => {
    registerBackend('device', findBackendFactory('cpu') as () => KernelBackend)
    copyRegisteredKernels('cpu', 'device')
    await setBackend('device')
    try {
      const net = tinyNet()
      const error = await failure(net, { task: spoiling(net, 2) })
      expect(error.fields.step).toBe(3) // the window is of steps 1 to 4
      expect(error.fields.path).toBeDefined()
    } finally {
      await setBackend('cpu')
      removeBackend('device')
    }
  })

  it('that comes after the last step of an epoch never gets into an event', async () => {
    const net = tinyNet()
    const types: string[] = []
    const options = { ...tinyOptions(sgd({ lr: 0.05 }), net), task: spoiling(net, 6), epochs: 2 }
    await expect(fit(options, ({ type }) => void types.push(type))).rejects.toMatchObject({
      code: 'not-finite',
      fields: { step: 6, path: '6.weight' },
    })
    expect(types).toEqual(['train-start', 'step-mode', 'step'])
  })
})

it('names the first step of a window whose loss is not finite', async () => {
  await expectNoLeaks(async () => {
    using window = new LossWindow()
    for (const [i, value] of [1, 2, Number.NaN, 4].entries()) window.add(scalar(value), 11 + i)
    expect((await window.read()).broken).toBe(13)
    window.add(scalar(3), 15)
    expect(await window.read()).toEqual({ losses: Float32Array.of(3), mean: 3 })
    window.add(scalar(3), 16)
  })
})

it('finds the first tensor that is not finite', async () => {
  const tensors: Record<string, Tensor> = {
    a: tensor1d([1, 3e38]),
    b: tensor1d([0, Number.POSITIVE_INFINITY]),
    c: tensor1d([Number.NaN]),
  }
  await expectNoLeaks(async () => {
    expect(await firstNotFinite(tensors)).toBe('b')
    expect(await firstNotFinite({ a: tensors.a as Tensor })).toBeUndefined()
    expect(await firstNotFinite({})).toBeUndefined()
  })
})
