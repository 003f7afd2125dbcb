import '@tensorflow/tfjs-backend-cpu'
import { readFileSync } from 'node:fs'
import type { Tensors, Variables } from '@clas/core'
import { setBackend, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
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

/** The gradients are half the parameters plus noise. */
function gradientsOf({ params }: Variables, step: number, gaps: boolean): Tensors {
  const values = Object.entries(params)
    .filter(([path]) => !(gaps && path === 'fc.bias' && (step === 2 || step === 5)))
    .map(([path, param]) => [path, [...param.dataSync()].map((w, i) => 0.5 * w + (noise[step]?.[path]?.[i] ?? 0))])
  return tensors(Object.fromEntries(values))
}

beforeAll(async () => {
  await setBackend('cpu')
})

describe('optimizers agree with PyTorch and Paddle', () => {
  it.each(runs)('$system $alias $options gaps $gaps', ({ alias, options, gaps, after }) => {
    const optimizer: Optimizer = ALIASES[alias](options)
    let variables: Variables = { params: tensors(start), buffers: {} }
    let state = optimizer.init(variables.params)
    for (const [step, expected] of after.entries()) {
      ;({ variables, state } = optimizer.step(variables, gradientsOf(variables, step, gaps), state))
      for (const [path, values] of Object.entries(expected)) {
        const found = variables.params[path]?.dataSync() ?? []
        expect(found).toHaveLength(values.length)
        const difference = Math.max(...values.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN))))
        // Paddle keeps beta^t in float32, so 1 - beta2^t is off by up to 3e-5 of itself in its first steps of Adam.
        expect(difference, `${path} after step ${step}`).toBeLessThanOrEqual(2e-6)
      }
    }
  })
})
