export { BACKENDS_UNDER_TEST, FAST_BACKEND } from './backends-under-test.ts'
export { censusOfGradients, type GradientCensus } from './census-of-gradients.ts'
export { checkGradients, type GradientCheck } from './check-gradients.ts'
export { expectAgreement } from './expect-agreement.ts'
export { expectClose, type Tolerance, type Values } from './expect-close.ts'
export { expectNoLeaks } from './expect-no-leaks.ts'
export { fill, image } from './fill.ts'
export { forEachBackend } from './for-each-backend.ts'
export { l2Norm } from './l2-norm.ts'
export { oneHotLabels } from './one-hot-labels.ts'
export {
  type EvaluationReference,
  type OutputDifference,
  outputDifference,
  type Reference,
  type Sensitivities,
  structuralDifferences,
  type TrainingReference,
  trainingDifferences,
  withoutDropout,
} from './parity.ts'
export { type Range, randomArray, randomTensor } from './random-tensor.ts'
export { REPLAY_BACKEND, useReplayBackend } from './replay-backend.ts'
