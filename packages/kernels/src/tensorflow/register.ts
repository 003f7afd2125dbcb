import { getKernel } from '@tensorflow/tfjs-core'
import { registerKernels } from '../register-kernels.ts'
import { CONTRACT_KERNELS } from './kernels/contract-kernels.ts'
import type { Executor } from './kernels/executor.ts'
import { OPTIMIZER_KERNELS } from './kernels/optimizer-steps.ts'
import { type AnyKernel, toKernelFunc } from './kernels/scope.ts'
import { TFJS_KERNELS } from './kernels/tfjs-kernels.ts'
import { isTfjsNode, tfjsNodeExecutor } from './tfjs-node-executor.ts'

/**
 * Gives the backend `tensorflow` the kernels of the contract: that of this package, or that of tfjs-node, whose own
 * kernels stay as they are. Does nothing the second time.
 */
export function registerTensorflowKernels(): void {
  if (!getKernel('ClasMatMul', 'tensorflow')) register({ ...CONTRACT_KERNELS, ...OPTIMIZER_KERNELS })
}

/** Gives the backend of this package the kernels of tfjs. Does nothing the second time. */
export function registerTfjsKernels(): void {
  if (!getKernel('Identity', 'tensorflow')) register(TFJS_KERNELS)
}

function register(kernels: Readonly<Record<string, AnyKernel>>): void {
  const ready = Object.entries(kernels).map(([name, kernel]) => [name, toKernelFunc(kernel, executorOf)] as const)
  registerKernels('tensorflow', Object.fromEntries(ready))
}

function executorOf(backend: unknown): Executor {
  return isTfjsNode(backend) ? tfjsNodeExecutor(backend) : (backend as Executor)
}
