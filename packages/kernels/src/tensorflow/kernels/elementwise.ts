import type { ClipByValueAttrs, DataType, LeakyReluAttrs, StepAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import type { AnyKernel, Kernel, Scope } from './scope.ts'

/** x, as float32 where it holds integers: for functions that TensorFlow has of floats alone. */
export function floating(scope: Scope, x: TensorInfo): TensorInfo {
  return x.dtype === 'int32' || x.dtype === 'bool' ? scope.cast(x, 'float32') : x
}

/** Of any type, value by value. */
const anyUnary =
  (operation: string): Kernel<'x'> =>
  (scope, { x }) =>
    scope.op(operation, [x])

const floatUnary =
  (operation: string): Kernel<'x'> =>
  (scope, { x }) =>
    scope.op(operation, [floating(scope, x)])

type Operation = (scope: Scope, a: TensorInfo, b: TensorInfo) => TensorInfo

/** TensorFlow has no arithmetic of booleans: they are computed as integers. */
const arithmetic = (operation: string): Kernel<'a' | 'b'> =>
  onBooleans((scope, a, b) => scope.op(operation, [a, b]), 'bool')

const comparison = (operation: string): Kernel<'a' | 'b'> => onBooleans((scope, a, b) => scope.op(operation, [a, b]))

function onBooleans(operation: Operation, result?: DataType): Kernel<'a' | 'b'> {
  return (scope, { a, b }) => {
    if (a.dtype !== 'bool' && b.dtype !== 'bool') return operation(scope, a, b)
    const value = operation(scope, scope.cast(a, 'int32'), scope.cast(b, 'int32'))
    return result ? scope.cast(value, result) : value
  }
}

const binary =
  (operation: string): Kernel<'a' | 'b'> =>
  (scope, { a, b }) =>
    scope.op(operation, [a, b])

const clipByValue: Kernel<'x', ClipByValueAttrs> = (scope, { x }, { clipValueMin, clipValueMax }) =>
  scope.op('ClipByValue', [x, scope.numberLike(x, clipValueMin), scope.numberLike(x, clipValueMax)])

const leakyRelu: Kernel<'x', LeakyReluAttrs> = (scope, { x }, { alpha }) =>
  scope.op('LeakyRelu', [floating(scope, x)], { alpha: { float: alpha } })

const prelu: Kernel<'x' | 'alpha'> = (scope, { x, alpha }) => preluOf(scope, x, alpha)

/** x where it is not below 0, else alpha * x. */
export function preluOf(scope: Scope, x: TensorInfo, alpha: TensorInfo): TensorInfo {
  const below = scope.op('Minimum', [x, scope.numberLike(x, 0)])
  return scope.op('AddV2', [scope.op('Relu', [x]), scope.op('Mul', [below, alpha])])
}

/** 1 above 0, else alpha; NaN stays. */
const step: Kernel<'x', StepAttrs> = (scope, { x }, { alpha }) => {
  const zero = scope.numberLike(x, 0)
  const sign = scope.op('Sign', [scope.op('Maximum', [x, zero])])
  if (alpha === 0) return sign
  const below = scope.op('LessEqual', [x, zero])
  return scope.op('SelectV2', [below, scope.numberLike(x, alpha), sign])
}

const eluGrad: Kernel<'dy' | 'y'> = (scope, { dy, y }) => scope.op('EluGrad', [dy, y])

const select: Kernel<'condition' | 't' | 'e'> = (scope, { condition, t, e }) => {
  // A condition of one axis counts for rows, as in TensorFlow's first version of this operation.
  const rank = t.shape.length
  const rows =
    condition.shape.length === 1 && rank > 1
      ? scope.reshape(condition, [...condition.shape, ...new Array<number>(rank - 1).fill(1)])
      : condition
  return scope.op('SelectV2', [rows, t, e])
}

const addN = (scope: Scope, inputs: Readonly<Record<string, TensorInfo>>): TensorInfo => {
  const terms = Object.values(inputs)
  return scope.op('AddN', terms, { N: { int: terms.length } })
}

export const ELEMENTWISE: Readonly<Record<string, AnyKernel>> = {
  Abs: anyUnary('Abs'),
  Acos: floatUnary('Acos'),
  Acosh: floatUnary('Acosh'),
  Asin: floatUnary('Asin'),
  Asinh: floatUnary('Asinh'),
  Atan: floatUnary('Atan'),
  Atanh: floatUnary('Atanh'),
  Ceil: floatUnary('Ceil'),
  Cos: floatUnary('Cos'),
  Cosh: floatUnary('Cosh'),
  Elu: floatUnary('Elu'),
  Erf: floatUnary('Erf'),
  Exp: floatUnary('Exp'),
  Expm1: floatUnary('Expm1'),
  Floor: floatUnary('Floor'),
  IsFinite: floatUnary('IsFinite'),
  IsInf: floatUnary('IsInf'),
  IsNan: floatUnary('IsNan'),
  Log: floatUnary('Log'),
  Log1p: floatUnary('Log1p'),
  LogicalNot: anyUnary('LogicalNot'),
  Neg: anyUnary('Neg'),
  Reciprocal: floatUnary('Reciprocal'),
  Relu: anyUnary('Relu'),
  Relu6: anyUnary('Relu6'),
  Round: floatUnary('Round'),
  Rsqrt: floatUnary('Rsqrt'),
  Selu: floatUnary('Selu'),
  Sigmoid: floatUnary('Sigmoid'),
  Sign: anyUnary('Sign'),
  Sin: floatUnary('Sin'),
  Sinh: floatUnary('Sinh'),
  Softplus: floatUnary('Softplus'),
  Sqrt: floatUnary('Sqrt'),
  Square: anyUnary('Square'),
  Tan: floatUnary('Tan'),
  Tanh: floatUnary('Tanh'),

  Add: arithmetic('AddV2'),
  Sub: arithmetic('Sub'),
  Multiply: arithmetic('Mul'),
  Maximum: arithmetic('Maximum'),
  Minimum: arithmetic('Minimum'),
  Pow: arithmetic('Pow'),
  FloorDiv: arithmetic('FloorDiv'),
  Mod: arithmetic('FloorMod'),
  SquaredDifference: arithmetic('SquaredDifference'),
  RealDiv: binary('RealDiv'),
  Atan2: binary('Atan2'),
  BitwiseAnd: binary('BitwiseAnd'),
  Equal: binary('Equal'),
  NotEqual: binary('NotEqual'),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessEqual'),
  LogicalAnd: binary('LogicalAnd'),
  LogicalOr: binary('LogicalOr'),
  LogicalXor: binary('NotEqual'),

  ClipByValue: clipByValue,
  LeakyRelu: leakyRelu,
  Prelu: prelu,
  Step: step,
  EluGrad: eluGrad,
  AddN: addN,
  Select: select,
}
