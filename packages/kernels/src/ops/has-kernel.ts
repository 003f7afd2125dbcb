import { getBackend, getKernel } from '@tensorflow/tfjs-core'
import type { KernelName, OptionalKernelName } from '../contract.ts'

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
