import { readdirSync, readFileSync } from 'node:fs'
import {
  createRng,
  disposeVariables,
  type StateDict,
  type Tensors,
  type Variables,
  valueAndGradients,
} from '@clas/core'
import { useBackend } from '@clas/kernels'
import { apply, crossEntropy, loadStateDict, parametersWithoutDecay, stateDictShapes } from '@clas/nn'
import {
  adamw,
  byEpoch,
  cosine,
  momentum,
  nameContains,
  type Optimizer,
  oneDimensional,
  piecewise,
  type Schedule,
  warmup,
} from '@clas/optim'
import { FAST_BACKEND, fill, image, l2Norm, oneHotLabels } from '@clas/testkit'
import { dispose, tensor4d } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { createModel, type Model } from './index.ts'

/** A short training run of PaddleClas's own code on PaddlePaddle: see fixtures/README.md. */
interface Trajectory {
  readonly run: string
  readonly model: string
  readonly classes: number
  readonly size: number
  readonly batch: number
  readonly epochs: number
  readonly stepsPerEpoch: number
  readonly optimizer: OptimizerConfig
  readonly loss: { readonly CELoss: { readonly epsilon?: number } }
  readonly rates: readonly number[]
  readonly losses: readonly number[]
  readonly sensitivity: readonly number[]
  readonly parameterNorms: Readonly<Record<string, readonly [number, number]>>
  readonly bufferNorms: Readonly<Record<string, readonly [number, number]>>
}

interface OptimizerConfig {
  readonly name: 'Momentum' | 'AdamW'
  readonly momentum?: number
  readonly weight_decay?: number
  readonly no_weight_decay_name?: string
  readonly regularizer?: { readonly coeff: number }
  readonly lr: {
    readonly name: 'Cosine' | 'Piecewise'
    readonly learning_rate?: number
    readonly eta_min?: number
    readonly warmup_epoch?: number
    readonly warmup_start_lr?: number
    readonly decay_epochs?: readonly number[]
    readonly values?: readonly number[]
  }
}

const folder = new URL('../fixtures/trajectories/', import.meta.url)
const trajectories = readdirSync(folder).map(
  (name): Trajectory => JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
)

describe.each(trajectories)('$run', (reference) => {
  test('follows PaddlePaddle', async () => {
    await useBackend(FAST_BACKEND)
    const { classes, size, batch, losses, sensitivity } = reference
    const model = createModel(reference.model, { classes, dropout: 0 } as { classes: number })
    const rate = scheduleOf(reference)
    const optimizer = optimizerOf(reference, model, rate)
    let variables = filled(model)
    let state = optimizer.init(variables.params)
    const found: number[] = []
    for (let step = 0; step < losses.length; step++) {
      expect(relative(rate(step), reference.rates[step])).toBeLessThan(1e-6)
      const x = tensor4d(image(batch, size, `input${step}`), [batch, size, size, 3])
      const labels = oneHotLabels(batch, classes, (i) => 37 * i + 11 + 5 * step)
      const result = valueAndGradients((params) => {
        const applied = apply(model, { ...variables, params }, x, { training: true, rng: createRng(0) })
        return {
          loss: crossEntropy(applied.output, labels, { smoothing: reference.loss.CELoss.epsilon ?? 0 }),
          buffers: applied.buffers,
        }
      }, variables.params)
      found.push(result.loss.dataSync()[0] as number)
      const old = Object.entries(variables.buffers).filter(([key, tensor]) => result.buffers[key] !== tensor)
      dispose([x, labels, result.loss, ...old.map(([, tensor]) => tensor)])
      ;({ variables, state } = optimizer.step({ ...variables, buffers: result.buffers }, result.gradients, state))
    }
    const wrong = losses.flatMap((expected, step) => {
      const tolerance = Math.max(2e-5, 20 * (sensitivity[step] ?? 0))
      if (tolerance > 0.05 || relative(found[step] as number, expected) < tolerance) return []
      return [`loss of step ${step}: ${found[step]}, expected ${expected}`]
    })
    expect(wrong).toEqual([])
    expect(wrongNorms(variables.params, reference.parameterNorms)).toEqual([])
    expect(wrongNorms(variables.buffers, reference.bufferNorms)).toEqual([])
    disposeVariables(variables)
    optimizer.dispose(state)
  })
})

function filled(model: Model): Variables {
  const arrays: StateDict = Object.fromEntries(
    Object.entries(stateDictShapes(model, 'paddle')).map(([key, shape]) => [key, { shape, data: fill(key, shape) }]),
  )
  return loadStateDict(model, arrays, { layout: 'paddle' })
}

function scheduleOf({ optimizer: { lr }, epochs, stepsPerEpoch }: Trajectory): Schedule {
  if (lr.name === 'Piecewise') {
    return byEpoch(piecewise({ boundaries: lr.decay_epochs ?? [], values: lr.values ?? [] }), stepsPerEpoch)
  }
  const warm = (lr.warmup_epoch ?? 0) * stepsPerEpoch
  const decay = cosine({ from: lr.learning_rate ?? 0, to: lr.eta_min ?? 0, steps: epochs * stepsPerEpoch - warm })
  return warmup(decay, { steps: warm, from: lr.warmup_start_lr ?? 0 })
}

function optimizerOf({ optimizer: config }: Trajectory, model: Model, lr: Schedule): Optimizer {
  if (config.name === 'Momentum') {
    const noDecay = parametersWithoutDecay(model)
    return momentum({ lr, momentum: config.momentum ?? 0, weightDecay: config.regularizer?.coeff ?? 0, noDecay })
  }
  const noDecay = [oneDimensional, nameContains(config.no_weight_decay_name ?? '')]
  return adamw({ lr, weightDecay: config.weight_decay ?? 0, noDecay })
}

function wrongNorms(tensors: Tensors, expected: Trajectory['parameterNorms']): string[] {
  return Object.entries(expected).flatMap(([key, [value, sensitivity]]) => {
    const tolerance = Math.max(2e-5, 20 * sensitivity)
    const tensor = tensors[key]
    const found = tensor ? l2Norm(tensor) : Number.NaN
    if (value <= 1e-6 || tolerance > 0.05 || relative(found, value) < tolerance) return []
    return [`${key}: ${found}, expected ${value}, tolerance ${tolerance}`]
  })
}

const relative = (found: number, expected: number | undefined): number =>
  Math.abs(found - (expected ?? Number.NaN)) / Math.max(Math.abs(expected ?? 0), 1e-12)
