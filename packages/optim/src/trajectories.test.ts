import { readFileSync } from 'node:fs'
import type { Tensors, Variables } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { BACKENDS_UNDER_TEST, useReplayBackend } from '@clas/testkit'
import { getKernel, registerKernel, type Tensor, tensor, unregisterKernel } from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { adam, adamw, momentum, rmsprop, sgd } from './aliases.ts'
import type { Optimizer } from './optimizer.ts'

type Values = Readonly<Record<string, readonly number[]>>

interface Run {
  readonly system: string
  readonly alias: keyof typeof ALIASES
  readonly options: never
  /** Whether `fc.bias` has no gradient in steps 2 and 5. */
  readonly gaps: boolean
  readonly after: readonly Values[]
}

const ALIASES = { sgd, momentum, adam, adamw, rmsprop }

const { shapes, start, noise, runs } = JSON.parse(
  readFileSync(new URL('../fixtures/trajectories.json', import.meta.url), 'utf8'),
) as { shapes: Values; start: Values; noise: readonly Values[]; runs: readonly Run[] }

const tensors = (values: Values): Tensors =>
  Object.fromEntries(Object.entries(values).map(([path, list]) => [path, tensor([...list], [...(shapes[path] ?? [])])]))

/** Waits: on webgpu values can't be had at once. */
const numbers = async (found: Tensor | undefined): Promise<number[]> => [...((await found?.data()) ?? [])]

/** The gradients are half the parameters plus noise. */
async function gradientsOf({ params }: Variables, step: number, gaps: boolean): Promise<Tensors> {
  const values: Record<string, readonly number[]> = {}
  for (const [path, param] of Object.entries(params)) {
    if (gaps && path === 'fc.bias' && (step === 2 || step === 5)) continue
    values[path] = (await numbers(param)).map((w, i) => 0.5 * w + (noise[step]?.[path]?.[i] ?? 0))
  }
  return tensors(values)
}

/** Follows a run: every parameter after every step. */
async function follow({ alias, options, gaps, after }: Run): Promise<void> {
  const optimizer: Optimizer = ALIASES[alias](options)
  let variables: Variables = { params: tensors(start), buffers: {} }
  let state = optimizer.init(variables.params)
  for (const [step, expected] of after.entries()) {
    ;({ variables, state } = optimizer.step(variables, await gradientsOf(variables, step, gaps), state))
    for (const [path, values] of Object.entries(expected)) {
      const found = await numbers(variables.params[path])
      expect(found).toHaveLength(values.length)
      const difference = Math.max(...values.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN))))
      // Paddle keeps beta^t in float32, so 1 - beta2^t is off by up to 3e-5 of itself in its first steps of Adam.
      expect(difference, `${path} after step ${step}`).toBeLessThanOrEqual(2e-6)
    }
  }
  optimizer.dispose(state)
}

afterAll(async () => {
  await useBackend('cpu')
})

describe.each(BACKENDS_UNDER_TEST)('optimizers agree with PyTorch and Paddle on %s', (backend) => {
  it.each(runs)('$system $alias $options gaps $gaps', async (run) => {
    await useBackend(backend)
    await follow(run)
  })
})

describe('optimizers agree with PyTorch and Paddle, compiled', () => {
  it.each(runs)('$system $alias $options gaps $gaps', async (run) => {
    await useReplayBackend()
    await follow(run)
  })
})

describe('optimizers agree with PyTorch and Paddle where there are no kernels for them', () => {
  it.each(runs)('$system $alias $options gaps $gaps', async (run) => {
    await useBackend('cpu')
    const configs = ['ClasMomentum', 'ClasAdam'].map((name) => getKernel(name, 'cpu'))
    for (const { kernelName } of configs) unregisterKernel(kernelName, 'cpu')
    try {
      await follow(run)
    } finally {
      for (const config of configs) registerKernel(config)
    }
  })
})
