import { attend, indexBuffer, linear, type Module, module, parameter, truncatedNormal } from '@clas/nn'
import { add, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { mergeHeads, splitQkv } from './heads.ts'
import { relativePositionBias, relativePositionCount, relativePositionIndex } from './relative-position.ts'
import { bothSides, type Sides, shiftMask, withinWindows } from './windows.ts'

export interface WindowAttentionOptions {
  readonly heads: number
  /** Places along each side of a window. */
  readonly window: number
  /** Places by which windows are moved; default 0. */
  readonly shift?: number
  /** Whether windows are moved along sides of the grid that one window covers as well; default true. */
  readonly shiftCovering?: boolean
}

/**
 * Self-attention within windows of a grid [batch, rows, columns, dim], with a learned bias for each relative position
 * (Liu et al. 2021, arXiv 2103.14030). Keys: `relative_position_bias_table`, `relative_position_index`, `qkv`, `proj`.
 */
export function windowAttention(dim: number, options: WindowAttentionOptions): Module {
  const { heads, window, shift = 0, shiftCovering = true } = options
  const initializer = truncatedNormal(0.02)
  const sides: Sides = [window, window]
  const index = relativePositionIndex(sides)
  return module(
    {
      relative_position_bias_table: parameter([relativePositionCount(sides), heads], initializer),
      relative_position_index: indexBuffer([window ** 2, window ** 2], index),
      qkv: linear(dim, 3 * dim, { initializer }),
      proj: linear(dim, dim, { initializer }),
    },
    ({ relative_position_bias_table, qkv, proj }, x) => {
      const [, rows = 1, columns = 1] = x.shape
      const along = (length: number): number => (shiftCovering || length > window ? shift : 0)
      const shifts: Sides = [along(rows), along(columns)]
      const bias = windowBias(relativePositionBias(relative_position_bias_table, index), x, sides, shifts)
      const attended = withinWindows(
        x,
        sides,
        (tokens) => {
          const [q, k, v] = splitQkv(qkv(tokens), heads)
          return attendWithinWindows(q, k, v, bias)
        },
        shifts,
      )
      return proj(attended)
    },
    'windowAttention',
  )
}

/**
 * Adds the mask of shifted windows to the bias of relative positions.
 *
 * @param bias - [1, heads, places, places]
 * @param x - the grid [batch, rows, columns, channels]
 * @returns for the heads of all windows of a picture [1, windows * heads, places, places]; of one where they are alike
 */
export function windowBias(bias: Tensor, x: Tensor, window: Sides, shift: number | Sides): Tensor {
  if (bothSides(shift).every((side) => side === 0)) return bias
  const [, rows = 1, columns = 1] = x.shape
  const [, heads = 1, places = 1] = bias.shape
  const mask = shiftMask([rows, columns], window, shift)
  const [windows = 1] = mask.shape
  const both = add(reshape(mask, [windows, 1, places, places]), bias)
  return reshape(both, [1, windows * heads, places, places])
}

/**
 * Attention of tokens [batch * windows, heads, places, channels] with the bias of {@link windowBias}.
 *
 * @param scale - of the scores before the bias; default one by the root of the channels
 * @returns [batch * windows, places, heads * channels]
 */
export function attendWithinWindows(q: Tensor, k: Tensor, v: Tensor, bias: Tensor, scale?: number): Tensor {
  const [count = 1, heads = 1, places = 1, channels = 1] = q.shape
  const grouped = bias.shape[1] as number
  const perPicture = (x: Tensor): Tensor => reshape(x, [(count * heads) / grouped, grouped, places, channels])
  const options = scale === undefined ? { bias } : { bias, scale }
  const attended = attend(perPicture(q), perPicture(k), perPicture(v), options)
  return mergeHeads(reshape(attended, q.shape))
}
