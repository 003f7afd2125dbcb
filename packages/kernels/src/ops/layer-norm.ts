import { dispose, type Tensor } from '@tensorflow/tfjs-core'
import { checkRank, checkShape } from './check.ts'
import { runKernel } from './run-kernel.ts'

/**
 * Layer normalisation over the last axis (Ba, Kiros and Hinton 2016), with the biased variance. Differentiable with
 * respect to every tensor.
 *
 * @param x - [..., channels]
 * @param gamma - [channels]
 * @param beta - [channels]
 * @param epsilon - added to the variance
 * @returns as x
 * @throws `shape-mismatch`, `backend-not-ready`
 * @example
 * ```ts
 * import { layerNorm, useBackend } from '@clas/kernels'
 * import { ones, tensor2d, zeros } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * layerNorm(tensor2d([[1, 2], [5, 5]]), ones([2]), zeros([2]), 1e-5).print()
 * ```
 */
export function layerNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): Tensor {
  checkRank('layerNorm', 'x', x, 1)
  const channels = x.shape.at(-1) as number
  checkShape('layerNorm', 'gamma', gamma, [channels])
  checkShape('layerNorm', 'beta', beta, [channels])
  const [output, ...statistics] = runKernel('ClasLayerNorm', { x, gamma, beta }, { epsilon })
  dispose(statistics) // the gradient keeps its own
  return output as Tensor
}
