import { ClasError } from '@clas/core'
import { getBackend, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core'
import type { KernelName, OptionalKernelName } from '../contract.ts'
import { registerGradients } from '../gradients/register.ts'
import { runKernel as run } from '../gradients/run.ts'
import { hasKernel } from './has-kernel.ts'

/**
 * Runs a kernel of the contract on the current backend and returns all its outputs.
 *
 * @throws `backend-not-ready` when the current backend has no such kernel
 */
export function runKernel(
  name: KernelName | OptionalKernelName,
  inputs: NamedTensorMap,
  attributes?: object,
): Tensor[] {
  registerGradients()
  if (!hasKernel(name)) {
    const backend = getBackend()
    const state = backend ? `the backend '${backend}' has no kernel ${name}` : 'no backend is chosen yet'
    throw new ClasError('backend-not-ready', `${state}; call \`await useBackend()\` of @clas/kernels first`, {
      kernel: name,
      backend,
    })
  }
  return run(name, inputs, attributes)
}

/** As {@link runKernel}, for a kernel of one output. */
export function runOne(name: KernelName, inputs: NamedTensorMap, attributes?: object): Tensor {
  return runKernel(name, inputs, attributes)[0] as Tensor
}
