import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { ActivationAttributes, ActivationKind } from '../../contract.ts'
import type { Kernel, Scope } from './scope.ts'

interface Curve {
  readonly value: (scope: Scope, x: TensorInfo, attributes: ActivationAttributes) => TensorInfo
  readonly gradient: (scope: Scope, dy: TensorInfo, x: TensorInfo, attributes: ActivationAttributes) => TensorInfo
}

const add = (scope: Scope, a: TensorInfo, b: TensorInfo): TensorInfo => scope.op('AddV2', [a, b])
const mul = (scope: Scope, a: TensorInfo, b: TensorInfo): TensorInfo => scope.op('Mul', [a, b])
const addNumber = (scope: Scope, x: TensorInfo, value: number): TensorInfo => add(scope, x, scope.float(value))
const scale = (scope: Scope, x: TensorInfo, by: number): TensorInfo => mul(scope, x, scope.float(by))
const sigmoid = (scope: Scope, x: TensorInfo): TensorInfo => scope.op('Sigmoid', [x])
/** dy where 0 < features < 6. */
const inside = (scope: Scope, dy: TensorInfo, features: TensorInfo): TensorInfo => scope.op('Relu6Grad', [dy, features])

/** The normal distribution up to x. */
function distribution(scope: Scope, x: TensorInfo): TensorInfo {
  return scale(scope, addNumber(scope, scope.op('Erf', [scale(scope, x, Math.SQRT1_2)]), 1), 0.5)
}

const ROOT = Math.sqrt(8 / Math.PI)
const CUBE = 0.044715

/**
 * (1 + tanh(u / 2)) / 2 = sigmoid(u) with u = sqrt(8 / pi) * (x + 0.044715 * x ** 3), which is not rounded to 0 where x is
 * far below; and x squared.
 */
function gate(scope: Scope, x: TensorInfo): readonly [TensorInfo, TensorInfo] {
  const square = scope.op('Square', [x])
  const argument = mul(scope, x, addNumber(scope, scale(scope, square, ROOT * CUBE), ROOT))
  return [sigmoid(scope, argument), square]
}

const CURVES: Readonly<Record<ActivationKind, Curve>> = {
  relu: {
    value: (scope, x) => scope.op('Relu', [x]),
    gradient: (scope, dy, x) => scope.op('ReluGrad', [dy, x]),
  },
  relu6: {
    value: (scope, x) => scope.op('Relu6', [x]),
    gradient: inside,
  },
  leakyRelu: {
    value: (scope, x, { slope }) => scope.op('LeakyRelu', [x], { alpha: { float: slope } }),
    gradient: (scope, dy, x, { slope }) => scope.op('LeakyReluGrad', [dy, x], { alpha: { float: slope } }),
  },
  sigmoid: {
    value: sigmoid,
    gradient: (scope, dy, x) => scope.op('SigmoidGrad', [sigmoid(scope, x), dy]),
  },
  hardSigmoid: {
    value: (scope, x, { slope, offset }) => {
      const line = addNumber(scope, scale(scope, x, slope), offset)
      return scope.op('ClipByValue', [line, scope.float(0), scope.float(1)])
    },
    gradient: (scope, dy, x, { slope, offset }) => {
      const line = addNumber(scope, scale(scope, x, 6 * slope), 6 * offset)
      return inside(scope, scale(scope, dy, slope), line)
    },
  },
  hardSwish: {
    value: (scope, x) => scale(scope, mul(scope, x, scope.op('Relu6', [addNumber(scope, x, 3)])), 1 / 6),
    // (clip(x + 3, 0, 6) + x where that is inside) / 6
    gradient: (scope, dy, x) => {
      const shifted = addNumber(scope, x, 3)
      const slope = add(scope, scope.op('Relu6', [shifted]), inside(scope, x, shifted))
      return mul(scope, scale(scope, slope, 1 / 6), dy)
    },
  },
  swish: {
    value: (scope, x) => mul(scope, x, sigmoid(scope, x)),
    // s + x * s * (1 - s)
    gradient: (scope, dy, x) => {
      const s = sigmoid(scope, x)
      return mul(scope, add(scope, s, scope.op('SigmoidGrad', [s, x])), dy)
    },
  },
  gelu: {
    value: (scope, x) => mul(scope, x, distribution(scope, x)),
    gradient: (scope, dy, x) => {
      const exponent = scale(scope, scope.op('Square', [x]), -0.5)
      const density = scale(scope, scope.op('Exp', [exponent]), 1 / Math.sqrt(2 * Math.PI))
      return mul(scope, add(scope, distribution(scope, x), mul(scope, x, density)), dy)
    },
  },
  geluTanh: {
    value: (scope, x) => mul(scope, x, gate(scope, x)[0]),
    // s + x * s * (1 - s) * sqrt(8 / pi) * (1 + 3 * 0.044715 * x * x)
    gradient: (scope, dy, x) => {
      const [s, square] = gate(scope, x)
      const inner = addNumber(scope, scale(scope, square, 3 * CUBE * ROOT), ROOT)
      const steep = scope.op('SigmoidGrad', [s, mul(scope, x, inner)])
      return mul(scope, add(scope, s, steep), dy)
    },
  },
  tanh: {
    value: (scope, x) => scope.op('Tanh', [x]),
    // 1 - tanh(x) ** 2 would be 0 where tanh is rounded to 1.
    gradient: (scope, dy, x) => scope.op('RealDiv', [dy, scope.op('Square', [scope.op('Cosh', [x])])]),
  },
}

/** ClasActivation */
export const activation: Kernel<'x', ActivationAttributes> = (scope, { x }, attributes) =>
  CURVES[attributes.kind].value(scope, x, attributes)

/** ClasActivationGradient */
export const activationGradient: Kernel<'dy' | 'x', ActivationAttributes> = (scope, { dy, x }, attributes) =>
  CURVES[attributes.kind].gradient(scope, dy, x, attributes)
