import * as tf from '@tensorflow/tfjs-core'
import { type Case, ints, picture, steps } from './case-values.test-helper.ts'

const filter = (): tf.Tensor4D => steps([3, 3, 3, 4], 0.02) as tf.Tensor4D
const boxes = (): tf.Tensor2D => tf.tensor2d([0, 0, 1, 1, 0, 0.05, 1, 1.05, 0, 2, 1, 3, 0, 2.1, 1, 3.1], [4, 4])
const scores = (): tf.Tensor1D => tf.tensor1d([0.9, 0.75, 0.6, 0.95])

/** Convolutions, pools, products and pictures. */
export const PICTURE_CASES: readonly Case[] = [
  [
    'batchNorm',
    () => [
      tf.batchNorm(
        picture(),
        tf.tensor1d([0.1, 0.2, 0.3]),
        tf.tensor1d([1, 2, 3]),
        tf.tensor1d([0, 1, 2]),
        tf.tensor1d([1, 2, 3]),
        0.01,
      ),
      tf.batchNorm(picture(), tf.tensor1d([0.1, 0.2, 0.3]), tf.tensor1d([1, 2, 3])),
    ],
  ],
  [
    'localResponseNormalization',
    () => [
      tf.localResponseNormalization(picture(), 2, 1, 0.5, 0.7),
      tf.grad((x) => tf.localResponseNormalization(x as tf.Tensor4D, 2, 1, 0.5, 0.7))(picture()),
    ],
  ],
  ['softmax, logSoftmax', () => [tf.softmax(steps([3, 5])), tf.logSoftmax(steps([3, 5]))]],
  [
    'matMul, dot',
    () => [
      tf.matMul(steps([2, 3]), steps([2, 3]), true),
      tf.matMul(steps([2, 2, 3]), steps([1, 3, 2])),
      tf.dot(steps([3]), steps([3])),
    ],
  ],
  ['einsum', () => tf.einsum('bij,jk->bik', steps([2, 3, 4]), steps([4, 2]))],
  ['conv2d, dilated', () => tf.conv2d(picture(), filter(), 1, 'same', 'NHWC', 2)],
  [
    'conv1d, conv2dTranspose',
    () => [
      tf.conv1d(steps([2, 7, 3]) as tf.Tensor3D, steps([3, 3, 2]) as tf.Tensor3D, 2, 'same'),
      tf.conv2dTranspose(steps([1, 3, 3, 4]) as tf.Tensor4D, filter(), [1, 6, 6, 3], 2, 'same'),
    ],
  ],
  [
    'depthwiseConv2d, dilated',
    () => tf.depthwiseConv2d(picture(), steps([3, 3, 3, 2], 0.02) as tf.Tensor4D, 1, 'same', 'NHWC', 2),
  ],
  [
    'separableConv2d',
    () =>
      tf.separableConv2d(
        picture(),
        steps([3, 3, 3, 2], 0.02) as tf.Tensor4D,
        steps([1, 1, 6, 4]) as tf.Tensor4D,
        2,
        'same',
      ),
  ],
  ...(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'prelu', 'leakyrelu'] as const).flatMap((activation): Case[] => {
    const more = (...values: number[]) => ({
      activation,
      leakyreluAlpha: 0.3,
      bias: tf.tensor1d(values),
      preluActivationWeights: tf.tensor1d(values),
    })
    return [
      [
        `fused conv2d, ${activation}`,
        () => tf.fused.conv2d({ x: picture(), filter: filter(), strides: 2, pad: 'same', ...more(0.1, 0.2, 0.3, 0.4) }),
      ],
      [
        `fused depthwiseConv2d, ${activation}`,
        () =>
          tf.fused.depthwiseConv2d({
            x: picture(),
            filter: steps([3, 3, 3, 1], 0.02) as tf.Tensor4D,
            strides: 1,
            pad: 'valid',
            ...more(0.1, 0.2, 0.3),
          }),
      ],
      [
        `fused matMul, ${activation}`,
        () => tf.fused.matMul({ a: steps([2, 3]), b: steps([3, 4]), ...more(0.1, 0.2, 0.3, 0.4) }),
      ],
    ]
  }),
  [
    'pools',
    () => [
      tf.maxPool(picture(), [2, 3], [1, 2], 'same'),
      tf.avgPool(picture(), 3, 2, 1),
      tf.maxPool(picture(), 3, 2, [
        [0, 0],
        [1, 0],
        [0, 1],
        [0, 0],
      ]),
    ],
  ],
  ['maxPoolWithArgmax', () => Object.values(tf.maxPoolWithArgmax(picture(), 2, 2, 'valid', false)) as tf.Tensor[]],
  [
    'conv3d and its gradients',
    () => {
      const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 2, 'same')
      return [
        f(steps([1, 4, 5, 4, 2], 0.01), steps([3, 3, 3, 2, 3], 0.01)),
        ...tf.grads(f as never)([steps([1, 4, 5, 4, 2], 0.01), steps([3, 3, 3, 2, 3], 0.01)]),
      ]
    },
  ],
  [
    'pools in three dimensions and their gradients',
    () => {
      const x = (): tf.Tensor5D => steps([1, 4, 5, 4, 2], 0.01) as tf.Tensor5D
      const pools = [tf.maxPool3d, tf.avgPool3d].map((pool) => (x: tf.Tensor) => pool(x as tf.Tensor5D, 2, 2, 'valid'))
      return pools.flatMap((f) => [f(x()), tf.grad(f)(x())])
    },
  ],
  [
    'dilation2d and its gradients',
    () => {
      const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.dilation2d(x as tf.Tensor4D, w as tf.Tensor3D, 1, 'valid')
      return [f(picture(), steps([2, 2, 3])), ...tf.grads(f as never)([picture(), steps([2, 2, 3])])]
    },
  ],
  ...[false, true].flatMap((corners) =>
    [false, true]
      .filter((half) => !(corners && half))
      .map(
        (half): Case => [
          `resize, corners ${corners}, half pixels ${half}`,
          () => [
            tf.image.resizeBilinear(picture(), [4, 11], corners, half),
            tf.image.resizeNearestNeighbor(picture(), [4, 11], corners, half),
          ],
        ],
      ),
  ),
  [
    'gradients of resize',
    () => [
      tf.grad((x) => tf.image.resizeBilinear(x as tf.Tensor4D, [4, 11], true))(steps([2, 7, 7, 3], 0.01)),
      tf.grad((x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [14, 14]))(steps([2, 7, 7, 3], 0.01)),
    ],
  ],
  [
    'flipLeftRight, cropAndResize',
    () => [
      tf.image.flipLeftRight(picture()),
      tf.image.cropAndResize(
        picture(),
        tf.tensor2d([0, 0, 0.5, 1, 0.1, 0.2, 1.2, 0.9], [2, 4]),
        ints([0, 1]) as tf.Tensor1D,
        [3, 4],
        'bilinear',
        0.5,
      ),
    ],
  ],
  [
    'transform',
    () =>
      (['nearest', 'bilinear'] as const).map((kind) =>
        tf.image.transform(
          steps([1, 7, 8, 3]) as tf.Tensor4D,
          tf.tensor2d([1, 0.2, -1, 0.1, 1, 0.5, 0, 0], [1, 8]),
          kind,
          'constant',
          0.25,
        ),
      ),
  ],
  [
    'nonMaxSuppression',
    () =>
      [
        tf.image.nonMaxSuppression(boxes(), scores(), 3, 0.5, 0),
        ...Object.values(tf.image.nonMaxSuppressionPadded(boxes(), scores(), 4, 0.5, 0, true)),
        ...Object.values(tf.image.nonMaxSuppressionWithScore(boxes(), scores(), 4, 1, 0, 0.5)),
      ] as tf.Tensor[],
  ],
]
