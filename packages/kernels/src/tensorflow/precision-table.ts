import type { Attributes } from './runtime.ts'

/**
 * How an operation is run under reduced precision:
 *
 * - `low`: in the low type; what is float32 is cast
 * - `low-to-float32`: in the low type, its result cast to float32: gradients of weights, which are float32 themselves
 * - `follow`: in the type that its inputs have
 * - `any`: its inputs may be of any type
 * - `float32`: all else, in float32
 */
export type PrecisionRule = 'low' | 'low-to-float32' | 'follow' | 'any' | 'float32'

/**
 * The rule of an operation. As the lists of Paddle's mixed precision (level O1) have it: convolutions and matrix products
 * are low; exp, log, pow, square, reductions, softmax, losses and interpolation are float32; the rest follows.
 *
 * @see https://github.com/PaddlePaddle/Paddle/blob/v2.6.0/python/paddle/amp/amp_lists.py
 */
export function precisionRule(operation: string, attributes: Attributes): PrecisionRule {
  if (LOW.has(operation)) return isWeightGradient(attributes) ? 'low-to-float32' : 'low'
  if (WEIGHT_GRADIENTS.has(operation)) return 'low-to-float32'
  if (FOLLOW.has(operation)) return 'follow'
  return ANY.has(operation) ? 'any' : 'float32'
}

/** Inputs that are float32 whatever the type of the others, by position. */
export function float32Inputs(operation: string): readonly number[] {
  return FLOAT32_INPUTS[operation] ?? []
}

/** Whether an operation is the gradient of one that ran in the type of its saved inputs. */
export function isGradient(operation: string): boolean {
  return /Grad(V\d)?$/.test(operation)
}

const LOW: ReadonlySet<string> = new Set([
  'Conv2D',
  'Conv2DBackpropInput',
  'DepthwiseConv2dNative',
  'DepthwiseConv2dNativeBackpropInput',
  'Conv3D',
  'Conv3DBackpropInputV2',
  'MatMul',
  'BatchMatMul',
  'BatchMatMulV2',
  'BatchMatMulV3',
  'Einsum',
  '_FusedConv2D',
  '_FusedDepthwiseConv2dNative',
  '_FusedMatMul',
])

const WEIGHT_GRADIENTS: ReadonlySet<string> = new Set([
  'Conv2DBackpropFilter',
  'DepthwiseConv2dNativeBackpropFilter',
  'Conv3DBackpropFilterV2',
])

/** Of y = x W the gradient of W is the one product with x transposed and the other factor not. */
function isWeightGradient({ transpose_a, transpose_b, adj_x, adj_y }: Attributes): boolean {
  return (transpose_a === true && transpose_b !== true) || (adj_x === true && adj_y !== true)
}

const FOLLOW: ReadonlySet<string> = new Set([
  ...['Relu', 'ReluGrad', 'Relu6', 'Relu6Grad', 'LeakyRelu', 'LeakyReluGrad'],
  ...['Sigmoid', 'SigmoidGrad', 'Tanh', 'TanhGrad'],
  ...['Add', 'AddV2', 'AddN', 'Sub', 'Mul', 'Neg', 'Abs', 'Sign', 'Maximum', 'Minimum', 'ClipByValue'],
  ...['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Select', 'SelectV2'],
  ...['MaxPool', 'MaxPoolGrad', 'AvgPool', 'AvgPoolGrad', 'FusedBatchNormV3', 'FusedBatchNormGradV3'],
  ...['Identity', 'Snapshot', 'ZerosLike', 'OnesLike', 'Reshape', 'ExpandDims', 'Squeeze', 'Transpose', 'BroadcastTo'],
  ...['Pad', 'PadV2', 'MirrorPad', 'Slice', 'StridedSlice', 'Concat', 'ConcatV2', 'Split', 'SplitV', 'Pack', 'Unpack'],
  ...['Tile', 'Reverse', 'ReverseV2', 'Roll', 'GatherV2', 'GatherNd', 'DepthToSpace', 'SpaceToDepth'],
  ...['SpaceToBatchND', 'BatchToSpaceND'],
])

const ANY: ReadonlySet<string> = new Set(['Cast', 'Bitcast', 'Shape', 'Size', 'Rank'])

/** Scale, offset and statistics. */
const FLOAT32_INPUTS: Readonly<Record<string, readonly number[]>> = {
  FusedBatchNormV3: [1, 2, 3, 4],
  FusedBatchNormGradV3: [2, 3, 4, 5],
}
