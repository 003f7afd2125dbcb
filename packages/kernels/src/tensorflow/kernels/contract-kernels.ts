import type { KernelName } from '../../contract.ts'
import { activation, activationGradient } from './activations.ts'
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from './conv2d.ts'
import { resizeBilinear, resizeBilinearGradient } from './images.ts'
import { matMul } from './mat-mul.ts'
import { affine, batchNorm, batchNormGradient, channelSum, layerNorm, layerNormGradient } from './norms.ts'
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pooling.ts'
import type { AnyKernel } from './scope.ts'
import { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient, softmaxGradient } from './softmax.ts'

/** The kernels of the contract. */
export const CONTRACT_KERNELS: Readonly<Record<KernelName, AnyKernel>> = {
  ClasConv2D: conv2d,
  ClasConv2DInputGradient: conv2dInputGradient,
  ClasConv2DFilterGradient: conv2dFilterGradient,
  ClasChannelSum: channelSum,
  ClasMaxPool: maxPool,
  ClasMaxPoolGradient: maxPoolGradient,
  ClasAveragePool: averagePool,
  ClasAveragePoolGradient: averagePoolGradient,
  ClasResizeBilinear: resizeBilinear,
  ClasResizeBilinearGradient: resizeBilinearGradient,
  ClasBatchNorm: batchNorm,
  ClasBatchNormGradient: batchNormGradient,
  ClasAffine: affine,
  ClasLayerNorm: layerNorm,
  ClasLayerNormGradient: layerNormGradient,
  ClasActivation: activation,
  ClasActivationGradient: activationGradient,
  ClasSoftmax: softmax,
  ClasSoftmaxGradient: softmaxGradient,
  ClasSoftmaxCrossEntropy: softmaxCrossEntropy,
  ClasSoftmaxCrossEntropyGradient: softmaxCrossEntropyGradient,
  ClasMatMul: matMul,
}
