import { type Batch, disposeReplaced, type Rng } from '@clas/core'
import type { Optimizer } from '@clas/optim'
import { dispose, type Scalar } from '@tensorflow/tfjs-core'
import type { GradientStep } from './gradient-step.ts'
import type { LossScaler } from './loss-scaler.ts'
import type { TrainState } from './state.ts'

export interface StepOptions {
  readonly gradients: GradientStep
  readonly optimizer: Optimizer
  readonly rng: Rng
  /** Asked before anything is changed. */
  readonly accepts: (loss: Scalar) => boolean
  /** Left out where losses are not scaled. */
  readonly scaler: LossScaler | undefined
}

/**
 * One step of the optimizer on one batch. It frees the tensors of the state that it replaces, so go on with the new
 * state; when it throws, nothing of the state is freed. The loss is the caller's. Nothing happens, and the result is
 * undefined, when the loss isn't accepted. With a scaler the gradients are looked at: when one isn't finite, the
 * parameters and the optimizer stay as they are, but the step counts, and buffers get their new values.
 */
export function trainStep(
  state: TrainState,
  batch: Batch,
  { gradients: step, optimizer, rng, accepts, scaler }: StepOptions,
): { readonly state: TrainState; readonly loss: Scalar } | undefined {
  const { variables } = state
  const lossScale = scaler && (state.lossScale ?? scaler.begin)
  const { loss, buffers, gradients, probe } = step.run(variables, batch, rng, lossScale?.scale)
  const discard = (): void => {
    dispose([loss, ...Object.values(gradients)])
    disposeReplaced(buffers, variables.buffers)
  }
  try {
    if (!accepts(loss)) {
      discard()
      return undefined
    }
    const finite = !probe || Number.isFinite(probe.dataSync()[0])
    const after = { ...state, step: state.step + 1, ...(lossScale && { lossScale: scaler.next(lossScale, finite) }) }
    if (!finite) {
      dispose(Object.values(gradients))
      disposeReplaced(variables.buffers, buffers)
      return { state: { ...after, variables: { ...variables, buffers } }, loss }
    }
    const next = optimizer.step({ params: variables.params, buffers }, gradients, state.optimizer)
    disposeReplaced(variables.buffers, buffers)
    return { state: { ...after, variables: next.variables, optimizer: next.state }, loss }
  } catch (error) {
    discard()
    throw error
  } finally {
    probe?.dispose()
  }
}
