import { disposeVariables, partition, type Selector, type Variables } from '@clas/core'
import type { Optimizer, OptimizerState } from '@clas/optim'
import type { LossScale } from './loss-scaler.ts'

/** The best evaluation so far. */
export interface BestResult {
  /** Counted from 0. */
  readonly epoch: number
  /** In [0, 1]. */
  readonly top1: number
}

/** All that training goes on from: with the same options it leads to the same bits. */
export interface TrainState {
  /** Steps done. */
  readonly step: number
  /** The epoch of the next step, counted from 0; the number of epochs when all are done. */
  readonly epoch: number
  /** Steps done in that epoch; all of them where only the evaluation of the epoch is left. */
  readonly batch: number
  /** Sum of the losses of that epoch's steps. */
  readonly lossSum: number
  readonly variables: Variables
  readonly optimizer: OptimizerState
  /** Missing until something was evaluated. */
  readonly best?: BestResult
  /** Missing where losses are not scaled. */
  readonly lossScale?: LossScale
}

/** What {@link createTrainState} needs. */
export interface TrainStateOptions {
  /** Handed over: they become part of the state. */
  readonly variables: Variables
  readonly optimizer: Optimizer
  /** Parameters that gradients don't change; give `train` the same. Default: none. */
  readonly frozen?: Selector | readonly Selector[]
}

/**
 * The state before the first step. It takes over the variables, and is the caller's: hand it to `train`, or free it
 * with {@link disposeTrainState}.
 *
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { createTrainState } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * import { init, linear } from '@clas/nn'
 * import { sgd } from '@clas/optim'
 * await useBackend('cpu')
 * const state = createTrainState({ variables: init(linear(4, 2), createRng(1)), optimizer: sgd({ lr: 0.1 }) })
 * console.log(state.step, state.epoch) // 0 0
 * ```
 */
export function createTrainState({ variables, optimizer, frozen = [] }: TrainStateOptions): TrainState {
  const [, trainable] = partition(variables.params, frozen)
  return { step: 0, epoch: 0, batch: 0, lossSum: 0, variables, optimizer: optimizer.init(trainable) }
}

/**
 * Frees the variables and the optimizer's state.
 *
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { createTrainState, disposeTrainState } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * import { init, linear } from '@clas/nn'
 * import { sgd } from '@clas/optim'
 * await useBackend('cpu')
 * const module = linear(4, 2)
 * const optimizer = sgd({ lr: 0.1 })
 * const state = createTrainState({ variables: init(module, createRng(1)), optimizer })
 * disposeTrainState(state, optimizer)
 * ```
 */
export function disposeTrainState(state: TrainState, optimizer: Optimizer): void {
  disposeVariables(state.variables)
  optimizer.dispose(state.optimizer)
}
