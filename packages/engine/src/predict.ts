import { ClasError, type Variables } from '@clas/core'
import { apply, type Module, softmax } from '@clas/nn'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'

/**
 * The probability of each class for each picture: softmax of the logits, in evaluation mode.
 *
 * @param module - maps images to logits
 * @param variables - of that module
 * @param images - [batch, height, width, channels], float32, normalised as in training
 * @returns [batch, classes], each row sums to 1; the caller's
 * @throws `state-dict-mismatch` when a variable is missing
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { predict, topK } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * import { flatten, init, linear, sequential } from '@clas/nn'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const net = sequential([flatten, linear(12, 3)])
 * const probabilities = predict(net, init(net, createRng(1)), ones([1, 2, 2, 3]))
 * console.log(await topK(probabilities, 2))
 * ```
 */
export function predict(module: Module, variables: Variables, images: Tensor): Tensor {
  return tidy(() => softmax(apply(module, variables, images).output))
}

/** A class and its score. */
export interface Ranked {
  /** The index of the class. */
  readonly label: number
  readonly score: number
}

/**
 * The k largest of each row, largest first; of equal ones the lower index first.
 *
 * @param scores - [batch, classes]: logits or probabilities
 * @param k - at least 1; all classes where it is larger than their number
 * @throws `shape-mismatch` when the scores are not two-dimensional, `bad-option` when k is not a whole number of at least 1
 * @example
 * ```ts
 * import { topK } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * import { tensor2d } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(await topK(tensor2d([[0.1, 0.7, 0.2]]), 2)) // labels 1 and 2
 * ```
 */
export async function topK(scores: Tensor, k: number): Promise<Ranked[][]> {
  const [rows = 0, classes = 0] = scores.shape
  if (scores.rank !== 2) {
    throw new ClasError('shape-mismatch', `topK needs scores of shape [batch, classes], found [${scores.shape}]`, {
      shape: scores.shape,
    })
  }
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new ClasError('bad-option', `k must be a whole number of at least 1, found ${k}`, { k })
  }
  const values = await scores.data()
  return Array.from({ length: rows }, (_, row) => largest(values.subarray(row * classes, (row + 1) * classes), k))
}

/** The k largest values, largest first; of equal ones the lower index first. */
export function largest(values: ArrayLike<number>, k: number): Ranked[] {
  const best: Ranked[] = []
  for (let label = 0; label < values.length; label++) {
    const score = values[label] as number
    if (best.length === k && !(score > (best[k - 1] as Ranked).score)) continue
    let at = best.length
    while (at > 0 && score > (best[at - 1] as Ranked).score) at--
    best.splice(at, 0, { label, score })
    if (best.length > k) best.pop()
  }
  return best
}
