export {
  type AttentionOptions,
  attention,
  gelu,
  geluTanh,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  matMul,
  type PadOption,
  type PairOption,
  type ResizeOptions,
  relu,
  relu6,
  resizeBilinear,
  sigmoid,
  softmax,
  swish,
  tanh,
} from '@clas/kernels'
export { elu, mish, softplus } from './activations.ts'
export { type Applied, type ApplyOptions, apply, type Observer } from './apply.ts'
export { gradientCheckpoint } from './gradient-checkpoint.ts'
export { init } from './init.ts'
export { constant, kaimingNormal, truncatedNormal, uniform, xavierUniform } from './initializers.ts'
export { type AttendOptions, attend } from './layers/attend.ts'
export { type Conv2dOptions, conv2d } from './layers/conv2d.ts'
export { dropout, dropPath } from './layers/dropout.ts'
export { gatherRows } from './layers/gather-rows.ts'
export { type GroupNormOptions, groupNorm } from './layers/group-norm.ts'
export { type LinearOptions, linear } from './layers/linear.ts'
export { type BatchNormOptions, batchNorm, layerNorm } from './layers/norms.ts'
export {
  type AvgPoolOptions,
  adaptiveAvgPool,
  adaptiveMaxPool,
  avgPool,
  flatten,
  globalAvgPool,
  globalMaxPool,
  maxPool,
  type PoolOptions,
} from './layers/pooling.ts'
export { prelu } from './layers/prelu.ts'
export { cubicWeights, resizeBicubic, resizePositions, upsampleNearest } from './layers/resample.ts'
export { identity, inOrder, sequential } from './layers/sequential.ts'
export { crossEntropy } from './losses.ts'
export {
  type Bound,
  type Buffer,
  buffer,
  type Context,
  type Initializer,
  indexBuffer,
  type Module,
  module,
  type Parameter,
  type ParameterLayout,
  type Part,
  type Parts,
  parameter,
  walk,
} from './module.ts'
export {
  compareStateDict,
  type LoadOptions,
  loadStateDict,
  type Mismatch,
  type StateDictLayout,
  stateDictShapes,
  toClasLayout,
  toStateDict,
} from './state-dict.ts'
export { type LayerSummary, type Summary, summary } from './summary.ts'
export { buffersOf, mapModules, parametersOf, parametersWithoutDecay, pathsBefore, replace } from './surgery.ts'
