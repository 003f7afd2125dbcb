import {
  type ArgMaxAttrs,
  type CumsumAttrs,
  type DataType,
  type SumAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import type { AnyKernel, Kernel } from './scope.ts'

/** Max calls its axes otherwise. */
interface ReduceAttributes extends SumAttrs {
  readonly reductionIndices?: number | number[]
}

/** The largest or smallest of booleans is one. */
const extreme =
  (operation: string): Kernel<'x', ReduceAttributes> =>
  (scope, inputs, attributes) =>
    scope.cast(reduce(operation, { bool: 'int32' })(scope, inputs, attributes) as TensorInfo, inputs.x.dtype)

/** Over axes. Some types are cast first: TensorFlow would divide means of integers without their fractions. */
const reduce =
  (operation: string, casts: Readonly<Partial<Record<DataType, DataType>>> = {}): Kernel<'x', ReduceAttributes> =>
  (scope, { x }, { axis, reductionIndices, keepDims }) => {
    // No axis at all means every axis.
    const axes = util.parseAxisParam(axis ?? reductionIndices ?? (null as unknown as number[]), x.shape)
    const input = scope.cast(x, casts[x.dtype] ?? x.dtype)
    return scope.op(operation, [input, scope.ints(axes)], { keep_dims: keepDims ?? false })
  }

const indexOf =
  (operation: string): Kernel<'x', ArgMaxAttrs> =>
  (scope, { x }, { axis }) => {
    const [along = 0] = util.parseAxisParam(axis, x.shape)
    const input = x.dtype === 'bool' ? scope.cast(x, 'int32') : x
    return scope.op(operation, [input, scope.int(along)], { output_type: { type: 3 } })
  }

const cumulate =
  (operation: string): Kernel<'x', CumsumAttrs> =>
  (scope, { x }, { axis, exclusive, reverse }) => {
    const input = x.dtype === 'bool' ? scope.cast(x, 'int32') : x
    return scope.op(operation, [input, scope.int(axis)], { exclusive: exclusive ?? false, reverse: reverse ?? false })
  }

export const REDUCTIONS: Readonly<Record<string, AnyKernel>> = {
  Sum: reduce('Sum', { bool: 'int32' }),
  Mean: reduce('Mean', { bool: 'float32', int32: 'float32' }),
  Prod: reduce('Prod', { bool: 'int32' }),
  Max: extreme('Max'),
  Min: extreme('Min'),
  All: reduce('All'),
  Any: reduce('Any'),
  ArgMax: indexOf('ArgMax'),
  ArgMin: indexOf('ArgMin'),
  Cumsum: cumulate('Cumsum'),
  Cumprod: cumulate('Cumprod'),
}
