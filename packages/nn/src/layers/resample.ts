import { matMul, type Pair, type PairOption } from '@clas/kernels'
import { broadcastTo, concat, reshape, slice, type Tensor, tensor, transpose } from '@tensorflow/tfjs-core'
import { pairOf } from './windows.ts'

/**
 * Repeats each pixel `factor` times along both sides: [batch, height, width, channels] to [batch, factor * height,
 * factor * width, channels].
 *
 * @param x - [batch, height, width, channels]
 * @param factor - a whole number of at least 1
 * @example
 * ```ts
 * import { useBackend } from '@clas/kernels'
 * import { upsampleNearest } from '@clas/nn'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(upsampleNearest(ones([1, 4, 4, 3]), 2).shape) // [1, 8, 8, 3]
 * ```
 */
export function upsampleNearest(x: Tensor, factor: number): Tensor {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape
  const repeat = (rows: Tensor): Tensor => (factor === 1 ? rows : concat(Array(factor).fill(rows) as Tensor[], 1))
  const wide = repeat(reshape(x, [batch * height * width, 1, channels]))
  const tall = repeat(reshape(wide, [batch * height, 1, factor * width * channels]))
  return reshape(tall, [batch, height * factor, width * factor, channels])
}

/**
 * Resizes a grid of features with cubic interpolation, as position embeddings are made to fit another picture size:
 * Keys' kernel with a = -0.75 and half-pixel centres, which is PyTorch's `interpolate(mode='bicubic')`. Differentiable.
 *
 * @param x - [batch, height, width, channels]
 * @param size - of the result, [height, width] or one number for both
 * @example
 * ```ts
 * import { useBackend } from '@clas/kernels'
 * import { resizeBicubic } from '@clas/nn'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(resizeBicubic(ones([1, 14, 14, 8]), 24).shape) // [1, 24, 24, 8]
 * ```
 */
export function resizeBicubic(x: Tensor, size: PairOption): Tensor {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape
  const [rows, columns] = pairOf(size)
  if (rows === height && columns === width) return x.clone()
  const tall = matMul(cubic(batch, height, rows), reshape(x, [batch, height, width * channels]))
  const across = transpose(reshape(tall, [batch, rows, width, channels]), [0, 2, 1, 3])
  const wide = matMul(cubic(batch, width, columns), reshape(across, [batch, width, rows * channels]))
  return transpose(reshape(wide, [batch, columns, rows, channels]), [0, 2, 1, 3])
}

/** The weights of {@link cubicWeights} for each picture: [batch, to, from]. */
function cubic(batch: number, from: number, to: number): Tensor {
  return broadcastTo(tensor(cubicWeights(from, to), [1, to, from]), [batch, to, from])
}

/**
 * What each of `from` places on a line gives to each of `to` places by cubic interpolation: Keys' kernel with a = -0.75 and
 * half-pixel centres. Places beyond the ends count as the last ones.
 *
 * @param from - places that there are, at least 1
 * @param to - places that are wanted, at least 1
 * @returns weights [to, from] in C order; each row sums to 1
 * @example
 * ```ts
 * import { cubicWeights } from '@clas/nn'
 * console.log(cubicWeights(4, 8).length) // 32
 * ```
 */
export function cubicWeights(from: number, to: number): Float32Array {
  const weights = new Float32Array(to * from)
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to - 0.5
    const first = Math.floor(centre) - 1
    for (let tap = first; tap < first + 4; tap++) {
      const at = i * from + Math.min(Math.max(tap, 0), from - 1)
      weights[at] = (weights[at] as number) + keys(Math.abs(centre - tap))
    }
  }
  return weights
}

/** Keys' cubic kernel with a = -0.75 at a distance of 0 to 2. */
function keys(distance: number): number {
  const a = -0.75
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance ** 2 + 1
  return a * (distance ** 3 - 5 * distance ** 2 + 8 * distance - 4)
}

/**
 * Resizes position embeddings of a grid of tokens to another grid by {@link resizeBicubic}; tokens before the grid
 * (class, distillation) stay as they are.
 *
 * @param embeddings - [1, extra + from[0] * from[1], channels]
 * @param from - rows and columns of the grid they were made for
 * @param to - rows and columns of the grid that they are wanted for
 * @returns [1, extra + to[0] * to[1], channels]
 */
export function resizePositions(embeddings: Tensor, from: Pair, to: Pair): Tensor {
  if (from[0] === to[0] && from[1] === to[1]) return embeddings
  const [, tokens = 0, channels = 0] = embeddings.shape
  const extra = tokens - from[0] * from[1]
  const grid = reshape(slice(embeddings, [0, extra, 0], [1, from[0] * from[1], channels]), [1, ...from, channels])
  const resized = reshape(resizeBicubic(grid, to), [1, to[0] * to[1], channels])
  return extra === 0 ? resized : concat([slice(embeddings, [0, 0, 0], [1, extra, channels]), resized], 1)
}
