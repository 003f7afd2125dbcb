export {
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointProgress,
  decodeCheckpoint,
  type EncodeCheckpointOptions,
  encodeCheckpoint,
} from './checkpoint.ts'
export { type ClassificationOptions, classification } from './classification.ts'
export { type DeviceTransformOptions, deviceTransform } from './device-transform.ts'
export { type ClassResult, type EvaluateOptions, type Evaluation, evaluate, type Prediction } from './evaluate.ts'
export type {
  EndEvent,
  EpochEndEvent,
  EvaluationEvent,
  Metrics,
  StepEvent,
  StepModeEvent,
  StoppedEvent,
  TrainEvent,
  TrainObserver,
  TrainStartEvent,
} from './events.ts'
export { fit } from './fit.ts'
export { type LossScale, type LossScaler, type LossScalerOptions, lossScaler } from './loss-scaler.ts'
export { predict, type Ranked, topK } from './predict.ts'
export { html, Markup } from './report/markup.ts'
export { type ReportContent, renderReport } from './report/render.ts'
export { STYLE as REPORT_STYLE } from './report/style.ts'
export type { WorstError } from './report/worst.ts'
export { type RestoreOptions, restoreState, restoreVariables } from './restore.ts'
export {
  type BestResult,
  createTrainState,
  disposeTrainState,
  type TrainState,
  type TrainStateOptions,
} from './state.ts'
export { type TrainOptions, train } from './train.ts'
