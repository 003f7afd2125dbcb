import type { Model } from '@clas/backbones'
import { parametersWithoutDecay } from '@clas/nn'
import { adamw, cosine, momentum, type Optimizer, type Schedule, warmup } from '@clas/optim'
import type { Settings } from './settings.ts'

/** What goes with an optimizer unless told. */
interface RecipeDefaults {
  /** The highest rate, at a batch of 64; it grows with the batch. */
  readonly lr: number
  readonly weightDecay: number
}

const DEFAULTS: Readonly<Record<Settings['optimizer'], RecipeDefaults>> = {
  momentum: { lr: 0.1, weightDecay: 4e-5 },
  adamw: { lr: 1e-3, weightDecay: 0.05 },
}

/** The rate for a batch size: linear in it (Goyal et al. 2017, arXiv 1706.02677). */
export function defaultLr(optimizer: Settings['optimizer'], batchSize: number): number {
  return (DEFAULTS[optimizer].lr * batchSize) / 64
}

/** The weight decay of an optimizer's published recipes. */
export function defaultWeightDecay(optimizer: Settings['optimizer']): number {
  return DEFAULTS[optimizer].weightDecay
}

/** The epochs in which the rate rises: a tenth of all, at most 5. */
export function defaultWarmup(epochs: number): number {
  return Math.min(5, epochs / 10)
}

/** Warm-up and then half a cosine; norms and biases have no decay, as far as the model says so. */
export function buildOptimizer(settings: Settings, model: Model, stepsPerEpoch: number): Optimizer {
  const common = {
    lr: schedule(settings, stepsPerEpoch),
    weightDecay: settings.weightDecay,
    noDecay: parametersWithoutDecay(model),
  }
  return settings.optimizer === 'adamw' ? adamw(common) : momentum({ ...common, momentum: 0.9 })
}

function schedule({ lr, epochs, warmup: epochsOfWarmup }: Settings, stepsPerEpoch: number): Schedule {
  const steps = Math.min(Math.round(epochsOfWarmup * stepsPerEpoch), epochs * stepsPerEpoch - 1)
  const decay = cosine({ from: lr, steps: epochs * stepsPerEpoch - steps })
  // Not from 0: a short run has no step to waste.
  return warmup(decay, { steps, from: lr / (steps + 1) })
}
