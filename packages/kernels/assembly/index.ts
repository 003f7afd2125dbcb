// What the module exports. Every function works on addresses in a memory that is not its own: the module has no data.
export { activation, activationGradient } from './activation'
export { affine, batchNorm, batchNormGradient, batchNormScratch } from './batch-norm'
export { channelSum, columnScratch } from './columns'
export { conv, convScratch } from './conv'
export {
  convFilterGradient, convFilterGradientScratch, convInputGradient, convInputGradientScratch,
} from './conv-gradient'
export { depthwise } from './depthwise'
export { depthwiseFilterGradient, depthwiseInputGradient, depthwiseScratch } from './depthwise-gradient'
export { gemmScratch, matMul } from './gemm'
export { layerNorm, layerNormGradient, layerNormScratch } from './layer-norm'
export { averagePool, maxPool } from './pool'
export { averagePoolGradient, maxPoolGradient } from './pool-gradient'
export { resizeBilinear, resizeBilinearGradient } from './resize'
export { oneHotBool, oneHotFloat, oneHotInt, segmentSum } from './segments'
export { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient, softmaxGradient } from './softmax'
