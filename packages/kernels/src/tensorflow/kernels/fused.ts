import type { _FusedMatMulAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { preluOf } from './elementwise.ts'
import { matMul, withBias } from './mat-mul.ts'
import type { Kernel, Scope } from './scope.ts'

/** The activations of tfjs's fused operations. */
export type Activation = 'linear' | 'relu' | 'prelu' | 'leakyrelu' | keyof typeof PLAIN

const PLAIN = { relu: 'Relu', relu6: 'Relu6', elu: 'Elu', sigmoid: 'Sigmoid' } as const

/** y after the activation. */
export function activate(
  scope: Scope,
  y: TensorInfo,
  activation: Activation,
  weights: TensorInfo | undefined,
  leakyreluAlpha = 0.2,
): TensorInfo {
  if (activation === 'linear') return y
  if (activation === 'leakyrelu') return scope.op('LeakyRelu', [y], { alpha: { float: leakyreluAlpha } })
  if (activation === 'prelu') return weights ? preluOf(scope, y, weights) : y
  return scope.op(PLAIN[activation], [y])
}

/** _FusedMatMul of tfjs */
export const fusedMatMul: Kernel<'a' | 'b', _FusedMatMulAttrs, 'bias' | 'preluActivationWeights'> = (
  scope,
  { a, b, bias, preluActivationWeights },
  attributes,
) => {
  const c = withBias(scope, matMul(scope, { a, b }, attributes) as TensorInfo, bias)
  const { activation, leakyreluAlpha } = attributes
  return activate(scope, c, (activation ?? 'linear') as Activation, preluActivationWeights, leakyreluAlpha)
}
