import type { Tensor } from '@tensorflow/tfjs-core'
import { checkShape } from './check.ts'
import { runKernel } from './run-kernel.ts'

/**
 * The cross-entropy of targets and the softmax of logits, one loss per row: -sum(targets * log(softmax(logits))).
 * Differentiable with respect to both; targets need not sum to 1.
 *
 * @param logits - [rows, classes]
 * @param targets - [rows, classes]: one-hot, smoothed, mixed, or a teacher's probabilities
 * @returns [rows], in nats
 * @throws `shape-mismatch`, `backend-not-ready`
 * @example
 * ```ts
 * import { softmaxCrossEntropy, useBackend } from '@clas/kernels'
 * import { tensor2d } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * softmaxCrossEntropy(tensor2d([[0, 0]]), tensor2d([[1, 0]])).print() // log(2)
 * ```
 */
export function softmaxCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  checkShape('softmaxCrossEntropy', 'logits', logits, [null, null])
  checkShape('softmaxCrossEntropy', 'targets', targets, logits.shape)
  const [losses, probabilities] = runKernel('ClasSoftmaxCrossEntropy', { logits, targets })
  probabilities?.dispose() // the gradient keeps its own
  return losses as Tensor
}
