import { ClasError } from '@clas/core'
import { softmaxCrossEntropy } from '@clas/kernels'
import { add, mean, mul, type Scalar, type Tensor } from '@tensorflow/tfjs-core'

/**
 * Cross-entropy of a softmax, averaged over the batch: -sum(target * logSoftmax(logits)), with
 * target = (1 - smoothing) * labels + smoothing / classes (Szegedy et al. 2016), as PaddlePaddle's label_smooth.
 *
 * @param logits - [batch, classes]
 * @param labels - [batch, classes]: one-hot, or soft where pictures were mixed
 * @param options - `smoothing` in [0, 1); default 0
 * @returns a scalar, in nats
 * @throws `shape-mismatch` when the two differ in shape
 * @example
 * ```ts
 * import { useBackend } from '@clas/kernels'
 * import { crossEntropy } from '@clas/nn'
 * import { tensor2d } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(crossEntropy(tensor2d([[2, 0]]), tensor2d([[1, 0]])).dataSync()[0]) // 0.1269
 * ```
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: { readonly smoothing?: number } = {}): Scalar {
  const { smoothing = 0 } = options
  const [batch, classes = 1] = logits.shape
  if (logits.rank !== 2 || labels.rank !== 2 || labels.shape[0] !== batch || labels.shape[1] !== classes) {
    throw new ClasError(
      'shape-mismatch',
      `crossEntropy needs logits and labels of one shape [batch, classes], found [${logits.shape}] and [${labels.shape}]`,
      { logits: logits.shape, labels: labels.shape },
    )
  }
  const target = smoothing > 0 ? add(mul(labels, 1 - smoothing), smoothing / classes) : labels
  return mean(softmaxCrossEntropy(logits, target)) as Scalar
}
