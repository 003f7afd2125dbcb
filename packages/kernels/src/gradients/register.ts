import { type GradConfig, getGradient, registerGradient } from '@tensorflow/tfjs-core'
import { activationGradient } from './activation.ts'
import { affineGradient } from './affine.ts'
import { attentionGradient } from './attention.ts'
import { repairBatchMatMulGradient } from './batch-mat-mul.ts'
import { batchNormGradient } from './batch-norm.ts'
import { conv2dGradient } from './conv2d.ts'
import { layerNormGradient } from './layer-norm.ts'
import { matMulGradient } from './mat-mul.ts'
import { averagePoolGradient, maxPoolGradient } from './pool.ts'
import { resizeBilinearGradient } from './resize.ts'
import { softmaxGradient } from './softmax.ts'
import { softmaxCrossEntropyGradient } from './softmax-cross-entropy.ts'

let registered = false

/** Tells tfjs how the kernels of the contract are differentiated, on every backend. Does nothing the second time. */
export function registerGradients(): void {
  if (registered) return
  registered = true
  const configs: readonly GradConfig[] = [
    activationGradient,
    affineGradient,
    attentionGradient,
    averagePoolGradient,
    batchNormGradient,
    conv2dGradient,
    layerNormGradient,
    matMulGradient,
    maxPoolGradient,
    resizeBilinearGradient,
    softmaxCrossEntropyGradient,
    softmaxGradient,
  ]
  for (const config of configs) if (!getGradient(config.kernelName)) registerGradient(config)
  repairBatchMatMulGradient()
}
