import type { Task } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { batchNorm, conv2d, dropout, dropPath, flatten, globalAvgPool, linear, relu, sequential } from '@clas/nn'
import { adamw, momentum } from '@clas/optim'
import { expectNoLeaks, useReplayBackend } from '@clas/testkit'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { classification } from './classification.ts'
import type { StepModeEvent, TrainEvent } from './events.ts'
import { fit } from './fit.ts'
import { disposeTrainState } from './state.ts'
import { bits, tinyNet, tinyOptions } from './testing/tiny.ts'
import type { TrainOptions } from './train.ts'

beforeEach(useReplayBackend)
afterAll(async () => {
  await useBackend('cpu')
})

const randomNet = () =>
  sequential([
    conv2d(1, 4, 3, { padding: 1, bias: false }),
    batchNorm(4),
    relu,
    dropPath(0.3),
    globalAvgPool,
    flatten,
    dropout(0.2, { mode: 'downscaleInInference' }),
    linear(4, 3),
  ])

async function run(
  change: Partial<TrainOptions> = {},
  made = tinyOptions(momentum({ lr: 0.05, momentum: 0.9 }), randomNet()),
) {
  const events: TrainEvent[] = []
  const state = await fit({ ...made, epochs: 3, logEvery: 1, ...change }, (event) => void events.push(event))
  const result = {
    bits: { ...bits(state.variables.params), ...bits(state.variables.buffers) },
    losses: events.flatMap((event) => (event.type === 'step' ? [event.loss] : [])),
    modes: events.filter((event): event is StepModeEvent => event.type === 'step-mode'),
  }
  disposeTrainState(state, made.optimizer)
  return result
}

describe('compiled steps', () => {
  it('give the bits of eager ones, with batches of two sizes, dropout and stochastic depth', async () => {
    const compiled = await run()
    const eager = await run({ compile: false })
    expect(compiled.losses).toEqual(eager.losses)
    expect(compiled.bits).toEqual(eager.bits)
    expect(compiled.modes).toMatchObject([{ step: 3, mode: 'compiled' }])
    expect(eager.modes).toMatchObject([{ step: 1, mode: 'eager', reason: 'compile is false' }])
    // The program does not tell: it is that of the steps before.
    const peaks = [compiled, eager].map(({ modes }) => modes[0]?.peakBytes ?? 0)
    expect(peaks[0]).toBeGreaterThanOrEqual(peaks[1] ?? 0)
    expect(peaks[0]).toBeLessThan(1.1 * (peaks[1] ?? 0)) // with the constants of the record
    await useBackend('cpu')
    const onCpu = await run()
    expect(onCpu.bits).toEqual(eager.bits)
    expect(onCpu.modes[0]?.reason).toContain("'cpu'")
  })

  it('leave frozen parameters out', async () => {
    const change = { frozen: ['0', '1'] }
    expect((await run(change)).bits).toEqual((await run({ ...change, compile: false })).bits)
  })

  it('leak nothing, and hold the same after each step', async () => {
    await expectNoLeaks(async () => void (await run()))
    const options = tinyOptions(adamw({ lr: 0.01 }), tinyNet())
    const held: Record<number, readonly number[]> = {}
    const state = await fit({ ...options, epochs: 10, logEvery: 10 }, (event) => {
      if (event.type === 'step') held[event.step] = [memory().numTensors, memory().numBytes]
    })
    expect(held[50]).toEqual(held[20])
    disposeTrainState(state, options.optimizer)
  })
})

describe('a step that can not be compiled', () => {
  const inner = classification({ module: randomNet() })

  it.each<[string, Task, string]>([
    [
      'reads the indices',
      (v, batch, c) => (batch.indices.length > 0 ? inner(v, batch, c) : inner(v, batch, c)),
      'indices',
    ],
    [
      'reads what the loader tells',
      (v, batch, c) => inner(v, { ...batch, ...('epoch' in batch && { epoch: batch.epoch }) }, c),
      'epoch',
    ],
    [
      'reads a value',
      (v, batch, c) => (batch.images.dataSync().length > 0 ? inner(v, batch, c) : inner(v, batch, c)),
      'read back',
    ],
  ])('because the task %s, runs as ever and says why', async (_, task, reason) => {
    const [found, expected] = [await run({ task }), await run({ task, compile: false })]
    expect(found.bits).toEqual(expected.bits)
    expect(found.modes).toHaveLength(1)
    expect(found.modes[0]).toMatchObject({ step: 1, mode: 'eager', reason: expect.stringContaining(reason) })
  })

  it('because it has a state of its own, runs as ever and says why', async () => {
    const counting = (): Task => {
      let calls = 0
      return (variables, batch, context) => inner(variables, batch, { ...context, rng: context.rng.fork(++calls) })
    }
    const [found, expected] = [await run({ task: counting() }), await run({ task: counting(), compile: false })]
    expect(expected.modes[0]?.mode).toBe('eager')
    expect(found.losses).toHaveLength(18)
  })

  it('is not held back by a batch that is handed on changed', async () => {
    const task: Task = (variables, batch, context) => inner(variables, { ...batch, images: batch.images }, context)
    expect((await run({ task })).modes).toMatchObject([{ mode: 'compiled' }])
  })
})

it('tells the peak of a step, that of eager steps as measured', async () => {
  await useBackend('cpu')
  const before = memory().numBytes // other tests of this process may hold tensors
  const [mode] = (await run()).modes
  const peakBytes = (mode?.peakBytes ?? 0) - before
  expect(peakBytes).toBeGreaterThan(4 * 64 * 4 * 4) // the output of the convolution
  expect(peakBytes).toBeLessThan(20 * 4 * 64 * 4 * 4)
})
