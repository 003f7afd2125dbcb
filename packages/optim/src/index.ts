export { type AdamOptions, type AdamState, scaleByAdam } from './adam.ts'
export {
  type AdamAliasOptions,
  adam,
  adamw,
  type MomentumOptions,
  momentum,
  type RmspropOptions,
  rmsprop,
  sgd,
} from './aliases.ts'
export { type ChainState, chain } from './chain.ts'
export { clipByGlobalNorm, clipByNorm } from './clip.ts'
export type { CommonOptions } from './common-options.ts'
export { addDecayedWeights, type DecayOptions } from './decayed-weights.ts'
export { groupOf, type ParamGroup } from './groups.ts'
export { type LearningRateOptions, scaleByLearningRate } from './learning-rate.ts'
export { type MaskedOptions, masked } from './masked.ts'
export {
  type Consumed,
  createOptimizer,
  type Optimizer,
  type OptimizerState,
  type SavedOptimizerState,
} from './optimizer.ts'
export { type RmsOptions, type RmsState, scaleByRms } from './rms.ts'
export {
  byEpoch,
  constant,
  cosine,
  type Decay,
  linear,
  type Pieces,
  type PolynomialDecay,
  piecewise,
  polynomial,
  type Schedule,
  toSchedule,
  type Warmup,
  warmup,
} from './schedule.ts'
export { nameContains, oneDimensional, type ParamPredicate, type ParamSelector, selectsParam } from './selection.ts'
export { type TraceOptions, type TraceState, trace } from './trace.ts'
export type { NoState, Transform, TransformInfo, TransformState } from './transform.ts'
