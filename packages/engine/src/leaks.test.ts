import { type BackendName, useBackend } from '@clas/kernels'
import { adamw, momentum, type Optimizer } from '@clas/optim'
import { BACKENDS_UNDER_TEST } from '@clas/testkit'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, expect, it } from 'vitest'
import { fit } from './fit.ts'
import { disposeTrainState } from './state.ts'
import { tinyOptions } from './testing/tiny.ts'

afterAll(async () => {
  await useBackend('cpu')
})

const cases: readonly { readonly backend: BackendName; readonly optimizer: Optimizer }[] = BACKENDS_UNDER_TEST.flatMap(
  (backend) => [
    { backend, optimizer: momentum({ lr: 0.05, momentum: 0.9, weightDecay: 1e-3 }) },
    { backend, optimizer: adamw({ lr: 0.01, weightDecay: 0.1 }) },
  ],
)

it.each(cases)(
  'holds the same tensors and bytes after step 10 and step 200 ($backend, $optimizer.name)',
  async ({ backend, optimizer }) => {
    await useBackend(backend)
    const options = tinyOptions(optimizer)
    const held: Record<number, readonly [tensors: number, bytes: number]> = {}
    const state = await fit({ ...options, epochs: 34, logEvery: 10 }, (event) => {
      if (event.type === 'step') held[event.step] = [memory().numTensors, memory().numBytes]
    })
    expect(held[10]).toBeDefined()
    expect(held[200]).toEqual(held[10])
    disposeTrainState(state, optimizer)
  },
)
