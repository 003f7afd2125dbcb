import type { Tensor } from '@tensorflow/tfjs-core'
import { poolShape } from '../contract.ts'
import { checkShape } from './check.ts'
import { runOne } from './run-kernel.ts'
import { checkFit, type PoolOptions, toPoolAttributes } from './windows.ts'

/**
 * The largest value of each window, channel by channel. The gradient goes to the first largest, row by row.
 *
 * @param x - [batch, height, width, channels]
 * @returns [batch, outHeight, outWidth, channels] with outHeight = floor((height + top + bottom - size) / stride) + 1
 * @throws `shape-mismatch` or `bad-option` when shapes and options don't fit, `backend-not-ready`
 * @example
 * ```ts
 * import { maxPool2d, useBackend } from '@clas/kernels'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(maxPool2d(ones([1, 8, 8, 3]), { size: 3, strides: 2, pads: 1 }).shape) // [1, 4, 4, 3]
 * ```
 */
export function maxPool2d(x: Tensor, options: PoolOptions): Tensor {
  const attributes = toPoolAttributes('maxPool2d', options)
  checkShape('maxPool2d', 'x', x, [null, null, null, null])
  checkFit('maxPool2d', x.shape, poolShape(x.shape, attributes))
  return runOne('ClasMaxPool', { x }, attributes)
}
