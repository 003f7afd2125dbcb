import type { Task } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { momentum } from '@clas/optim'
import { expectNoLeaks, useReplayBackend } from '@clas/testkit'
import { mul, type Scalar } from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import type { StepEvent, TrainEvent } from './events.ts'
import { fit } from './fit.ts'
import { type LossScale, lossScaler } from './loss-scaler.ts'
import { restoreState } from './restore.ts'
import { disposeTrainState } from './state.ts'
import { bits, tinyOptions } from './testing/tiny.ts'
import type { TrainOptions } from './train.ts'

beforeEach(async () => {
  await useBackend('cpu')
})

describe('the factor', () => {
  it("follows Paddle's GradScaler, step by step", () => {
    // incr_every_n_steps 3, decr_every_n_nan_or_inf 2, incr_ratio 2, decr_ratio 0.5: worked out from `AmpScaler._update`.
    const table: readonly (readonly [finite: boolean, scale: number, finite: number, overflowed: number])[] = [
      [true, 1024, 1, 0],
      [true, 1024, 2, 0],
      [true, 2048, 0, 0],
      [true, 2048, 1, 0],
      [false, 2048, 0, 1],
      [true, 2048, 1, 0],
      [true, 2048, 2, 0],
      [false, 2048, 0, 1],
      [false, 1024, 0, 0],
      [false, 1024, 0, 1],
      [false, 512, 0, 0],
      [true, 512, 1, 0],
      [true, 512, 2, 0],
      [true, 1024, 0, 0],
    ]
    const scaler = lossScaler({ scale: 1024, growEvery: 3, shrinkEvery: 2 })
    let state: LossScale = scaler.begin
    for (const [i, [wasFinite, scale, finite, overflowed]] of table.entries()) {
      state = scaler.next(state, wasFinite)
      expect(state, `step ${i}`).toMatchObject({ scale, finite, overflowed })
    }
    expect(state.skipped).toBe(5)
  })

  it('begins as there, and stays where it is not dynamic', () => {
    let state = lossScaler().begin
    expect(state.scale).toBe(65536)
    for (let i = 0; i < 2000; i++) state = lossScaler().next(state, true)
    expect(state.scale).toBe(131072)
    expect(lossScaler().next(state, false).scale).toBe(65536)
    const fixed = lossScaler({ scale: 128, dynamic: false, growEvery: 1 })
    expect(fixed.next(fixed.next(fixed.begin, true), false)).toMatchObject({ scale: 128, skipped: 1 })
  })

  it('is refused where it makes no sense', () => {
    for (const options of [{ scale: 0 }, { growth: 1 }, { backoff: 1 }, { growEvery: 0.5 }, { shrinkEvery: 0 }]) {
      expect(() => lossScaler(options)).toThrow(Object.keys(options)[0])
    }
  })
})

/** Its gradients overflow when the loss is multiplied by 2¹²⁷. */
const steep = (task: Task): Task => {
  return (variables, batch, context) => {
    const { loss, ...rest } = task(variables, batch, context)
    return { ...rest, loss: mul(loss, 8) as Scalar }
  }
}

const optimizer = momentum({ lr: 0.05, momentum: 0.9 })

async function run(change: Partial<TrainOptions>, epochs = 2) {
  const events: TrainEvent[] = []
  const options = tinyOptions(optimizer)
  if (change.state) disposeTrainState(options.state, optimizer)
  const state = await fit({ ...options, epochs, logEvery: 1, ...change }, (event) => void events.push(event))
  return { state, steps: events.filter((event): event is StepEvent => event.type === 'step') }
}

describe('training with scaled losses', () => {
  it.each([
    ['cpu', () => useBackend('cpu')],
    ['replay', useReplayBackend],
  ])('gives the bits of training without, where the factor is a power of two (%s)', async (_, choose) => {
    await choose()
    await expectNoLeaks(async () => {
      const [plain, scaled] = [await run({}), await run({ lossScaler: lossScaler({ scale: 128, growEvery: 5 }) })]
      expect(bits(scaled.state.variables.params)).toEqual(bits(plain.state.variables.params))
      expect(scaled.steps.map(({ loss }) => loss)).toEqual(plain.steps.map(({ loss }) => loss))
      expect(scaled.steps.map(({ lossScale }) => lossScale)).toEqual([
        128, 128, 128, 128, 256, 256, 256, 256, 256, 512, 512, 512,
      ])
      expect(plain.steps[0]).not.toHaveProperty('lossScale')
      for (const { state } of [plain, scaled]) disposeTrainState(state, optimizer)
    })
  })

  it('skips a step whose gradients overflow, but for running statistics, and counts it', async () => {
    await expectNoLeaks(async () => {
      const options = tinyOptions(optimizer)
      const before = { params: bits(options.state.variables.params), buffers: bits(options.state.variables.buffers) }
      const stop = new AbortController()
      const events: StepEvent[] = []
      const scaler = lossScaler({ scale: 2 ** 127, backoff: 2 ** -10 })
      const state = await fit(
        { ...options, task: steep(options.task), epochs: 1, logEvery: 1, lossScaler: scaler, signal: stop.signal },
        (event) => {
          if (event.type !== 'step') return
          events.push(event)
          if (event.step === 1) stop.abort()
        },
      )
      expect(events[0]).toMatchObject({ skipped: 1, lossScale: 2 ** 117 })
      expect(Number.isFinite(events[0]?.loss)).toBe(true)
      expect(state).toMatchObject({ step: 1, batch: 1, optimizer: { step: 0 } })
      expect(bits(state.variables.params)).toEqual(before.params)
      expect(bits(state.variables.buffers)).not.toEqual(before.buffers)

      const metadata = { seed: 42, model: 'tiny', classes: options.loader.classes }
      const saved = decodeCheckpoint(await encodeCheckpoint({ state, optimizer, metadata }), 'memory')
      disposeTrainState(state, optimizer)
      const next = tinyOptions(optimizer)
      disposeTrainState(next.state, optimizer)
      const change = { lossScaler: scaler, task: steep(options.task) }
      const resumed = await run({ ...change, state: restoreState(saved, { module: options.module, optimizer }) })
      const straight = await run(change)
      expect(bits(resumed.state.variables.params)).toEqual(bits(straight.state.variables.params))
      expect(resumed.state.lossScale).toEqual(straight.state.lossScale)
      expect(resumed.steps.at(-1)).toMatchObject({ skipped: 1, lossScale: 2 ** 117 })
      for (const { state } of [resumed, straight]) disposeTrainState(state, optimizer)
    })
  })

  it('goes on from a checkpoint of training without', async () => {
    const first = await run({}, 1)
    const metadata = { seed: 42, model: 'tiny', classes: tinyOptions(optimizer).loader.classes }
    const bytes = await encodeCheckpoint({ state: first.state, optimizer, metadata })
    const saved = decodeCheckpoint(bytes, 'memory')
    expect(saved.progress).not.toHaveProperty('lossScale')
    const state = restoreState(saved, { module: tinyOptions(optimizer).module, optimizer })
    const { steps } = await run({ state, lossScaler: lossScaler({ scale: 8 }) })
    expect(steps[0]).toMatchObject({ step: 7, lossScale: 8 })
  })
})

it('precision that a backend lacks is refused with what to do, and nothing leaks', async () => {
  await expectNoLeaks(async () => {
    await expect(run({ precision: 'f16' })).rejects.toMatchObject({ code: 'bad-option' })
    await expect(run({ precision: 'bf16' })).rejects.toThrow('tensorflow')
  })
})
