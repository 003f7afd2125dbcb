import type { Tensor } from '@tensorflow/tfjs-core'
import { checkRank } from './check.ts'
import { runOne } from './run-kernel.ts'

/**
 * exp(x) / sum(exp(x)) over the last axis, computed without overflow.
 *
 * @param x - [..., classes]
 * @returns as x; each row sums to 1
 * @throws `shape-mismatch`, `backend-not-ready`
 * @example
 * ```ts
 * import { softmax, useBackend } from '@clas/kernels'
 * import { tensor2d } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * softmax(tensor2d([[0, 0], [1000, 0]])).print() // 0.5, 0.5 and 1, 0
 * ```
 */
export function softmax(x: Tensor): Tensor {
  checkRank('softmax', 'x', x, 1)
  return runOne('ClasSoftmax', { x })
}
