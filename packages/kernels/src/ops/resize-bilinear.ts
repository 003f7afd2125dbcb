import type { Tensor } from '@tensorflow/tfjs-core'
import type { ResizeAttributes } from '../contract.ts'
import { checkShape, mismatch, show } from './check.ts'
import { runOne } from './run-kernel.ts'
import { type PairOption, toPair } from './windows.ts'

/** What a picture is resized to. */
export interface ResizeOptions {
  /** Pixels of the output, at least 1: [height, width], or one number for both. */
  readonly size: PairOption
  /** Whether the centres of the corner pixels stay where they are, else the edges of the picture. Default: false. */
  readonly alignCorners?: boolean
}

/**
 * Resizes pictures, each pixel from the four around its place in the input. Shrinking skips pixels: nothing is averaged
 * beyond those four. The places are those of PyTorch's `interpolate`, TensorFlow 2, and PaddlePaddle with `align_mode` 0.
 *
 * @param x - [batch, height, width, channels]
 * @returns [batch, size[0], size[1], channels]
 * @throws `shape-mismatch` or `bad-option` when shapes and options don't fit, `backend-not-ready`
 * @example
 * ```ts
 * import { resizeBilinear, useBackend } from '@clas/kernels'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(resizeBilinear(ones([1, 8, 8, 3]), { size: [12, 16] }).shape) // [1, 12, 16, 3]
 * ```
 */
export function resizeBilinear(x: Tensor, { size, alignCorners = false }: ResizeOptions): Tensor {
  const attributes: ResizeAttributes = { size: toPair('resizeBilinear', 'size', size), alignCorners }
  checkShape('resizeBilinear', 'x', x, [null, null, null, null])
  if (x.shape[1] === 0 || x.shape[2] === 0) {
    mismatch('resizeBilinear', 'x', 'a picture of at least one pixel', show(x.shape))
  }
  return runOne('ClasResizeBilinear', { x }, attributes)
}
