import * as tf from '@tensorflow/tfjs-core'
import { bools, type Case, ints, steps } from './case-values.test-helper.ts'

/** Shapes, places and new tensors. */
export const ARRAY_CASES: readonly Case[] = [
  [
    'cast',
    () =>
      (['float32', 'int32', 'bool'] as const).flatMap((to) => [
        tf.cast(tf.tensor1d([-1.7, 0, 2.3]), to),
        tf.cast(bools([1, 0]), to),
      ]),
  ],
  [
    'reshape, expandDims',
    () => [tf.reshape(steps([2, 6]), [-1, 4]), tf.expandDims(steps([2, 3]), -1), tf.expandDims(steps([2, 3]), 0)],
  ],
  [
    'transpose, reverse',
    () => [tf.transpose(steps([2, 3, 4]), [2, 0, 1]), tf.reverse(steps([2, 3]), [1]), tf.reverse(tf.scalar(2))],
  ],
  ['slice', () => [tf.slice(steps([4, 5]), [1, 2], [2, -1]), tf.slice(steps([4, 5]), 1)]],
  [
    'stridedSlice',
    () => [
      tf.stridedSlice(steps([6, 5]), [4, 0], [0, 5], [-2, 2]),
      tf.stridedSlice(steps([6, 5]), [1, 0], [3, 2], [1, 1], 2, 0, 0, 0, 1),
    ],
  ],
  [
    'concat',
    () => [tf.concat([steps([2, 3]), steps([2, 1])], -1), tf.concat([ints([1]), ints([2])]), tf.concat([steps([2])])],
  ],
  ['split', () => [...tf.split(steps([6, 2]), 3), ...tf.split(steps([2, 6]), [1, 2, 3], -1)]],
  ['stack, unstack', () => [tf.stack([steps([2, 3]), steps([2, 3])], 1), ...tf.unstack(steps([2, 3]), 1)]],
  [
    'pad',
    () => [
      tf.pad(
        steps([2, 3]),
        [
          [1, 0],
          [0, 2],
        ],
        5,
      ),
      tf.pad(ints([1, 2]), [[1, 1]]),
      tf.pad(bools([1, 1]), [[1, 1]]),
    ],
  ],
  [
    'mirrorPad',
    () => [
      tf.mirrorPad(
        steps([3, 4]),
        [
          [1, 2],
          [2, 1],
        ],
        'reflect',
      ),
      tf.mirrorPad(
        steps([3, 4]),
        [
          [1, 2],
          [2, 1],
        ],
        'symmetric',
      ),
    ],
  ],
  ['tile', () => tf.tile(steps([2, 3]), [2, 3])],
  ['depthToSpace', () => tf.depthToSpace(steps([1, 2, 3, 8]) as tf.Tensor4D, 2, 'NHWC')],
  [
    'spaceToBatch, batchToSpace',
    () => [
      tf.spaceToBatchND(
        steps([1, 4, 5, 1]),
        [2, 2],
        [
          [0, 0],
          [1, 0],
        ],
      ),
      tf.batchToSpaceND(
        steps([4, 2, 2, 1]),
        [2, 2],
        [
          [0, 1],
          [0, 0],
        ],
      ),
    ],
  ],
  [
    'gather',
    () => [
      tf.gather(steps([4, 3]), ints([2, 0], [1, 2]), 0),
      tf.gather(steps([2, 3, 2]), ints([2, 0, 1, 1], [2, 2]), 1, 1),
    ],
  ],
  [
    'gatherND, scatterND',
    () => [
      tf.gatherND(steps([3, 4]), ints([2, 1, 0, 3], [2, 2])),
      tf.scatterND(ints([4, 3, 1, 4], [4, 1]), tf.tensor1d([9, 10, 11, 12]), [8]),
    ],
  ],
  [
    'tensorScatterUpdate, sparseToDense',
    () => [
      tf.tensorScatterUpdate(steps([6]), ints([1, 4], [2, 1]), tf.tensor1d([7, 8])),
      tf.sparseToDense(ints([4, 5, 1]), tf.tensor1d([1, 2, 3]), [8], 0.5),
    ],
  ],
  [
    'oneHot',
    () => [
      tf.oneHot(ints([2, 0]), 4),
      tf.oneHot(ints([2, 0, 1, 1], [2, 2]), 3, 5, -1, 'float32'),
      tf.oneHot(ints([1]), 2, 1, 0, 'bool'),
    ],
  ],
  ['topk', () => Object.values(tf.topk(steps([3, 7]), 3)) as tf.Tensor[]],
  ['unique', () => Object.values(tf.unique(tf.tensor1d([1, 1, 2, 4, 4, 1]))) as tf.Tensor[]],
  [
    'bincount',
    () => [
      tf.bincount(ints([1, 1, 3]) as tf.Tensor1D, tf.tensor1d([0.5, 1, 2]), 5),
      tf.denseBincount(ints([1, 1, 3, 0], [2, 2]) as tf.Tensor2D, tf.tensor2d([1, 2, 3, 4], [2, 2]), 4),
    ],
  ],
  ['unsortedSegmentSum', () => tf.unsortedSegmentSum(steps([4, 2]), ints([2, 0, 2, 1]) as tf.Tensor1D, 3)],
  [
    'searchSorted',
    () =>
      (['left', 'right'] as const).map((side) =>
        tf.searchSorted(tf.tensor2d([1, 3, 5], [1, 3]), tf.tensor2d([0, 3, 6], [1, 3]), side),
      ),
  ],
  [
    'fill, range, linspace',
    () => [
      tf.fill([2, 2], 3),
      tf.fill([2], 1, 'int32'),
      tf.fill([2], 1, 'bool' as 'int32'),
      tf.range(0, 5, 2),
      tf.range(5, 0),
      tf.range(3, 3),
      tf.range(0, 4, -1),
      tf.linspace(0, 1, 5),
    ],
  ],
  ['diag', () => tf.diag(steps([3]))],
  [
    'complex',
    () => [
      tf.real(tf.complex([1, 2], [3, 4])),
      tf.imag(tf.complex([1, 2], [3, 4])),
      tf.abs(tf.complex([3, 2], [4, 0])),
    ],
  ],
  [
    'fft, ifft',
    () => [
      tf.real(tf.fft(tf.complex(steps([2, 4]), steps([2, 4])))),
      tf.imag(tf.ifft(tf.complex(steps([2, 4]), steps([2, 4])))),
    ],
  ],
]
