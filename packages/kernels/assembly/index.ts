// What the module exports. Every function works on addresses in a memory that is not its own: the module has no data.
export { activation, activationGradient } from './activation'
export { attention, attentionGradient, attentionGradientScratch, attentionScratch } from './attention'
export {
  affine, batchNormGradientFactors, batchNormGradientPart, batchNormGradientRows, batchNormMoments, batchNormPart,
  batchNormScratch, normalize,
} from './batch-norm'
export { binary, binaryGroups } from './binary'
export { channelSumPart, channelSumTotal, columnScratch } from './columns'
export { conv, convScratch } from './conv'
export {
  addParts, convFilterGradient, convFilterGradientScratch, convInputGradient, convInputGradientScratch, turnGradient,
} from './conv-gradient'
export { depthwise } from './depthwise'
export {
  depthwiseFilterGradientPart, depthwiseFilterGradientTotal, depthwiseInputGradient, depthwiseScratch,
} from './depthwise-gradient'
export { gemmScratch, matMul } from './gemm'
export { grouped, groupedScratch } from './grouped'
export { groupedFilterSize, packGroupedFilter } from './grouped-filter'
export { groupedFilterGradient, groupedFilterScratch } from './grouped-gradient'
export { groupedInputGradient, groupedInputScratch } from './grouped-input'
export { groupSums } from './group-sums'
export { layerNorm, layerNormGradientPart, layerNormGradientTotal, layerNormScratch, rowSums } from './layer-norm'
export {
  activationGradientPart, activationGradientPartScratch, batchNormScale, normalizeActivation,
} from './norm-activation'
export { adamStep, momentumStep } from './optimizer-steps'
export { averagePool, maxPool } from './pool'
export { averagePoolGradient, maxPoolGradient } from './pool-gradient'
export { resizeBilinear, resizeBilinearGradient } from './resize'
export { oneHotBool, oneHotFloat, oneHotInt, segmentSum } from './segments'
export { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient, softmaxGradient } from './softmax'
export { copyBlocks } from './transpose'
export { winogradConv, winogradConvScratch, winogradFilter, winogradFilterScratch, winogradFilterSize } from './winograd'
export {
  winogradFilterGradientPart, winogradFilterGradientScratch, winogradFilterGradientTotal,
  winogradFilterGradientTotalScratch, winogradSums,
} from './winograd-gradient'
