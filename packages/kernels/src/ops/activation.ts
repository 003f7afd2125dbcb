import type { Tensor } from '@tensorflow/tfjs-core'
import type { ActivationAttributes, ActivationKind } from '../contract.ts'
import { checkRank } from './check.ts'
import { runOne } from './run-kernel.ts'

/** Numbers that some activations need. */
export interface ActivationOptions {
  /** Of leakyRelu below 0 (default 0.01) and of hardSigmoid (default 1 / 6). */
  readonly slope?: number
  /** Of hardSigmoid at 0 (default 0.5). */
  readonly offset?: number
}

/**
 * An activation, value by value. Where it has a corner, its derivative there is 0.
 *
 * @param x - any shape
 * @param kind - which one; see {@link ActivationKind} for the formulas
 * @returns as x
 * @throws `shape-mismatch` when x is not float32, `backend-not-ready`
 * @example
 * ```ts
 * import { activation, useBackend } from '@clas/kernels'
 * import { tensor1d } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * activation(tensor1d([-3, 0, 3]), 'hardSwish').print() // 0, 0, 3
 * ```
 */
export function activation(x: Tensor, kind: ActivationKind, options: ActivationOptions = {}): Tensor {
  checkRank(kind, 'x', x, 0)
  const { slope = kind === 'leakyRelu' ? 0.01 : 1 / 6, offset = 0.5 } = options
  const attributes: ActivationAttributes = { kind, slope, offset }
  return runOne('ClasActivation', { x }, attributes)
}

/** max(x, 0), value by value, of any shape. */
export function relu(x: Tensor): Tensor {
  return activation(x, 'relu')
}

/** min(max(x, 0), 6), value by value, of any shape. */
export function relu6(x: Tensor): Tensor {
  return activation(x, 'relu6')
}

/** x where it is positive, else slope * x; the slope is 0.01 by default. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  return activation(x, 'leakyRelu', { slope })
}

/** 1 / (1 + exp(-x)), value by value, of any shape. */
export function sigmoid(x: Tensor): Tensor {
  return activation(x, 'sigmoid')
}

/** clip(slope * x + offset, 0, 1); by default the slope is 1 / 6 and the offset 0.5, as in MobileNetV3. */
export function hardSigmoid(x: Tensor, options: ActivationOptions = {}): Tensor {
  return activation(x, 'hardSigmoid', options)
}

/** x * clip(x + 3, 0, 6) / 6, value by value (Howard et al. 2019, MobileNetV3). */
export function hardSwish(x: Tensor): Tensor {
  return activation(x, 'hardSwish')
}

/** x * sigmoid(x), value by value; also called SiLU (Ramachandran et al. 2017). */
export function swish(x: Tensor): Tensor {
  return activation(x, 'swish')
}

/** x * Phi(x) by the error function, value by value (Hendrycks and Gimpel 2016). */
export function gelu(x: Tensor): Tensor {
  return activation(x, 'gelu')
}

/** The approximation of {@link gelu} by tanh: x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3))). */
export function geluTanh(x: Tensor): Tensor {
  return activation(x, 'geluTanh')
}

/** The hyperbolic tangent, value by value, of any shape. */
export function tanh(x: Tensor): Tensor {
  return activation(x, 'tanh')
}
