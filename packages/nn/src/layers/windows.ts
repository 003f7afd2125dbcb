import type { PadOption, Pads, Pair, PairOption } from '@clas/kernels'
import type { Tensor } from '@tensorflow/tfjs-core'

/** How a window moves over a picture. */
export interface WindowOptions {
  readonly size: PairOption
  readonly stride: PairOption
  readonly padding: PadOption | 'same'
  readonly dilation?: PairOption
  /** Whether a last window may reach beyond the padded picture; default false. */
  readonly ceil?: boolean
}

/** One number for both directions, or the two. */
export const pairOf = (option: PairOption): Pair => (typeof option === 'number' ? [option, option] : option)

/** The cells to add on each side of a picture [batch, height, width, channels], for windows that move as `options` say. */
export function padsOf(x: Tensor, { size, stride, padding, dilation = 1, ceil = false }: WindowOptions): Pads {
  if (padding !== 'same' && !ceil) return fourOf(padding)
  const [, height = 1, width = 1] = x.shape
  const sizes = pairOf(size)
  const strides = pairOf(stride)
  const dilations = pairOf(dilation)
  const given = padding === 'same' ? undefined : fourOf(padding)
  const side = (axis: 0 | 1, length: number): Pair => {
    const step = strides[axis]
    const reach = (sizes[axis] - 1) * dilations[axis] + 1
    if (!given) {
      const total = Math.max((Math.ceil(length / step) - 1) * step + reach - length, 0)
      return [Math.floor(total / 2), Math.ceil(total / 2)]
    }
    const [before, after] = [given[2 * axis] as number, given[2 * axis + 1] as number]
    const rest = length + before + after - reach
    return [before, after + Math.ceil(rest / step) * step - rest]
  }
  return [...side(0, height), ...side(1, width)]
}

function fourOf(padding: PadOption): Pads {
  if (typeof padding === 'number') return [padding, padding, padding, padding]
  return padding.length === 4 ? padding : [padding[0], padding[0], padding[1], padding[1]]
}
