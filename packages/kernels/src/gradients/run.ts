import { engine, type GradConfig, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core'
import type { KernelName, OptionalKernelName } from '../contract.ts'

/** A gradient configuration that names a kernel of the contract. */
export interface ClasGradient extends GradConfig {
  readonly kernelName: KernelName | OptionalKernelName
}

/** Runs a kernel and returns all its outputs. The forward pass has seen to it that the backend has the kernels. */
export function runKernel(
  name: KernelName | OptionalKernelName,
  inputs: NamedTensorMap,
  attributes: object = {},
): Tensor[] {
  const outputs: Tensor | Tensor[] = engine().runKernel(name, inputs, attributes as NamedAttrMap)
  return Array.isArray(outputs) ? outputs : [outputs]
}

/** As {@link runKernel}, for a kernel of one output. */
export function runOne(name: KernelName | OptionalKernelName, inputs: NamedTensorMap, attributes?: object): Tensor {
  return runKernel(name, inputs, attributes)[0] as Tensor
}

/** The gradient of a kernel's first output, the only one that counts. */
export function first(dy: Tensor | Tensor[]): Tensor {
  return (Array.isArray(dy) ? dy[0] : dy) as Tensor
}
