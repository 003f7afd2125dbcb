import { getBackend, getKernel, type Tensor } from '@tensorflow/tfjs-core'
import type { AdamAttributes, KernelName, MomentumAttributes, OptionalKernelName } from '../contract.ts'
import { checkShape } from './check.ts'
import { runKernel } from './run-kernel.ts'

/**
 * Whether the current backend has a kernel.
 *
 * @example
 * ```ts
 * import { hasKernel, useBackend } from '@clas/kernels'
 * await useBackend('cpu')
 * console.log(hasKernel('ClasMomentum')) // true
 * ```
 */
export function hasKernel(name: KernelName | OptionalKernelName): boolean {
  const backend = getBackend()
  return !!backend && !!getKernel(name, backend)
}

/** What {@link momentumStep} changes: three tensors of one shape. */
export interface MomentumTensors {
  readonly param: Tensor
  readonly gradient: Tensor
  readonly velocity: Tensor
}

/**
 * A step of gradient descent with momentum in one pass: see `MomentumAttributes` for the formula. Not differentiable.
 *
 * @returns the new parameter and the new velocity
 * @throws `shape-mismatch`; `backend-not-ready` where {@link hasKernel} of `ClasMomentum` is false
 * @example
 * ```ts
 * import { momentumStep, useBackend } from '@clas/kernels'
 * import { tensor1d } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const tensors = { param: tensor1d([1]), gradient: tensor1d([2]), velocity: tensor1d([4]) }
 * const options = { lr: 0.5, momentum: 0.25, weightDecay: 0, dampening: 0, nesterov: false }
 * console.log(momentumStep(tensors, options).param.dataSync()) // 1 - 0.5 * (0.25 * 4 + 2)
 * ```
 */
export function momentumStep(
  { param, gradient, velocity }: MomentumTensors,
  attributes: MomentumAttributes,
): Omit<MomentumTensors, 'gradient'> {
  checkAll('momentumStep', { param, gradient, velocity })
  const [next, gathered] = runKernel('ClasMomentum', { param, gradient, velocity }, attributes)
  return { param: next as Tensor, velocity: gathered as Tensor }
}

/** What {@link adamStep} changes: four tensors of one shape. */
export interface AdamTensors {
  readonly param: Tensor
  readonly gradient: Tensor
  readonly mean: Tensor
  readonly squares: Tensor
}

/**
 * A step of Adam or AdamW in one pass: see `AdamAttributes` for the formula. Not differentiable.
 *
 * @returns the new parameter and the new averages
 * @throws `shape-mismatch`; `backend-not-ready` where {@link hasKernel} of `ClasAdam` is false
 * @example
 * ```ts
 * import { adamStep, useBackend } from '@clas/kernels'
 * import { tensor1d, zeros } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const tensors = { param: tensor1d([1]), gradient: tensor1d([2]), mean: zeros([1]), squares: zeros([1]) }
 * const betas = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
 * const { param } = adamStep(tensors, { ...betas, lr: 0.1, step: 1, weightDecay: 0, decoupled: false })
 * console.log(param.dataSync()[0]) // 0.9
 * ```
 */
export function adamStep(
  { param, gradient, mean, squares }: AdamTensors,
  attributes: AdamAttributes,
): Omit<AdamTensors, 'gradient'> {
  checkAll('adamStep', { param, gradient, mean, squares })
  const outputs = runKernel('ClasAdam', { param, gradient, mean, squares }, attributes)
  const [next, means, squared] = outputs as [Tensor, Tensor, Tensor]
  return { param: next, mean: means, squares: squared }
}

function checkAll(op: string, tensors: Readonly<Record<string, Tensor>> & { readonly param: Tensor }): void {
  for (const [name, tensor] of Object.entries(tensors)) checkShape(op, name, tensor, tensors.param.shape)
}
