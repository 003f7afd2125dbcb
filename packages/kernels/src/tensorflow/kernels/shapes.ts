import {
  type BatchToSpaceNDAttrs,
  backend_util,
  type CastAttrs,
  type ConcatAttrs,
  type DepthToSpaceAttrs,
  type ExpandDimsAttrs,
  type MirrorPadAttrs,
  type PackAttrs,
  type PadV2Attrs,
  type ReshapeAttrs,
  type ReverseAttrs,
  type SliceAttrs,
  type SplitVAttrs,
  type StridedSliceAttrs,
  slice_util,
  type TensorInfo,
  type TileAttrs,
  type TransposeAttrs,
  type UnpackAttrs,
  util,
} from '@tensorflow/tfjs-core'
import { type AnyKernel, type Kernel, type Scope, sizeOf } from './scope.ts'

/** A tensor with another shape; texts are in JavaScript, where a shape is all there is to change. */
function reshaped(scope: Scope, x: TensorInfo, shape: readonly number[]): TensorInfo {
  return x.dtype === 'string' ? scope.share(x, shape) : scope.reshape(x, shape)
}

const reshape: Kernel<'x', ReshapeAttrs> = (scope, { x }, { shape }) =>
  reshaped(scope, x, util.inferFromImplicitShape(shape, sizeOf(x.shape)))

const expandDims: Kernel<'input', ExpandDimsAttrs> = (scope, { input }, { dim }) => {
  const shape = [...input.shape]
  shape.splice(dim < 0 ? shape.length + 1 + dim : dim, 0, 1)
  return reshaped(scope, input, shape)
}

const cast: Kernel<'x', CastAttrs> = (scope, { x }, { dtype }) => scope.cast(x, dtype)

const transpose: Kernel<'x', TransposeAttrs> = (scope, { x }, { perm }) => scope.op('Transpose', [x, scope.ints(perm)])

const reverse: Kernel<'x', ReverseAttrs> = (scope, { x }, { dims }) => {
  const axes = util.parseAxisParam(dims, x.shape)
  return x.shape.length === 0 ? x : scope.op('ReverseV2', [x, scope.ints(axes)])
}

const flipLeftRight: Kernel<'image'> = (scope, { image }) => scope.op('ReverseV2', [image, scope.ints([2])])

const slice: Kernel<'x', SliceAttrs> = (scope, { x }, { begin, size }) => {
  const [from, count] = slice_util.parseSliceParams(x as never, begin, size) as [number[], number[]]
  return scope.op('Slice', [x, scope.ints(from), scope.ints(count)])
}

const stridedSlice: Kernel<'x', StridedSliceAttrs> = (scope, { x }, attributes) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes
  return scope.op('StridedSlice', [x, scope.ints(begin), scope.ints(end), scope.ints(strides)], {
    begin_mask: { int: beginMask },
    end_mask: { int: endMask },
    ellipsis_mask: { int: ellipsisMask },
    new_axis_mask: { int: newAxisMask },
    shrink_axis_mask: { int: shrinkAxisMask },
  })
}

const concat = (scope: Scope, inputs: Readonly<Record<string, TensorInfo>>, { axis }: ConcatAttrs): TensorInfo => {
  const parts = Object.values(inputs)
  const [first] = parts
  if (parts.length === 1 && first) return first
  const [along = 0] = util.parseAxisParam(axis, first?.shape ?? [])
  return concatenate(scope, parts, along)
}

/** The parts one after another along an axis. */
export function concatenate(scope: Scope, parts: readonly TensorInfo[], axis: number): TensorInfo {
  return scope.op('ConcatV2', [...parts, scope.int(axis)], { N: { int: parts.length } })
}

const splitV: Kernel<'x', SplitVAttrs> = (scope, { x }, { numOrSizeSplits, axis }) => {
  const [along = 0] = util.parseAxisParam(axis, x.shape)
  return split(scope, x, backend_util.prepareSplitSize(x as never, numOrSizeSplits, along), along)
}

/** Parts of those sizes along an axis. */
export function split(scope: Scope, x: TensorInfo, sizes: readonly number[], axis: number): TensorInfo[] {
  const count = sizes.length
  return scope.run('SplitV', [x, scope.ints(sizes), scope.int(axis)], { num_split: { int: count } }, count)
}

const pack = (scope: Scope, inputs: Readonly<Record<string, TensorInfo>>, { axis }: PackAttrs): TensorInfo => {
  const parts = Object.values(inputs)
  return scope.op('Pack', parts, { axis: { int: axis }, N: { int: parts.length } })
}

const unpack: Kernel<'value', UnpackAttrs> = (scope, { value }, { axis }) => {
  const [along = 0] = util.parseAxisParam(axis, value.shape)
  const count = value.shape[along] ?? 0
  return scope.run('Unpack', [value], { axis: { int: along }, num: { int: count } }, count)
}

const padV2: Kernel<'x', PadV2Attrs> = (scope, { x }, { paddings, constantValue }) => {
  const pairs = scope.ints(paddings.flat(), [paddings.length, 2])
  if (x.dtype === 'bool') {
    const padded = scope.op('PadV2', [scope.cast(x, 'int32'), pairs, scope.int(Number(constantValue))])
    return scope.cast(padded, 'bool')
  }
  return constantValue === 0
    ? scope.op('Pad', [x, pairs])
    : scope.op('PadV2', [x, pairs, scope.numberLike(x, constantValue)])
}

const mirrorPad: Kernel<'x', MirrorPadAttrs> = (scope, { x }, { paddings, mode }) =>
  scope.op('MirrorPad', [x, scope.ints(paddings.flat(), [paddings.length, 2])], { mode: mode.toUpperCase() })

const tile: Kernel<'x', TileAttrs> = (scope, { x }, { reps }) => scope.op('Tile', [x, scope.ints(reps)])

const depthToSpace: Kernel<'x', DepthToSpaceAttrs> = (scope, { x }, { blockSize, dataFormat }) =>
  scope.op('DepthToSpace', [x], { block_size: { int: blockSize }, data_format: dataFormat })

const spaceToBatch: Kernel<'x', { blockShape: number[]; paddings: number[][] }> = (
  scope,
  { x },
  { blockShape, paddings },
) => scope.op('SpaceToBatchND', [x, scope.ints(blockShape), scope.ints(paddings.flat(), [paddings.length, 2])])

const batchToSpace: Kernel<'x', BatchToSpaceNDAttrs> = (scope, { x }, { blockShape, crops }) =>
  scope.op('BatchToSpaceND', [x, scope.ints(blockShape), scope.ints(crops.flat(), [crops.length, 2])])

export const SHAPES: Readonly<Record<string, AnyKernel>> = {
  Identity: ((scope, { x }) => scope.share(x)) as Kernel<'x'>,
  Reshape: reshape,
  ExpandDims: expandDims,
  Cast: cast,
  Transpose: transpose,
  Reverse: reverse,
  FlipLeftRight: flipLeftRight,
  Slice: slice,
  StridedSlice: stridedSlice,
  Concat: concat,
  SplitV: splitV,
  Pack: pack,
  Unpack: unpack,
  PadV2: padV2,
  MirrorPad: mirrorPad,
  Tile: tile,
  DepthToSpace: depthToSpace,
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
}
