import { getKernel, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'

/** Registers kernels by name. */
export function registerKernels(backendName: string, kernels: Readonly<Record<string, KernelFunc>>): void {
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    registerKernel({ kernelName, backendName, kernelFunc })
  }
}

/** Puts another kernel in the place of that of tfjs, which is undefined where tfjs has none. */
export function replaceKernel(
  backendName: string,
  kernelName: string,
  replace: (original: KernelFunc | undefined) => KernelFunc,
): void {
  const original = getKernel(kernelName, backendName)
  // Without this tfjs warns of what is replaced.
  if (original) unregisterKernel(kernelName, backendName)
  registerKernel({ ...original, kernelName, backendName, kernelFunc: replace(original?.kernelFunc) })
}
