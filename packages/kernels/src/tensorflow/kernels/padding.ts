import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Pads, Pair, Shape } from '../../contract.ts'
import type { Attributes } from '../runtime.ts'
import { type Scope, sizeOf } from './scope.ts'

/** How windows move over a picture. */
export interface Windows {
  /** [height, width] in taps. */
  readonly size: Pair
  readonly strides: Pair
  readonly pads: Pads
  readonly dilations?: Pair
}

/** What TensorFlow calls a padding: a rule, or zeros that are put around the picture. */
export type Padding = 'VALID' | 'SAME' | { readonly before: Pair; readonly after: Pair }

/**
 * The padding of windows over pictures [batch, height, width, channels] that gives `y`. Zeros that no window reaches are
 * left out, so that TensorFlow's two rules, which are fast in every operation, are found where they do the same.
 */
export function paddingOf(x: Shape, y: Shape, windows: Windows): Padding {
  const sides = [0, 1].map((axis) => side(axis, x, y, windows)) as [Side, Side]
  if (sides.every(({ before, after }) => before === 0 && after === 0)) return 'VALID'
  if (sides.every(({ same }) => same)) return 'SAME'
  const [down, across] = sides
  return { before: [down.before, across.before], after: [down.after, across.after] }
}

interface Side {
  readonly before: number
  readonly after: number
  /** TensorFlow's rule SAME gives the same here. */
  readonly same: boolean
}

function side(axis: number, x: Shape, y: Shape, { size, strides, pads, dilations = [1, 1] }: Windows): Side {
  const [length, count] = [x[axis + 1] as number, y[axis + 1] as number]
  const stride = strides[axis] as number
  const reach = ((size[axis] as number) - 1) * (dilations[axis] as number) + 1
  const before = pads[2 * axis] as number
  const after = Math.max(0, (count - 1) * stride + reach - length - before)
  const total = Math.max(0, (count - 1) * stride + reach - length)
  return { before, after, same: count === Math.ceil(length / stride) && before === Math.floor(total / 2) }
}

/** As attributes of an operation that knows all three kinds. */
export function paddingAttributes(padding: Padding): Attributes {
  if (typeof padding === 'string') return { padding }
  const { before, after } = padding
  const pads = [0, 0, before[0], after[0], before[1], after[1], 0, 0]
  return { padding: 'EXPLICIT', explicit_paddings: { ints: pads } }
}

/** The picture with zeros around it, for operations that know the two rules only; and the rule that is left. */
export function padded(scope: Scope, x: TensorInfo, padding: Padding): { x: TensorInfo; padding: 'VALID' | 'SAME' } {
  if (typeof padding === 'string') return { x, padding }
  const { before, after } = padding
  const pairs = scope.ints([0, 0, before[0], after[0], before[1], after[1], 0, 0], [4, 2])
  return { x: scope.op('Pad', [x, pairs]), padding: 'VALID' }
}

/** The shape of {@link padded}. */
export function paddedShape(x: Shape, padding: Padding): Shape {
  if (typeof padding === 'string') return x
  const [batch = 0, height = 0, width = 0, channels = 0] = x
  const { before, after } = padding
  return [batch, height + before[0] + after[0], width + before[1] + after[1], channels]
}

/** The picture without what {@link padded} put around it. */
export function unpadded(scope: Scope, x: TensorInfo, padding: Padding, shape: Shape): TensorInfo {
  if (typeof padding === 'string') return x
  return scope.op('Slice', [x, scope.ints([0, ...padding.before, 0]), scope.ints(shape)])
}

export function isEmpty(shape: Shape): boolean {
  return sizeOf(shape) === 0
}
