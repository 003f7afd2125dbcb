import {
  type BincountAttrs,
  type DenseBincountAttrs,
  type GatherV2Attrs,
  type OneHotAttrs,
  type ScatterNdAttrs,
  type SearchSortedAttrs,
  type SparseToDenseAttrs,
  type TopKAttrs,
  type UniqueAttrs,
  type UnsortedSegmentSumAttrs,
  util,
} from '@tensorflow/tfjs-core'
import type { AnyKernel, Kernel } from './scope.ts'

const gather: Kernel<'x' | 'indices', GatherV2Attrs> = (scope, { x, indices }, { axis, batchDims }) => {
  const [along = 0] = util.parseAxisParam(axis, x.shape)
  return scope.op('GatherV2', [x, scope.cast(indices, 'int32'), scope.int(along)], { batch_dims: { int: batchDims } })
}

const gatherNd: Kernel<'params' | 'indices'> = (scope, { params, indices }) => scope.op('GatherNd', [params, indices])

const scatterNd: Kernel<'indices' | 'updates', ScatterNdAttrs> = (scope, { indices, updates }, { shape }) =>
  scope.op('ScatterNd', [indices, updates, scope.ints(shape)])

const tensorScatterUpdate: Kernel<'tensor' | 'indices' | 'updates'> = (scope, { tensor, indices, updates }) =>
  scope.op('TensorScatterUpdate', [tensor, indices, updates])

const sparseToDense: Kernel<'sparseIndices' | 'sparseValues' | 'defaultValue', SparseToDenseAttrs> = (
  scope,
  { sparseIndices, sparseValues, defaultValue },
  { outputShape },
) =>
  scope.op('SparseToDense', [sparseIndices, scope.ints(outputShape), sparseValues, defaultValue], {
    validate_indices: false,
  })

const oneHot: Kernel<'indices', OneHotAttrs> = (scope, { indices }, { depth, onValue, offValue, dtype }) => {
  const float = dtype !== 'int32'
  const value = (v: number) => (float ? scope.float(v) : scope.int(v))
  const hot = scope.op('OneHot', [indices, scope.int(depth), value(onValue), value(offValue)])
  return scope.cast(hot, dtype)
}

const topK: Kernel<'x', TopKAttrs> = (scope, { x }, { k, sorted }) =>
  scope.run('TopKV2', [x, scope.int(k)], { sorted }, 2)

const unique: Kernel<'x', UniqueAttrs> = (scope, { x }, { axis }) => {
  const [along = 0] = util.parseAxisParam(axis, x.shape)
  return scope.run('UniqueV2', [x, scope.ints([along])], {}, 2)
}

const bincount: Kernel<'x' | 'weights', BincountAttrs> = (scope, { x, weights }, { size }) =>
  scope.op('Bincount', [x, scope.int(size), weights])

const denseBincount: Kernel<'x' | 'weights', DenseBincountAttrs> = (scope, { x, weights }, { size, binaryOutput }) =>
  scope.op('DenseBincount', [x, scope.int(size), weights], { binary_output: binaryOutput ?? false })

const unsortedSegmentSum: Kernel<'x' | 'segmentIds', UnsortedSegmentSumAttrs> = (
  scope,
  { x, segmentIds },
  { numSegments },
) => scope.op('UnsortedSegmentSum', [x, segmentIds, scope.int(numSegments)])

const searchSorted: Kernel<'sortedSequence' | 'values', SearchSortedAttrs> = (
  scope,
  { sortedSequence, values },
  { side },
) => scope.op(side === 'left' ? 'LowerBound' : 'UpperBound', [sortedSequence, values])

const sparseSegment =
  (operation: string): Kernel<'data' | 'indices' | 'segmentIds'> =>
  (scope, { data, indices, segmentIds }) =>
    scope.op(operation, [data, indices, segmentIds])

export const INDEXING: Readonly<Record<string, AnyKernel>> = {
  GatherV2: gather,
  GatherNd: gatherNd,
  ScatterNd: scatterNd,
  TensorScatterUpdate: tensorScatterUpdate,
  SparseToDense: sparseToDense,
  OneHot: oneHot,
  TopK: topK,
  Unique: unique,
  Bincount: bincount,
  DenseBincount: denseBincount,
  UnsortedSegmentSum: unsortedSegmentSum,
  SearchSorted: searchSorted,
  SparseSegmentMean: sparseSegment('SparseSegmentMean'),
  SparseSegmentSum: sparseSegment('SparseSegmentSum'),
}
