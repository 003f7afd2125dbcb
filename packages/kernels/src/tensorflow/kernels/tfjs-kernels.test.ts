import { createRng } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { expectClose, forEachBackend } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeTensorflow } from '../tensorflow.test-helper.ts'

const rng = createRng(1)
const floats = (shape: number[], low = -2, high = 2): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.fork(String(shape)).uniform(low, high)),
    shape,
  )
/** Values that all differ. */
const steps = (shape: number[], scale = 0.1): tf.Tensor => {
  const size = shape.reduce((a, b) => a * b, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => (((i * 7) % size) - size / 2) * scale),
    shape,
  )
}
const ints = (values: number[], shape: number[] = [values.length]): tf.Tensor => tf.tensor(values, shape, 'int32')
const bools = (values: number[], shape: number[] = [values.length]): tf.Tensor => tf.tensor(values, shape, 'bool')
const picture = (): tf.Tensor4D => steps([2, 7, 8, 3], 0.01) as tf.Tensor4D
const filter = (): tf.Tensor4D => steps([3, 3, 3, 4], 0.02) as tf.Tensor4D
const boxes = (): tf.Tensor2D => tf.tensor2d([0, 0, 1, 1, 0, 0.05, 1, 1.05, 0, 2, 1, 3, 0, 2.1, 1, 3.1], [4, 4])
const scores = (): tf.Tensor1D => tf.tensor1d([0.9, 0.75, 0.6, 0.95])
const kernel = (name: string, inputs: object, attributes: object = {}): tf.Tensor | tf.Tensor[] =>
  tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attributes as tf.NamedAttrMap)

type Case = readonly [name: string, f: () => tf.Tensor | readonly tf.Tensor[]]

const UNARY =
  'abs acosh asin asinh acos atan atanh ceil cos cosh elu erf exp expm1 floor isFinite isInf isNaN log log1p neg onesLike reciprocal relu relu6 round rsqrt selu sigmoid sign sin sinh softplus sqrt square step tan tanh zerosLike'
const INSIDE: Readonly<Record<string, readonly [number, number]>> = {
  acosh: [1, 3],
  acos: [-0.9, 0.9],
  asin: [-0.9, 0.9],
  atanh: [-0.9, 0.9],
  log: [0.1, 3],
  log1p: [-0.5, 3],
  sqrt: [0.1, 3],
  rsqrt: [0.1, 3],
  tan: [-1, 1],
}
const BINARY =
  'add sub mul div maximum minimum squaredDifference pow mod floorDiv equal notEqual greater greaterEqual less lessEqual atan2'
const REDUCING = 'sum mean max min prod'

type Unary = Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>>
type Binary = Readonly<Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>>
type Reducing = Readonly<Record<string, (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor>>

const CASES: readonly Case[] = [
  ...UNARY.split(' ').map((name): Case => {
    const [low, high] = INSIDE[name] ?? [-2, 2]
    return [name, () => (tf as unknown as Unary)[name]?.(floats([3, 5], low, high)) as tf.Tensor]
  }),
  ...'abs neg sign square relu'
    .split(' ')
    .map(
      (name): Case => [`${name} of integers`, () => (tf as unknown as Unary)[name]?.(ints([-3, 1, 4])) as tf.Tensor],
    ),
  ...BINARY.split(' ')
    .flatMap((name): Case[] => [
      [name, () => (tf as unknown as Binary)[name]?.(floats([2, 1, 4], 0.5, 3), floats([3, 1], 0.5, 3)) as tf.Tensor],
      [
        `${name} of integers`,
        () => (tf as unknown as Binary)[name]?.(ints([7, 2, 5, -6]), ints([2, 2, 3, 4])) as tf.Tensor,
      ],
    ])
    .filter(([name]) => name !== 'atan2 of integers' && name !== 'floorDiv'),
  ...'add mul greater lessEqual equal'
    .split(' ')
    .map(
      (name): Case => [
        `${name} of booleans`,
        () => (tf as unknown as Binary)[name]?.(bools([1, 0, 0]), bools([0, 1, 0])) as tf.Tensor,
      ],
    ),
  ...'logicalAnd logicalOr logicalXor'
    .split(' ')
    .map(
      (name): Case => [
        name,
        () => (tf as unknown as Binary)[name]?.(bools([1, 0, 1, 0]), bools([1, 1, 0, 0])) as tf.Tensor,
      ],
    ),
  ['logicalNot', () => tf.logicalNot(bools([1, 0]))],
  ...REDUCING.split(' ').flatMap((name): Case[] => {
    const f = (tf as unknown as Reducing)[name] as Reducing[string]
    return [
      [name, () => f(floats([2, 3, 4]))],
      [`${name} along axes`, () => f(floats([2, 3, 4]), [0, -1], true)],
      [`${name} of integers`, () => f(ints([1, 2, 4, 5], [2, 2]), 1)],
      [`${name} of booleans`, () => f(bools([1, 0, 1, 1], [2, 2]), 1)],
    ]
  }),
  ['all, any', () => [tf.all(bools([1, 0, 1, 1], [2, 2]), 1), tf.any(bools([1, 0, 0, 0], [2, 2]), 1, true)]],
  ['argMax, argMin', () => [tf.argMax(steps([3, 5]), -1), tf.argMin(steps([3, 5]), 0)]],
  ['cumsum, cumprod', () => [tf.cumsum(floats([2, 4]), 1, true, true), tf.cumprod(floats([2, 4]), 0)]],
  ['leakyRelu, prelu', () => [tf.leakyRelu(floats([9]), 0.3), tf.prelu(floats([2, 3]), tf.tensor1d([0.1, 0.2, 0.3]))]],
  ['step with a slope', () => tf.step(tf.tensor1d([-1, 0, 2, Number.NaN]), 0.25)],
  ['step', () => tf.step(tf.tensor1d([-1, 0, 2, Number.NaN]))],
  ['clipByValue', () => [tf.clipByValue(floats([9]), -1, 0.5), tf.clipByValue(ints([-4, 1, 7]), -1, 5)]],
  [
    'where',
    () => [tf.where(bools([1, 0, 1]), floats([3]), tf.scalar(4)), tf.where(bools([1, 0]), ints([1, 2]), ints([3, 4]))],
  ],
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
  ['addN', () => tf.addN([steps([2, 3]), steps([2, 3]), steps([2, 3])])],
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
  ['eluGrad', () => kernel('EluGrad', { dy: steps([6]), y: tf.elu(steps([6])) })],
  [
    'metrics',
    () => [
      tf.mean(tf.equal(tf.argMax(steps([4, 3]), 1), ints([0, 1, 2, 0]))),
      tf.math.confusionMatrix(ints([0, 1, 1]) as tf.Tensor1D, ints([0, 0, 1]) as tf.Tensor1D, 2),
    ],
  ],
]

describeTensorflow('the kernels of tfjs', (open) => {
  let handles: () => number
  beforeAll(async () => {
    const { eager } = (await open()).recording
    handles = () => eager.handles
  })
  afterAll(async () => {
    await useBackend('cpu')
  })

  test.each(CASES)('%s', async (_name, f) => {
    const [expected = [], found = []] = await forEachBackend(['cpu', 'tensorflow'], () => results(f))
    expect(found.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
      expected.map(({ shape, dtype }) => ({ shape, dtype })),
    )
    found.forEach(({ data }, i) => {
      expectClose(data, expected[i]?.data ?? [], { relative: 1e-5, absolute: 1e-5 })
    })
    const before = handles()
    results(f)
    expect(handles()).toBe(before)
  })

  test('multinomial draws by the seed', async () => {
    await useBackend('tensorflow')
    const draw = (seed: number): number[] =>
      tf.tidy(() => [...tf.multinomial(tf.tensor1d([Math.log(0.75), Math.log(0.25)]), 2000, seed).dataSync()])
    const ones = draw(0.3).reduce((a, b) => a + b, 0)
    expect(ones).toBeGreaterThan(400)
    expect(ones).toBeLessThan(600)
    expect(draw(0.3)).toEqual(draw(0.3))
    expect(draw(0.3)).not.toEqual(draw(0.4))
  })
})

function results(f: Case[1]): { shape: number[]; dtype: string; data: Float32Array }[] {
  return tf.tidy(() => {
    const made = f()
    const tensors: readonly tf.Tensor[] = Array.isArray(made) ? made : [made as tf.Tensor]
    return tensors.map((tensor) => ({
      shape: tensor.shape,
      dtype: tensor.dtype,
      data: Float32Array.from(tensor.dataSync()),
    }))
  })
}
