import { type Conv2dOptions, conv2d, type Module } from '@clas/nn'
import { slice, type Tensor } from '@tensorflow/tfjs-core'

/**
 * Convolution of stride 1 or 2, padded as TensorFlow's `same`. Keys: `weight`, `bias`.
 *
 * At stride 2 an even side needs one cell more after it than before it. PaddleClas pads both alike, by a whole stride
 * more, and drops the first row: its cost, which is counted, is a little higher.
 */
export function sameConv(
  inChannels: number,
  outChannels: number,
  kernel: number,
  options: Omit<Conv2dOptions, 'padding' | 'stride'> & { readonly stride?: 1 | 2 },
): Module {
  const padded = (...padding: [number, number]): Module =>
    conv2d(inChannels, outChannels, kernel, { ...options, padding })
  const half = (kernel - 1) / 2
  if (options.stride !== 2) return padded(half, half)
  return {
    ...padded(half, half),
    forward: (parts, x, context) => {
      const [, height = 1, width = 1] = x.shape
      const [rows, columns] = [1 - (height % 2), 1 - (width % 2)]
      return without(padded(half + rows, half + columns).forward(parts, x, context), rows, columns)
    },
  }
}

/** Drops the first rows and columns. */
function without(x: Tensor, rows: number, columns: number): Tensor {
  if (rows + columns === 0) return x
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape
  return slice(x, [0, rows, columns, 0], [batch, height - rows, width - columns, channels])
}
