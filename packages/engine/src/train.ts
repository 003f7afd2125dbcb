import { ClasError, type Rng, type Selector, selects, type Task, type Tensors } from '@clas/core'
import type { LoadedBatch, Loader } from '@clas/data'
import type { Precision } from '@clas/kernels'
import type { Module } from '@clas/nn'
import type { Optimizer } from '@clas/optim'
import type { Scalar } from '@tensorflow/tfjs-core'
import { breathe } from './breathe.ts'
import { evaluate } from './evaluate.ts'
import type { EvaluationEvent, TrainEvent } from './events.ts'
import { locate, notFinite, readsAreFree, requireFiniteState } from './finite.ts'
import { gradientStep } from './gradient-step.ts'
import { type LossScaler, lossScaler } from './loss-scaler.ts'
import { LossWindow, type WindowResult } from './loss-window.ts'
import { Pace } from './pace.ts'
import { disposeTrainState, type TrainState } from './state.ts'
import { StepModes } from './step-modes.ts'
import { trainStep } from './train-step.ts'

/** Options of {@link train}. */
export interface TrainOptions {
  readonly task: Task
  /** Training pictures. Stays the caller's to close. */
  readonly loader: Loader
  readonly optimizer: Optimizer
  /** Where to go on; `createTrainState` makes the first. Handed over: don't use its tensors afterwards. */
  readonly state: TrainState
  /** The number of epochs in all, so a run of 10 says 10 wherever it goes on; at least 1. */
  readonly epochs: number
  /** Step s, counted from 0, draws from `rng.fork('step', s)`: dropout, stochastic depth. */
  readonly rng: Rng
  /** Evaluates every so many epochs (default 1) and after the last. Without it nothing is evaluated. */
  readonly evaluate?: { readonly loader: Loader; readonly every?: number }
  /** Steps between `step` events, and between readings of the loss; at least 1. Default: 10. */
  readonly logEvery?: number
  /** Parameters that gradients don't change: no gradient is computed for them. Default: none. */
  readonly frozen?: Selector | readonly Selector[]
  /** Stops after the step that is running. */
  readonly signal?: AbortSignal
  /** The module of the task, to find the layer when a loss isn't finite. */
  readonly module?: Module
  /**
   * Compiles steps where the backend can: the first two run as ever, those that follow as one program, with the same
   * numbers. The event `step-mode` says how steps run, and why. Default: true.
   */
  readonly compile?: boolean
  /** What convolutions and matrix products compute in; `f16` and `bf16` on the backend tensorflow only. Default: f32. */
  readonly precision?: Precision
  /** Scales losses. Default: `lossScaler()` for f16, none for the others. False for none. */
  readonly lossScaler?: LossScaler | false
  /** A clock in milliseconds. Default: `performance.now`. */
  readonly now?: () => number
}

/**
 * Trains, and yields what happens as plain numbers. Each epoch is its steps, its evaluation, `epoch-end`; the last event
 * is `end`, or `stopped` when the signal was aborted. Between events the caller may wait, look at the state, or leave.
 *
 * Who owns what: the state that is given becomes the generator's. A state in `epoch-end` is borrowed until the generator
 * goes on. The state in `end` and `stopped`, which is also the value returned, is the caller's from that event on. A
 * generator that is closed earlier, or throws, frees all it has. The loaders, the module and the optimizer stay the
 * caller's.
 *
 * Going on from the state of an earlier `epoch-end` or `stopped` leads to the same bits as never having stopped.
 *
 * @throws `bad-option`; `not-finite` with `step` and, where one is to blame, `path`; whatever task and loader throw
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { arraySource, createLoader } from '@clas/data'
 * import { classification, createTrainState, train } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * import { flatten, init, linear, sequential } from '@clas/nn'
 * import { momentum } from '@clas/optim'
 * await useBackend('cpu')
 * const rng = createRng(42)
 * const images = { data: Float32Array.of(0, 1, 0, 1, 0, 1), shape: [6, 1, 1, 1] as const }
 * const loader = createLoader(arraySource({ images, labels: [0, 1, 0, 1, 0, 1] }), { batchSize: 2, rng: rng.fork('data') })
 * const module = sequential([flatten, linear(1, 2)])
 * const optimizer = momentum({ lr: 0.1, momentum: 0.9 })
 * const state = createTrainState({ variables: init(module, rng.fork('init')), optimizer })
 * for await (const event of train({ task: classification({ module }), loader, optimizer, state, epochs: 3, rng })) {
 *   if (event.type === 'step') console.log(event.step, event.loss)
 * }
 * ```
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, TrainState, undefined> {
  const { task, loader, optimizer, epochs, rng, logEvery = 10, frozen = [], signal, module } = options
  const now = options.now ?? (() => performance.now())
  let state = options.state
  const aborted = (): boolean => signal?.aborted === true
  let handedOver = false
  const window = new LossWindow()
  const { compile = true, precision = 'f32' } = options
  const scaler = options.lossScaler ?? (precision === 'f16' ? lossScaler() : undefined)
  using gradients = gradientStep({ task, frozen, precision, compile })
  const modes = new StepModes(gradients)
  try {
    checkOptions(options)
    const { stepsPerEpoch } = loader
    const steps = epochs * stepsPerEpoch
    const begun = now()
    const { params } = state.variables
    const trainable = count(params, (path) => !selects(frozen, path))
    yield {
      type: 'train-start',
      step: state.step,
      steps,
      epoch: state.epoch,
      epochs,
      parameters: count(params),
      trainable,
    }

    const pace = new Pace(now)
    while (state.epoch < epochs && !aborted()) {
      const { epoch } = state
      const epochBegun = now()
      if (state.batch < stepsPerEpoch) {
        for await (using batch of loader.batches({ epochs: epoch + 1, from: { epoch, batch: state.batch } })) {
          const lr = optimizer.learningRate(state.optimizer)
          state = await step(state, batch)
          pace.count(batch.indices.length)
          await breathe()
          const mode = modes.news()
          if (mode) {
            pace.pause()
            yield { type: 'step-mode', step: state.step, epoch, epochs, ...mode }
            pace.resume()
          }
          const logs = state.step % logEvery === 0 || state.batch === stepsPerEpoch
          if (logs || aborted()) {
            const { mean, losses } = await read(batch)
            state = { ...state, lossSum: losses.reduce((total, loss) => total + loss, state.lossSum) }
            pace.pause()
            if (logs) {
              const at = { step: state.step, steps, epoch, epochs, batch: state.batch, stepsPerEpoch }
              const scaled = state.lossScale && { lossScale: state.lossScale.scale, skipped: state.lossScale.skipped }
              yield { type: 'step', ...at, loss: mean, lr, ...pace.lap(steps - state.step), ...scaled }
              pace.resume()
            }
          }
          if (aborted()) break
        }
      }
      if (aborted()) break
      await requireFiniteState(state)
      const evaluation = await evaluateEpoch(options, state, now)
      if (evaluation === 'aborted') break
      if (evaluation) {
        state = { ...state, best: evaluation.best }
        yield evaluation
      }
      const loss = state.lossSum / Math.max(1, state.batch)
      state = { ...state, epoch: epoch + 1, batch: 0, lossSum: 0 }
      yield { type: 'epoch-end', step: state.step, epoch, epochs, loss, seconds: (now() - epochBegun) / 1000, state }
      pace.resume()
    }
    const stopped = state.epoch < epochs
    if (stopped) await requireFiniteState(state)
    handedOver = true
    if (stopped) yield { type: 'stopped', step: state.step, epoch: state.epoch, epochs, state }
    else yield { type: 'end', step: state.step, epochs, seconds: (now() - begun) / 1000, state }
    return state
  } finally {
    window[Symbol.dispose]()
    if (!handedOver) disposeTrainState(state, optimizer)
  }

  async function step(before: TrainState, batch: LoadedBatch): Promise<TrainState> {
    const stepRng = rng.fork('step', before.step)
    // Where reading is free, each loss is looked at before it can spoil the parameters.
    const accepts = (loss: Scalar): boolean => !readsAreFree() || Number.isFinite(loss.dataSync()[0])
    const how = { gradients, optimizer, rng: stepRng, accepts, scaler: scaler || undefined }
    const after = modes.watch(() => trainStep(before, batch, how))
    if (!after) throw notFinite(before.step + 1, await locate(before.variables, batch, stepRng, module))
    window.add(after.loss, after.state.step)
    return { ...after.state, batch: before.batch + 1 }
  }

  async function read(batch: LoadedBatch): Promise<WindowResult> {
    const result = await window.read()
    if (result.broken === undefined) return result
    throw notFinite(result.broken, await locate(state.variables, batch, rng.fork('step', state.step - 1), module))
  }
}

async function evaluateEpoch(
  { task, rng, evaluate: evaluation, epochs, signal }: TrainOptions,
  { variables, epoch, step, best }: TrainState,
  now: () => number,
): Promise<EvaluationEvent | 'aborted' | undefined> {
  const due = (epoch + 1) % (evaluation?.every ?? 1) === 0 || epoch + 1 === epochs
  if (!evaluation || !due) return undefined
  const begun = now()
  try {
    const { loss, top1, top5 } = await evaluate({
      task,
      variables,
      loader: evaluation.loader,
      rng,
      ...(signal && { signal }),
    })
    const metrics = { loss, top1, ...(top5 !== undefined && { top5 }) }
    const better = best !== undefined && best.top1 >= top1 ? best : { epoch, top1 }
    return { type: 'evaluation', step, epoch, epochs, metrics, best: better, seconds: (now() - begun) / 1000 }
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return 'aborted'
    throw error
  }
}

function checkOptions({ epochs, logEvery = 10, evaluate: evaluation, loader, state }: TrainOptions): void {
  for (const [option, value] of Object.entries({ epochs, logEvery, 'evaluate.every': evaluation?.every ?? 1 })) {
    if (Number.isSafeInteger(value) && value >= 1) continue
    throw new ClasError('bad-option', `${option} must be a whole number of at least 1, found ${value}`, {
      option,
      found: value,
    })
  }
  const expected = state.epoch * loader.stepsPerEpoch + state.batch
  if (state.step !== expected || state.batch > loader.stepsPerEpoch) {
    const found = `epoch ${state.epoch}, batch ${state.batch} of a loader with ${loader.stepsPerEpoch} batches per epoch`
    throw new ClasError(
      'bad-option',
      `the state is of step ${state.step}, but ${found} is step ${expected}; go on with the pictures and the batch size it was made with`,
      { step: state.step, expected, stepsPerEpoch: loader.stepsPerEpoch },
    )
  }
}

function count(tensors: Tensors, wanted: (path: string) => boolean = () => true): number {
  return Object.entries(tensors).reduce((total, [path, tensor]) => total + (wanted(path) ? tensor.size : 0), 0)
}
