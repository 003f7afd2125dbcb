import { ClasError } from '@clas/core'
import { AvgPoolGrad, getKernel, type KernelFunc, MaxPoolGrad, Sum } from '@tensorflow/tfjs-core'
import type { KernelName, OptionalKernelName } from '../contract.ts'
import { registerKernels, replaceKernel } from '../register-kernels.ts'
import { activation, activationGradient } from './activation.ts'
import { isWebgpuBackend } from './backend.ts'
import { toKernelFunc } from './call.ts'
import { affine, channelSum } from './channels.ts'
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from './conv2d.ts'
import { matMul } from './mat-mul.ts'
import { batchNorm, batchNormGradient, layerNorm, layerNormGradient } from './norm.ts'
import { adam, momentum } from './optimizer-steps.ts'
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pool.ts'
import { resizeBilinear, resizeBilinearGradient } from './resize.ts'
import { softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient, softmaxGradient } from './softmax.ts'
import { avgPoolGrad, maxPoolGrad, sumOf } from './tfjs-kernels.ts'

const CONTRACT: Readonly<Record<KernelName, KernelFunc> & Partial<Record<OptionalKernelName, KernelFunc>>> = {
  ClasConv2D: toKernelFunc(conv2d),
  ClasConv2DInputGradient: toKernelFunc(conv2dInputGradient),
  ClasConv2DFilterGradient: toKernelFunc(conv2dFilterGradient),
  ClasChannelSum: toKernelFunc(channelSum),
  ClasMaxPool: toKernelFunc(maxPool),
  ClasMaxPoolGradient: toKernelFunc(maxPoolGradient),
  ClasAveragePool: toKernelFunc(averagePool),
  ClasAveragePoolGradient: toKernelFunc(averagePoolGradient),
  ClasResizeBilinear: toKernelFunc(resizeBilinear),
  ClasResizeBilinearGradient: toKernelFunc(resizeBilinearGradient),
  ClasBatchNorm: toKernelFunc(batchNorm),
  ClasBatchNormGradient: toKernelFunc(batchNormGradient),
  ClasAffine: toKernelFunc(affine),
  ClasLayerNorm: toKernelFunc(layerNorm),
  ClasLayerNormGradient: toKernelFunc(layerNormGradient),
  ClasActivation: toKernelFunc(activation),
  ClasActivationGradient: toKernelFunc(activationGradient),
  ClasSoftmax: toKernelFunc(softmax),
  ClasSoftmaxGradient: toKernelFunc(softmaxGradient),
  ClasSoftmaxCrossEntropy: toKernelFunc(softmaxCrossEntropy),
  ClasSoftmaxCrossEntropyGradient: toKernelFunc(softmaxCrossEntropyGradient),
  ClasMatMul: toKernelFunc(matMul),
  ClasMomentum: toKernelFunc(momentum),
  ClasAdam: toKernelFunc(adam),
}

/** Kernels of tfjs that are wrong on webgpu, made from what was there. */
const OF_TFJS: Readonly<Record<string, (original: KernelFunc | undefined) => KernelFunc>> = {
  [AvgPoolGrad]: () => toKernelFunc(avgPoolGrad),
  [MaxPoolGrad]: () => toKernelFunc(maxPoolGrad),
  [Sum]: sumOf,
}

/**
 * Gives the backend `webgpu` every kernel of the contract, and right ones for some of tfjs' own. Does nothing the second
 * time.
 *
 * @param backend - that of @tensorflow/tfjs-backend-webgpu
 * @throws `backend-not-ready` when it is another
 */
export function registerWebgpuKernels(backend: unknown): void {
  if (!isWebgpuBackend(backend)) {
    throw new ClasError(
      'backend-not-ready',
      "the webgpu kernels need the backend of @tensorflow/tfjs-backend-webgpu; call `useBackend('webgpu')`",
      {},
    )
  }
  if (getKernel('ClasMatMul', 'webgpu')) return
  registerKernels('webgpu', CONTRACT)
  for (const [kernelName, replace] of Object.entries(OF_TFJS)) replaceKernel('webgpu', kernelName, replace)
}
