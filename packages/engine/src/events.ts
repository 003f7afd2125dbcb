import type { BestResult, TrainState } from './state.ts'

/** What a set of labelled pictures gives. */
export interface Metrics {
  /** Mean cross-entropy over the pictures. */
  readonly loss: number
  /** Fraction of the pictures whose most probable class is theirs, in [0, 1]. */
  readonly top1: number
  /** Fraction whose class is among the five most probable; only where there are more than 5 classes. */
  readonly top5?: number
}

/** The first event: where training starts. */
export interface TrainStartEvent {
  readonly type: 'train-start'
  /** Steps done before: 0, or those of the checkpoint that is resumed. */
  readonly step: number
  /** Steps of the whole run, over all epochs. */
  readonly steps: number
  /** The epoch to begin or go on with, counted from 0. */
  readonly epoch: number
  readonly epochs: number
  /** Numbers in all parameters. */
  readonly parameters: number
  /** Numbers in the parameters that gradients change. */
  readonly trainable: number
}

/** Once it is known how steps run, after the first or the second; again where batches of another size run otherwise. */
export interface StepModeEvent {
  readonly type: 'step-mode'
  /** Steps done. */
  readonly step: number
  /** Counted from 0. */
  readonly epoch: number
  readonly epochs: number
  /** `compiled`: the backend runs a program that it made of the first steps, with the same numbers. */
  readonly mode: 'compiled' | 'eager'
  /** Why steps are not compiled. */
  readonly reason?: string
  /**
   * Bytes of all tensors when a step held most: batch, variables and the optimizer's state included, memory that the
   * backend needs besides not. Where the backend does not tell what a program holds, it is that of the steps before.
   */
  readonly peakBytes: number
}

/** Every `logEvery` steps, and after the last step of an epoch. */
export interface StepEvent {
  readonly type: 'step'
  /** Steps done, this one included. */
  readonly step: number
  readonly steps: number
  /** Counted from 0. */
  readonly epoch: number
  readonly epochs: number
  /** Steps done in this epoch. */
  readonly batch: number
  readonly stepsPerEpoch: number
  /** Mean over the steps since the last of these events. */
  readonly loss: number
  /** The learning rate that this step used. */
  readonly lr: number
  /** Since the last of these events, waiting for pictures included. */
  readonly imagesPerSecond: number
  /** Expected time to the end, evaluation not included. */
  readonly secondsLeft: number
  /** What the next loss is multiplied by; only where losses are scaled. */
  readonly lossScale?: number
  /** Steps skipped in all, because a gradient was not finite; only where losses are scaled. */
  readonly skipped?: number
}

/** After an evaluation, before the end of its epoch. */
export interface EvaluationEvent {
  readonly type: 'evaluation'
  readonly step: number
  /** Counted from 0. */
  readonly epoch: number
  readonly epochs: number
  readonly metrics: Metrics
  /** The best top-1 so far, this evaluation's included. */
  readonly best: BestResult
  readonly seconds: number
}

/** After an epoch and its evaluation. The state is finite, and borrowed: it's valid until the generator goes on. */
export interface EpochEndEvent {
  readonly type: 'epoch-end'
  readonly step: number
  /** The epoch that ended, counted from 0. */
  readonly epoch: number
  readonly epochs: number
  /** Mean over all steps of the epoch. */
  readonly loss: number
  /** Since the epoch began, or was resumed. */
  readonly seconds: number
  readonly state: TrainState
}

/** The last event when the signal was aborted. From here on the state is the caller's. */
export interface StoppedEvent {
  readonly type: 'stopped'
  readonly step: number
  /** The epoch to go on with, counted from 0. */
  readonly epoch: number
  readonly epochs: number
  readonly state: TrainState
}

/** The last event after all epochs. From here on the state is the caller's. */
export interface EndEvent {
  readonly type: 'end'
  readonly step: number
  readonly epochs: number
  readonly seconds: number
  readonly state: TrainState
}

/** What happens in training, as plain numbers. Only `state` holds tensors. */
export type TrainEvent =
  | TrainStartEvent
  | StepModeEvent
  | StepEvent
  | EvaluationEvent
  | EpochEndEvent
  | StoppedEvent
  | EndEvent

/** Is told of each event, in order; training waits for it. What it throws ends the training. */
export type TrainObserver = (event: TrainEvent) => void | Promise<void>
