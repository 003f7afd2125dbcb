import { avgPool2d, maxPool2d, type Pads } from '@clas/kernels'
import { reshape, type Tensor } from '@tensorflow/tfjs-core'

/** How a window moves over the picture. */
export interface PoolOptions {
  /** Cells from window to window, at least 1; default: the size of the window. */
  readonly stride?: number
  /** Cells on each side that count neither for the largest nor for the mean; default 0. `same`: as few as give ceil(length / stride) windows, the odd one after. */
  readonly padding?: number | 'same'
}

/**
 * The largest value of each square window: [batch, height, width, channels] to [batch, height', width', channels], with
 * height' = floor((height + 2 padding - size) / stride) + 1.
 *
 * @param x - [batch, height, width, channels], float32
 * @param size - height and width of the window
 * @throws `shape-mismatch` or `bad-option` when the window does not fit
 * @example
 * ```ts
 * import { useBackend } from '@clas/kernels'
 * import { maxPool } from '@clas/nn'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(maxPool(ones([1, 8, 8, 4]), 3, { stride: 2, padding: 1 }).shape) // [1, 4, 4, 4]
 * ```
 */
export function maxPool(x: Tensor, size: number, options: PoolOptions = {}): Tensor {
  return maxPool2d(x, geometry(x, size, options))
}

/**
 * The mean of each square window, with shapes as in {@link maxPool}; padding does not count.
 *
 * @param x - [batch, height, width, channels], float32
 * @param size - height and width of the window
 * @throws `shape-mismatch` or `bad-option` when the window does not fit
 */
export function avgPool(x: Tensor, size: number, options: PoolOptions = {}): Tensor {
  return avgPool2d(x, geometry(x, size, options))
}

/** The mean of each channel: [batch, height, width, channels] to [batch, 1, 1, channels]. */
export function globalAvgPool(x: Tensor): Tensor {
  const [, height = 1, width = 1] = x.shape
  return avgPool2d(x, { size: [height, width], strides: [height, width], pads: [0, 0, 0, 0] })
}

/** The largest value of each channel: [batch, height, width, channels] to [batch, 1, 1, channels]. */
export function globalMaxPool(x: Tensor): Tensor {
  const [, height = 1, width = 1] = x.shape
  return maxPool2d(x, { size: [height, width], strides: [height, width], pads: [0, 0, 0, 0] })
}

/** All axes but the first in one: [batch, …] to [batch, features]. */
export function flatten(x: Tensor): Tensor {
  const [batch = 1, ...rest] = x.shape
  return reshape(x, [batch, rest.reduce((product, length) => product * length, 1)])
}

function geometry(x: Tensor, size: number, { stride = size, padding = 0 }: PoolOptions) {
  const [, height = 1, width = 1] = x.shape
  const side = (length: number): readonly [number, number] => {
    if (padding !== 'same') return [padding, padding]
    const total = Math.max((Math.ceil(length / stride) - 1) * stride + size - length, 0)
    return [Math.floor(total / 2), Math.ceil(total / 2)]
  }
  const pads: Pads = [...side(height), ...side(width)]
  return { size: [size, size], strides: [stride, stride], pads } as const
}
