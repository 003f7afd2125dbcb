import type { Tensor } from '@tensorflow/tfjs-core'
import { type ClasGradient, first, runKernel } from './run.ts'

/** One kernel gives all three. It runs outside the closures, whose tidies would free what the others return. */
export const layerNormGradient: ClasGradient = {
  kernelName: 'ClasLayerNorm',
  inputsToSave: ['x', 'gamma'],
  outputsToSave: [false, true, true],
  gradFunc: (dy, saved, attributes) => {
    const [x, gamma, mean, variance] = saved as [Tensor, Tensor, Tensor, Tensor]
    const inputs = { dy: first(dy), x, gamma, mean, variance }
    const [dx, dgamma, dbeta] = runKernel('ClasLayerNormGradient', inputs, attributes)
    return { x: () => dx as Tensor, gamma: () => dgamma as Tensor, beta: () => dbeta as Tensor }
  },
}
