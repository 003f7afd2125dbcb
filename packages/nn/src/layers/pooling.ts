import { avgPool2d, maxPool2d, type PadOption, type PairOption } from '@clas/kernels'
import { concat, max, mean, pad, reshape, slice, type Tensor } from '@tensorflow/tfjs-core'
import { padsOf, pairOf } from './windows.ts'

/** How a window moves over the picture. */
export interface PoolOptions {
  /** Cells from window to window, at least 1, or [vertical, horizontal]; default: the size of the window. */
  readonly stride?: PairOption
  /**
   * Cells on each side that count neither for the largest nor for the mean, [vertical, horizontal] or [top, bottom,
   * left, right]; default 0. `same`: as few as give ceil(length / stride) windows, the odd one after.
   */
  readonly padding?: PadOption | 'same'
  /** Whether a last window may reach beyond the picture: height' is rounded up. Default false. */
  readonly ceil?: boolean
}

/** How a mean is taken. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether cells of the padding count as zeros in the mean; default false. */
  readonly countPadding?: boolean
}

/**
 * The largest value of each window: [batch, height, width, channels] to [batch, height', width', channels], with
 * height' = floor((height + 2 padding - size) / stride) + 1.
 *
 * @param x - [batch, height, width, channels], float32
 * @param size - of the window: one number, or [height, width]
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
export function maxPool(x: Tensor, size: PairOption, options: PoolOptions = {}): Tensor {
  return maxPool2d(x, geometry(x, size, options))
}

/**
 * The mean of each window, with shapes as in {@link maxPool}; padding does not count unless it is told to.
 *
 * @param x - [batch, height, width, channels], float32
 * @param size - of the window: one number, or [height, width]
 * @throws `shape-mismatch` or `bad-option` when the window does not fit
 */
export function avgPool(x: Tensor, size: PairOption, options: AvgPoolOptions = {}): Tensor {
  const { countPadding = false, stride = size, padding = 0 } = options
  if (!countPadding) return avgPool2d(x, geometry(x, size, options))
  const [top, bottom, left, right] = padsOf(x, { size, stride, padding })
  const zeros = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ] as [number, number][]
  return avgPool2d(pad(x, zeros), geometry(x, size, { ...options, padding: 0 }))
}

/**
 * The mean of each of `size` times `size` parts of the picture: [batch, height, width, channels] to [batch, size[0],
 * size[1], channels]. Part i of a side of length n has the cells floor(i n / size) to ceil((i + 1) n / size), as in
 * PyTorch and PaddlePaddle; parts overlap where `size` does not divide n.
 *
 * @param x - [batch, height, width, channels], float32
 * @param size - parts of each side, one number or [vertical, horizontal]
 * @example
 * ```ts
 * import { useBackend } from '@clas/kernels'
 * import { adaptiveAvgPool } from '@clas/nn'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(adaptiveAvgPool(ones([1, 10, 10, 4]), 7).shape) // [1, 7, 7, 4]
 * ```
 */
export function adaptiveAvgPool(x: Tensor, size: PairOption): Tensor {
  return adaptivePool(x, size, avgPool2d, mean)
}

/** The largest value of each of `size` times `size` parts of the picture, which are those of {@link adaptiveAvgPool}. */
export function adaptiveMaxPool(x: Tensor, size: PairOption): Tensor {
  return adaptivePool(x, size, maxPool2d, max)
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

function geometry(x: Tensor, size: PairOption, { stride = size, padding = 0, ceil = false }: PoolOptions) {
  return { size, strides: stride, pads: padsOf(x, { size, stride, padding, ceil }) } as const
}

function adaptivePool(
  x: Tensor,
  size: PairOption,
  pool: typeof avgPool2d,
  reduce: (x: Tensor, axis: number, keepDims: boolean) => Tensor,
): Tensor {
  const [, height = 1, width = 1] = x.shape
  const [rows, columns] = pairOf(size)
  if (height % rows === 0 && width % columns === 0) return pool(x, { size: [height / rows, width / columns] })
  return reduceParts(reduceParts(x, 1, rows, reduce), 2, columns, reduce)
}

/** One axis in `parts` parts, each reduced to one cell. */
function reduceParts(
  x: Tensor,
  axis: number,
  parts: number,
  reduce: (x: Tensor, axis: number, keepDims: boolean) => Tensor,
): Tensor {
  const length = x.shape[axis] as number
  const reduced = Array.from({ length: parts }, (_, i) => {
    const begin = Math.floor((i * length) / parts)
    const end = Math.ceil(((i + 1) * length) / parts)
    const part = slice(
      x,
      x.shape.map((_, at) => (at === axis ? begin : 0)),
      x.shape.map((size, at) => (at === axis ? end - begin : size)),
    )
    return reduce(part, axis, true)
  })
  return concat(reduced, axis)
}
