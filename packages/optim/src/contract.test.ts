import '@tensorflow/tfjs-backend-cpu'
import { decodeSafetensors, encodeSafetensors, type Tensors, type Variables } from '@clas/core'
import { memory, scalar, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { adam, adamw, momentum, rmsprop, sgd } from './aliases.ts'
import type { Optimizer, OptimizerState, SavedOptimizerState } from './optimizer.ts'
import { cosine, type Schedule, warmup } from './schedule.ts'

interface Entry {
  readonly name: string
  readonly create: (lr: number | Schedule) => Optimizer
  readonly parabola: number
  readonly rosenbrock: { readonly lr: number; readonly steps: number }
}

const ENTRIES: readonly Entry[] = [
  { name: 'sgd', create: (lr) => sgd({ lr }), parabola: 0.1, rosenbrock: { lr: 1e-3, steps: 10_000 } },
  {
    name: 'momentum',
    create: (lr) => momentum({ lr, momentum: 0.9 }),
    parabola: 0.05,
    rosenbrock: { lr: 3e-4, steps: 4000 },
  },
  {
    name: 'nesterov',
    create: (lr) => momentum({ lr, momentum: 0.9, nesterov: true, clipNorm: 100 }),
    parabola: 0.05,
    rosenbrock: { lr: 3e-4, steps: 4000 },
  },
  {
    name: 'dampened momentum',
    create: (lr) => momentum({ lr, momentum: 0.9, dampening: 0.5, clipGlobalNorm: 100 }),
    parabola: 0.05,
    rosenbrock: { lr: 5e-4, steps: 6000 },
  },
  { name: 'adam', create: (lr) => adam({ lr }), parabola: 0.3, rosenbrock: { lr: 0.05, steps: 3000 } },
  { name: 'adamw', create: (lr) => adamw({ lr }), parabola: 0.3, rosenbrock: { lr: 0.05, steps: 3000 } },
  { name: 'rmsprop', create: (lr) => rmsprop({ lr }), parabola: 0.3, rosenbrock: { lr: 0.01, steps: 4000 } },
  {
    name: 'rmsprop with momentum',
    create: (lr) => rmsprop({ lr, rho: 0.9, epsilon: 1e-3, momentum: 0.9 }),
    parabola: 0.05,
    rosenbrock: { lr: 1e-3, steps: 4000 },
  },
]

const GOAL = [3, -2, 0.5, 1, -4, 2]
const start = (): Variables => ({
  params: { 'conv.weight': tensor([1, 1, 1, 1, 1, 1], [2, 3]), 'fc.bias': tensor([-1, 5]) },
  buffers: { 'bn._mean': tensor([7]) },
})

/** Of a parabola that is 1 to 6 times as steep in its directions. */
const slopes = ({ params }: Variables): Tensors =>
  Object.fromEntries(
    Object.entries(params).map(([path, param]) => {
      const values = [...param.dataSync()].map((w, i) => (i + 1) * (w - (GOAL[i] ?? 0)))
      return [path, tensor(values, param.shape)]
    }),
  )

const valuesOf = (variables: Variables): number[] =>
  Object.values(variables.params).flatMap((param) => [...param.dataSync()])

/** What a checkpoint does with it. */
function throughAFile({ arrays, json }: SavedOptimizerState): SavedOptimizerState {
  const file = decodeSafetensors(encodeSafetensors(arrays, { json: JSON.stringify(json) }), 'memory')
  return { arrays: file.arrays, json: JSON.parse(file.metadata.json ?? '') }
}

beforeAll(async () => {
  await setBackend('cpu')
})

describe.each(ENTRIES)('$name', ({ create, parabola, rosenbrock }) => {
  const run = (optimizer: Optimizer, variables: Variables, state: OptimizerState, steps: number) => {
    let next = { variables, state }
    for (let i = 0; i < steps; i++) {
      next = optimizer.step(next.variables, slopes(next.variables), next.state)
    }
    return next
  }

  it('reaches the bottom of a parabola', () => {
    const optimizer = create(cosine({ from: parabola, steps: 300 }))
    const first = start()
    const { variables } = run(optimizer, first, optimizer.init(first.params), 300)
    const goal = [...GOAL, ...GOAL.slice(0, 2)]
    for (const [i, value] of valuesOf(variables).entries()) expect(value).toBeCloseTo(goal[i] ?? Number.NaN, 2)
  })

  it('reaches the bottom of the valley of Rosenbrock', () => {
    const optimizer = create(cosine({ from: rosenbrock.lr, to: rosenbrock.lr / 2, steps: rosenbrock.steps }))
    let variables: Variables = { params: { x: scalar(-0.5), y: scalar(0.5) }, buffers: {} }
    let state = optimizer.init(variables.params)
    const at = (path: string): number => variables.params[path]?.dataSync()[0] ?? Number.NaN
    for (let i = 0; i < rosenbrock.steps; i++) {
      const [x, y] = [at('x'), at('y')]
      const gradients = { x: scalar(2 * (x - 1) - 400 * x * (y - x * x)), y: scalar(200 * (y - x * x)) }
      ;({ variables, state } = optimizer.step(variables, gradients, state))
    }
    expect(Math.hypot(at('x') - 1, at('y') - 1)).toBeLessThan(0.1)
  })

  it('keeps names, shapes, buffers and order', () => {
    const optimizer = create(parabola)
    const first = start()
    const { variables, state } = run(optimizer, first, optimizer.init(first.params), 2)
    expect(Object.entries(variables.params).map(([path, { shape }]) => [path, shape])).toEqual([
      ['conv.weight', [2, 3]],
      ['fc.bias', [2]],
    ])
    expect(variables.buffers).toBe(first.buffers)
    expect(state.step).toBe(2)
  })

  it('goes on from a saved state with the same bits', async () => {
    const lr = warmup(cosine({ from: parabola, steps: 20 }), { steps: 3 })
    const first = start()
    const optimizer = create(lr)
    const half = run(optimizer, first, optimizer.init(first.params), 7)
    const saved = throughAFile(await optimizer.toArrays(half.state))
    const copies = Object.fromEntries(Object.entries(half.variables.params).map(([path, p]) => [path, p.clone()]))

    const whole = run(optimizer, half.variables, half.state, 6)
    const again = create(lr)
    const restored = again.fromArrays(saved)
    const resumed = run(again, { params: copies, buffers: {} }, restored, 6)
    expect(valuesOf(resumed.variables)).toEqual(valuesOf(whole.variables))
    expect(await again.toArrays(resumed.state)).toEqual(await optimizer.toArrays(whole.state))
  })

  it('frees what it replaces', () => {
    const optimizer = create(parabola)
    const empty = memory().numTensors
    let variables = start()
    const models = memory().numTensors
    let state = optimizer.init(variables.params)
    const before = memory().numTensors
    for (let i = 0; i < 4; i++) {
      ;({ variables, state } = run(optimizer, variables, state, 1))
      expect(memory().numTensors).toBe(before)
    }
    optimizer.dispose(state)
    expect(memory().numTensors).toBe(models)
    for (const tensors of [variables.params, variables.buffers]) for (const t of Object.values(tensors)) t.dispose()
    expect(memory().numTensors).toBe(empty)
  })

  it('leaves a parameter without gradient alone, and what it keeps for it', async () => {
    const optimizer = create(parabola)
    const first = start()
    const once = run(optimizer, first, optimizer.init(first.params), 1)
    const saved = await optimizer.toArrays(once.state)
    const tensors = memory().numTensors
    const bias = once.variables.params['fc.bias'] as Tensor
    const { 'conv.weight': gradient } = slopes(once.variables) as { 'conv.weight': Tensor }
    const twice = optimizer.step(once.variables, { 'conv.weight': gradient }, once.state)
    expect(twice.variables.params['fc.bias']).toBe(bias)
    expect(bias.isDisposed).toBe(false)
    const later = await optimizer.toArrays(twice.state)
    for (const name of Object.keys(saved.arrays).filter((key) => key.endsWith('fc.bias'))) {
      expect(later.arrays[name]).toEqual(saved.arrays[name])
    }
    expect(memory().numTensors).toBe(tensors + 1) // the other gradient was not handed over
  })

  it('does a step without any gradient', () => {
    const optimizer = create(parabola)
    const first = start()
    const { variables, state } = optimizer.step(first, {}, optimizer.init(first.params))
    expect(variables.params['fc.bias']).toBe(first.params['fc.bias'])
    expect(state.step).toBe(1)
  })

  it('tells the rate of the next step', () => {
    const optimizer = create(warmup(() => 1, { steps: 2 }))
    const first = start()
    const state = optimizer.init(first.params)
    expect(optimizer.learningRate(state)).toBe(0)
    expect(optimizer.learningRate(run(optimizer, first, state, 1).state)).toBe(0.5)
  })
})
