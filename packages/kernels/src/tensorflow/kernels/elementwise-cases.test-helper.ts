import * as tf from '@tensorflow/tfjs-core'
import { bools, type Case, floats, ints, steps } from './case-values.test-helper.ts'

const kernel = (name: string, inputs: object, attributes: object = {}): tf.Tensor | tf.Tensor[] =>
  tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attributes as tf.NamedAttrMap)

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

/** Value by value, and along axes. */
export const ELEMENTWISE_CASES: readonly Case[] = [
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
  ['addN', () => tf.addN([steps([2, 3]), steps([2, 3]), steps([2, 3])])],
  ['eluGrad', () => kernel('EluGrad', { dy: steps([6]), y: tf.elu(steps([6])) })],
  [
    'metrics',
    () => [
      tf.mean(tf.equal(tf.argMax(steps([4, 3]), 1), ints([0, 1, 2, 0]))),
      tf.math.confusionMatrix(ints([0, 1, 1]) as tf.Tensor1D, ints([0, 0, 1]) as tf.Tensor1D, 2),
    ],
  ],
]
