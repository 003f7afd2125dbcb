import type { Tensor } from '@tensorflow/tfjs-core'
import { poolShape } from '../contract.ts'
import { checkShape } from './check.ts'
import { runOne } from './run-kernel.ts'
import { checkFit, type PoolOptions, toPoolAttributes } from './windows.ts'

/**
 * The mean of each window, channel by channel, over the cells inside the picture: padding doesn't count.
 *
 * @param x - [batch, height, width, channels]
 * @returns [batch, outHeight, outWidth, channels] with outHeight = floor((height + top + bottom - size) / stride) + 1
 * @throws `shape-mismatch` or `bad-option` when shapes and options don't fit, `backend-not-ready`
 * @example
 * ```ts
 * import { avgPool2d, useBackend } from '@clas/kernels'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(avgPool2d(ones([1, 8, 8, 3]), { size: 3, strides: 2, pads: 1 }).shape) // [1, 4, 4, 3]
 * ```
 */
export function avgPool2d(x: Tensor, options: PoolOptions): Tensor {
  const attributes = toPoolAttributes('avgPool2d', options)
  checkShape('avgPool2d', 'x', x, [null, null, null, null])
  checkFit('avgPool2d', x.shape, poolShape(x.shape, attributes))
  return runOne('ClasAveragePool', { x }, attributes)
}
