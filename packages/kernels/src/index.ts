export { type CompiledStep, type CompileStepOptions, compileStep, type StepReport } from './compile/compile-step.ts'
export { cannotCompile, hostTensor } from './compile/host-tensor.ts'
export {
  type Program,
  type Recording,
  registerStepCompiler,
  type StepCompiler,
  stepCompilerOf,
  type Trace,
} from './compile/step-compiler.ts'
export {
  type ActivationAttributes,
  type ActivationKind,
  type AdamAttributes,
  type AdamProgress,
  type AttentionAttributes,
  adamFactors,
  type ConvAttributes,
  convShape,
  KERNELS,
  type KernelName,
  type MomentumAttributes,
  matMulShape,
  OPTIONAL_KERNELS,
  type OptionalKernelName,
  type Pads,
  type Pair,
  type PoolAttributes,
  poolShape,
  type ResizeAttributes,
  resizeShape,
  type Shape,
  windows,
} from './contract.ts'
export { describeBackend } from './describe-backend.ts'
export {
  type ActivationOptions,
  activation,
  gelu,
  geluTanh,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  relu,
  relu6,
  sigmoid,
  swish,
  tanh,
} from './ops/activation.ts'
export { type AttentionOptions, attention } from './ops/attention.ts'
export { avgPool2d } from './ops/avg-pool.ts'
export { type BatchNormTrainResult, batchNorm, batchNormTrain } from './ops/batch-norm.ts'
export { type Conv2dOptions, conv2d } from './ops/conv2d.ts'
export { hasKernel } from './ops/has-kernel.ts'
export { layerNorm } from './ops/layer-norm.ts'
export { type MatMulOptions, matMul } from './ops/mat-mul.ts'
export { maxPool2d } from './ops/max-pool.ts'
export { type AdamTensors, adamStep, type MomentumTensors, momentumStep } from './ops/optimizer-steps.ts'
export { type ResizeOptions, resizeBilinear } from './ops/resize-bilinear.ts'
export { softmax } from './ops/softmax.ts'
export { softmaxCrossEntropy } from './ops/softmax-cross-entropy.ts'
export type { PadOption, PairOption, PoolOptions } from './ops/windows.ts'
export { currentPrecision, type Precision, type PrecisionOptions, withPrecision } from './precision.ts'
export { type BackendChoice, type BackendName, type BackendOptions, useBackend } from './use-backend.ts'
