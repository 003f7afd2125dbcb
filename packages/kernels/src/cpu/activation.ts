import type { ActivationAttributes, ActivationKind } from '../contract.ts'
import { pick, type ReferenceKernel } from './array.ts'
import { erfc } from './erf.ts'

interface Curve {
  readonly value: (x: number, attributes: ActivationAttributes) => number
  readonly derivative: (x: number, attributes: ActivationAttributes) => number
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const clip = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high)
/** The normal distribution up to x, and its density at x. */
const distribution = (x: number): number => erfc(-x / Math.SQRT2) / 2
const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
const gate = (x: number): number => Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))

const CURVES: Readonly<Record<ActivationKind, Curve>> = {
  relu: { value: (x) => Math.max(x, 0), derivative: (x) => (x > 0 ? 1 : 0) },
  relu6: { value: (x) => clip(x, 0, 6), derivative: (x) => (x > 0 && x < 6 ? 1 : 0) },
  leakyRelu: {
    value: (x, { slope }) => (x > 0 ? x : slope * x),
    derivative: (x, { slope }) => (x > 0 ? 1 : slope),
  },
  sigmoid: { value: sigmoid, derivative: (x) => sigmoid(x) * sigmoid(-x) },
  hardSigmoid: {
    value: (x, { slope, offset }) => clip(slope * x + offset, 0, 1),
    derivative: (x, { slope, offset }) => (slope * x + offset > 0 && slope * x + offset < 1 ? slope : 0),
  },
  hardSwish: {
    value: (x) => (x * clip(x + 3, 0, 6)) / 6,
    derivative: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
  },
  swish: { value: (x) => x * sigmoid(x), derivative: (x) => sigmoid(x) * (1 + x * sigmoid(-x)) },
  gelu: { value: (x) => x * distribution(x), derivative: (x) => distribution(x) + x * density(x) },
  geluTanh: {
    value: (x) => (x / 2) * (1 + gate(x)),
    derivative: (x) =>
      (1 + gate(x)) / 2 + (x / 2) * (1 - gate(x) ** 2) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x),
  },
  tanh: { value: Math.tanh, derivative: (x) => 1 - Math.tanh(x) ** 2 },
}

/** ClasActivation */
export const activation: ReferenceKernel = (inputs, attributes) => {
  const [x] = pick(inputs, 'x')
  const { value } = CURVES[(attributes as ActivationAttributes).kind]
  return [{ shape: x.shape, values: x.values.map((v) => value(v, attributes as ActivationAttributes)) }]
}

/** ClasActivationGradient */
export const activationGradient: ReferenceKernel = (inputs, attributes) => {
  const [dy, x] = pick(inputs, 'dy', 'x')
  const { derivative } = CURVES[(attributes as ActivationAttributes).kind]
  const dx = dy.values.map((v, i) => v * derivative(x.values[i] as number, attributes as ActivationAttributes))
  return [{ shape: x.shape, values: dx }]
}
