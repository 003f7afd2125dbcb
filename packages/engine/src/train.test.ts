import type { Image } from '@clas/augment'
import { isClasError } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { flatten, linear, sequential } from '@clas/nn'
import { adamw, momentum, sgd } from '@clas/optim'
import { expectNoLeaks } from '@clas/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { classification } from './classification.ts'
import type { TrainEvent } from './events.ts'
import { fit } from './fit.ts'
import { restoreState } from './restore.ts'
import { createTrainState, disposeTrainState } from './state.ts'
import { bits, tinyLoader, tinyOptions, tinySource } from './testing/tiny.ts'
import { train } from './train.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

describe('train', () => {
  it('tells of steps, evaluations and epochs in order, in plain numbers', async () => {
    const events: TrainEvent[] = []
    const evaluate = { loader: tinyLoader(tinySource(), false), every: 2 }
    const options = { ...tinyOptions(), epochs: 3, logEvery: 4, evaluate }
    const state = await fit(options, (event) => void events.push(event))
    expect(events.map(({ type, step }) => `${type} ${step}`)).toEqual([
      'train-start 0',
      'step-mode 1',
      ...['step 4', 'step 6', 'epoch-end 6'],
      ...['step 8', 'step 12', 'evaluation 12', 'epoch-end 12'],
      ...['step 16', 'step 18', 'evaluation 18', 'epoch-end 18'],
      'end 18',
    ])
    expect(state).toMatchObject({ step: 18, epoch: 3, batch: 0, lossSum: 0 })
    expect(state.best?.top1).toBeGreaterThan(0.3)
    const first = events.find((event) => event.type === 'step')
    expect(first).toMatchObject({ steps: 18, epoch: 0, epochs: 3, batch: 4, stepsPerEpoch: 6, lr: 0.05 })
    disposeTrainState(state, options.optimizer)
  })

  it('takes the steps of logistic regression, worked out by hand', async () => {
    const module = sequential([flatten, linear(64, 3)])
    const options = { ...tinyOptions(sgd({ lr: 0.5 }), module), task: classification({ module }) }
    const weight = Float64Array.from(options.state.variables.params['1.weight']?.dataSync() ?? [])
    const bias = Float64Array.from(options.state.variables.params['1.bias']?.dataSync() ?? [])
    const source = tinySource()
    const expected: number[] = []
    for await (using batch of tinyLoader().batches({ epochs: 2 })) {
      const pictures = batch.indices.map((index) => ({
        x: (source.read(index) as Image).data,
        label: source.label(index),
      }))
      expected.push(byHand(pictures, weight, bias, 0.5))
    }
    const found: number[] = []
    const means: number[] = []
    const state = await fit({ ...options, epochs: 2, logEvery: 1 }, (event) => {
      if (event.type === 'step') found.push(event.loss)
      if (event.type === 'epoch-end') means.push(event.loss)
    })
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length
    for (const [i, loss] of found.entries()) expect(loss).toBeCloseTo(expected[i] as number, 5)
    expect(found).toHaveLength(12)
    expect(means[0]).toBeCloseTo(mean(expected.slice(0, 6)), 5)
    expect(means[1]).toBeCloseTo(mean(expected.slice(6)), 5)
    expect(mean(expected.slice(6))).toBeLessThan(0.8 * mean(expected.slice(0, 6)))
    const trained = state.variables.params['1.weight']?.dataSync() ?? []
    for (const [i, value] of trained.entries()) expect(value).toBeCloseTo(weight[i] as number, 5)
    disposeTrainState(state, options.optimizer)
  })

  it.each([momentum({ lr: 0.05, momentum: 0.9, weightDecay: 1e-3 }), adamw({ lr: 0.01, weightDecay: 0.1 })])(
    'goes on from a checkpoint in mid-epoch to the same bits ($name)',
    async (optimizer) => {
      const whole: TrainEvent[] = []
      const evaluate = { loader: tinyLoader(tinySource(), false) }
      const straight = await fit({ ...tinyOptions(optimizer), epochs: 3, evaluate }, (event) => void whole.push(event))

      for (const stopAt of [3, 6, 8]) {
        const stop = new AbortController()
        const first = tinyOptions(optimizer)
        const stopped = await fit({ ...first, epochs: 3, evaluate, logEvery: 1, signal: stop.signal }, (event) => {
          if (event.type === 'step' && event.step === stopAt) stop.abort()
        })
        expect(stopped.step).toBe(stopAt)
        const metadata = { seed: 42, model: 'tiny', classes: evaluate.loader.classes }
        const checkpoint = decodeCheckpoint(await encodeCheckpoint({ state: stopped, optimizer, metadata }), 'memory')
        disposeTrainState(stopped, optimizer)

        const again = tinyOptions(optimizer)
        disposeTrainState(again.state, optimizer)
        const state = restoreState(checkpoint, { module: first.module, optimizer })
        const events: TrainEvent[] = []
        const resumed = await fit({ ...again, state, epochs: 3, evaluate }, (event) => void events.push(event))
        expect(bits(resumed.variables.params)).toEqual(bits(straight.variables.params))
        expect(bits(resumed.variables.buffers)).toEqual(bits(straight.variables.buffers))
        expect((await optimizer.toArrays(resumed.optimizer)).arrays).toEqual(
          (await optimizer.toArrays(straight.optimizer)).arrays,
        )
        expect(resumed.best).toEqual(straight.best)
        const results = (list: readonly TrainEvent[]): unknown[] =>
          list.flatMap((event): unknown[] => {
            if (event.type === 'evaluation') return [event.metrics]
            return event.type === 'epoch-end' ? [event.loss] : []
          })
        expect(results(events)).toEqual(results(whole).slice(-results(events).length))
        expect(results(events)).toHaveLength(stopAt === 8 ? 4 : 6)
        disposeTrainState(resumed, optimizer)
      }
      disposeTrainState(straight, optimizer)
    },
  )

  it('frees everything when it is left early, and hands over the state at the end', async () => {
    const leave = async (type: TrainEvent['type'], from = tinyOptions()) => {
      for await (const event of train({ ...from, epochs: 2 })) {
        if (event.type !== type) continue
        if (event.type === 'end') disposeTrainState(event.state, from.optimizer)
        break
      }
    }
    for (const type of ['train-start', 'step', 'epoch-end', 'end'] as const) await expectNoLeaks(() => leave(type))
    await expectNoLeaks(async () => {
      const failing = (event: TrainEvent): void => {
        if (event.type === 'end') throw new Error('the observer failed')
      }
      await expect(fit({ ...tinyOptions(), epochs: 1 }, failing)).rejects.toThrow('the observer failed')
    })
    await expectNoLeaks(async () => {
      const broken = { ...tinyOptions(), epochs: 1, task: () => expect.fail('the task failed') }
      await expect(fit(broken)).rejects.toThrow('the task failed')
    })
  })

  it('changes no frozen parameter, and keeps nothing for it in the optimizer', async () => {
    const options = tinyOptions(adamw({ lr: 0.01, weightDecay: 0.1 }))
    disposeTrainState({ ...options.state, variables: { params: {}, buffers: {} } }, options.optimizer)
    const { variables } = options.state
    const before = bits(variables.params)
    const frozen = ['0', '1']
    const state = createTrainState({ variables, optimizer: options.optimizer, frozen })
    let counts: unknown
    const last = await fit({ ...options, state, frozen, epochs: 1 }, (event) => {
      if (event.type === 'train-start') counts = [event.parameters, event.trainable]
    })
    const after = bits(last.variables.params)
    const changed = Object.keys(after).filter((path) => String(after[path]) !== String(before[path]))
    expect(changed).toEqual(Object.keys(after).filter((path) => path.startsWith('6.')))
    const sizes = Object.values(after).map((values) => values.length)
    expect(counts).toEqual([sizes.reduce((a, b) => a + b), 15])
    const { arrays } = await options.optimizer.toArrays(last.optimizer)
    expect(Object.keys(arrays).filter((name) => /\b[01]\.(weight|bias)/.test(name))).toEqual([])
    disposeTrainState(last, options.optimizer)
  })

  it('stops at once when the signal was aborted before', async () => {
    const options = tinyOptions()
    const types: string[] = []
    const state = await fit({ ...options, epochs: 1, signal: AbortSignal.abort() }, ({ type }) => void types.push(type))
    expect(types).toEqual(['train-start', 'stopped'])
    expect(state.step).toBe(0)
    disposeTrainState(state, options.optimizer)
  })

  it('refuses options that make no sense', async () => {
    const code = async (change: object): Promise<string | undefined> => {
      const error = await fit({ ...tinyOptions(), epochs: 1, ...change }).catch((caught: unknown) => caught)
      return isClasError(error) ? error.code : undefined
    }
    await expectNoLeaks(async () => {
      expect(await code({ epochs: 0 })).toBe('bad-option')
      expect(await code({ logEvery: 1.5 })).toBe('bad-option')
    })
    const options = tinyOptions()
    expect(await code({ state: { ...options.state, step: 5 } })).toBe('bad-option')
  })
})

interface Labelled {
  readonly x: ArrayLike<number>
  readonly label: number
}

/** One step of gradient descent on softmax regression: changes weight [64, 3] and bias [3], returns the mean loss before. */
function byHand(pictures: readonly Labelled[], weight: Float64Array, bias: Float64Array, lr: number): number {
  let loss = 0
  const changes: { readonly x: ArrayLike<number>; readonly slope: readonly number[] }[] = []
  for (const { x, label } of pictures) {
    const logits = Array.from(
      bias,
      (offset, c) => offset + Array.from(x).reduce((sum, v, i) => sum + v * (weight[3 * i + c] as number), 0),
    )
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0)
    loss += (Math.log(total) - (logits[label] as number)) / pictures.length
    changes.push({
      x,
      slope: logits.map((logit, c) => (Math.exp(logit) / total - (c === label ? 1 : 0)) / pictures.length),
    })
  }
  for (const { x, slope } of changes) {
    slope.forEach((d, c) => {
      bias[c] = (bias[c] as number) - lr * d
      for (let i = 0; i < 64; i++) weight[3 * i + c] = (weight[3 * i + c] as number) - lr * d * (x[i] as number)
    })
  }
  return loss
}
