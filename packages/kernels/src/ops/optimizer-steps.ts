import type { Tensor } from '@tensorflow/tfjs-core'
import type { AdamAttributes, MomentumAttributes } from '../contract.ts'
import { checkShape } from './check.ts'
import { runKernel } from './run-kernel.ts'

/** What {@link momentumStep} takes: three tensors of one shape, and a number. */
export interface MomentumTensors {
  readonly param: Tensor
  readonly gradient: Tensor
  readonly velocity: Tensor
  /** The learning rate, []. */
  readonly lr: Tensor
}

/**
 * A step of gradient descent with momentum: see `MomentumAttributes` for the formula. Not differentiable.
 * In a compiled step the learning rate may be another at each call, the attributes are constants.
 *
 * @returns the new parameter and the new velocity
 * @throws `shape-mismatch`; `backend-not-ready` where `hasKernel` of `ClasMomentum` is false
 * @example
 * ```ts
 * import { momentumStep, useBackend } from '@clas/kernels'
 * import { scalar, tensor1d } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const tensors = { param: tensor1d([1]), gradient: tensor1d([2]), velocity: tensor1d([4]), lr: scalar(0.5) }
 * const options = { momentum: 0.25, weightDecay: 0, dampening: 0, nesterov: false }
 * console.log(momentumStep(tensors, options).param.dataSync()) // 1 - 0.5 * (0.25 * 4 + 2)
 * ```
 */
export function momentumStep(
  { param, gradient, velocity, lr }: MomentumTensors,
  attributes: MomentumAttributes,
): Pick<MomentumTensors, 'param' | 'velocity'> {
  checkAll('momentumStep', param, { param, gradient, velocity }, { lr })
  const [next, gathered] = runKernel('ClasMomentum', { param, gradient, velocity, lr }, attributes)
  return { param: next as Tensor, velocity: gathered as Tensor }
}

/** What {@link adamStep} takes: four tensors of one shape, and three numbers. */
export interface AdamTensors {
  readonly param: Tensor
  readonly gradient: Tensor
  readonly mean: Tensor
  readonly squares: Tensor
  /** The learning rate, []. */
  readonly lr: Tensor
  /** Of `adamFactors`, []. */
  readonly factor: Tensor
  /** Of `adamFactors`, []. */
  readonly smallest: Tensor
}

/**
 * A step of Adam or AdamW: see `AdamAttributes` for the formula. Not differentiable. In a compiled step the
 * learning rate and the factors may be others at each call, the attributes are constants.
 *
 * @returns the new parameter and the new averages
 * @throws `shape-mismatch`; `backend-not-ready` where `hasKernel` of `ClasAdam` is false
 * @example
 * ```ts
 * import { adamFactors, adamStep, useBackend } from '@clas/kernels'
 * import { scalar, tensor1d, zeros } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const betas = { beta1: 0.9, beta2: 0.999 }
 * const { factor, smallest } = adamFactors({ ...betas, epsilon: 1e-8, step: 1 })
 * const numbers = { lr: scalar(0.1), factor: scalar(factor), smallest: scalar(smallest) }
 * const tensors = { param: tensor1d([1]), gradient: tensor1d([2]), mean: zeros([1]), squares: zeros([1]), ...numbers }
 * console.log(adamStep(tensors, { ...betas, weightDecay: 0, decoupled: false }).param.dataSync()[0]) // 0.9
 * ```
 */
export function adamStep(
  { param, gradient, mean, squares, lr, factor, smallest }: AdamTensors,
  attributes: AdamAttributes,
): Pick<AdamTensors, 'param' | 'mean' | 'squares'> {
  checkAll('adamStep', param, { param, gradient, mean, squares }, { lr, factor, smallest })
  const outputs = runKernel('ClasAdam', { param, gradient, mean, squares, lr, factor, smallest }, attributes)
  const [next, means, squared] = outputs as [Tensor, Tensor, Tensor]
  return { param: next, mean: means, squares: squared }
}

type Named = Readonly<Record<string, Tensor>>

function checkAll(op: string, param: Tensor, tensors: Named, numbers: Named): void {
  for (const [name, tensor] of Object.entries(tensors)) checkShape(op, name, tensor, param.shape)
  for (const [name, tensor] of Object.entries(numbers)) checkShape(op, name, tensor, [])
}
