import type { TrainEvent, TrainObserver } from './events.ts'
import { disposeTrainState, type TrainState } from './state.ts'
import { type TrainOptions, train } from './train.ts'

/**
 * Trains, and tells each observer of each event, one after the other in the order given. What an observer throws ends
 * the training: everything is freed and the error goes to the caller.
 *
 * @param options - as for `train`
 * @param observers - progress bar, log, checkpoints
 * @returns the last state, which the caller owns
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { arraySource, createLoader } from '@clas/data'
 * import { classification, createTrainState, fit } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * import { flatten, init, linear, sequential } from '@clas/nn'
 * import { sgd } from '@clas/optim'
 * await useBackend('cpu')
 * const rng = createRng(42)
 * const source = arraySource({ images: { data: new Uint8Array(8), shape: [8, 1, 1, 1] }, labels: [0, 1, 0, 1, 0, 1, 0, 1] })
 * const loader = createLoader(source, { batchSize: 4, rng: rng.fork('data') })
 * const module = sequential([flatten, linear(1, 2)])
 * const optimizer = sgd({ lr: 0.1 })
 * const state = createTrainState({ variables: init(module, rng.fork('init')), optimizer })
 * const last = await fit({ task: classification({ module }), loader, optimizer, state, epochs: 2, rng }, (event) => {
 *   if (event.type === 'epoch-end') console.log(event.epoch, event.loss)
 * })
 * console.log(last.step) // 4
 * ```
 */
export async function fit(options: TrainOptions, ...observers: readonly TrainObserver[]): Promise<TrainState> {
  const events = train(options)
  let last: TrainEvent | undefined
  try {
    for (;;) {
      const { done, value } = await events.next()
      if (done) return value
      last = value
      for (const observer of observers) await observer(value)
    }
  } catch (error) {
    await events.return(undefined as never)
    // The last event hands the state over, and there is nobody left to give it to.
    if (last?.type === 'end' || last?.type === 'stopped') disposeTrainState(last.state, options.optimizer)
    throw error
  }
}
