import {
  type Batch,
  disposeReplaced,
  partition,
  type Rng,
  type Selector,
  type Task,
  valueAndGradients,
} from '@clas/core'
import type { Optimizer } from '@clas/optim'
import { dispose, type Scalar } from '@tensorflow/tfjs-core'
import type { TrainState } from './state.ts'

export interface StepOptions {
  readonly task: Task
  readonly optimizer: Optimizer
  readonly frozen: Selector | readonly Selector[]
  readonly rng: Rng
  /** Asked before anything is changed. */
  readonly accepts: (loss: Scalar) => boolean
}

/**
 * One step of the optimizer on one batch. It frees the tensors of the state that it replaces, so go on with the new
 * state; when it throws, nothing of the state is freed. The loss is the caller's. Nothing happens, and the result is
 * undefined, when the loss isn't accepted.
 */
export function trainStep(
  state: TrainState,
  batch: Batch,
  { task, optimizer, frozen, rng, accepts }: StepOptions,
): { readonly state: TrainState; readonly loss: Scalar } | undefined {
  const { variables } = state
  const [fixed, trainable] = partition(variables.params, frozen)
  const { loss, output, buffers, gradients } = valueAndGradients(
    (params) => task({ params: { ...fixed, ...params }, buffers: variables.buffers }, batch, { training: true, rng }),
    trainable,
  )
  output.dispose()
  const discard = (): void => {
    dispose([loss, ...Object.values(gradients)])
    disposeReplaced(buffers, variables.buffers)
  }
  if (!accepts(loss)) {
    discard()
    return undefined
  }
  try {
    const next = optimizer.step({ params: variables.params, buffers }, gradients, state.optimizer)
    disposeReplaced(variables.buffers, buffers)
    return { state: { ...state, step: state.step + 1, variables: next.variables, optimizer: next.state }, loss }
  } catch (error) {
    discard()
    throw error
  }
}
