import { ClasError } from '@clas/core'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { isWebgpuBackend, throwFailure } from './backend.ts'
import { type Program, runProgram } from './program.ts'

/** One run of a kernel: gives it its inputs and runs its programs. */
export interface Call {
  input(name: string): TensorInfo
  /** An input that need not be there. */
  optional(name: string): TensorInfo | undefined
  /** Runs a program. What the kernel does not return ends with the call. */
  run(program: Program): TensorInfo
}

/** Computes the outputs of a kernel from a call and its attributes. */
export type WebgpuKernel<A> = (call: Call, attributes: A) => TensorInfo | readonly TensorInfo[]

/** A kernel as tfjs registers it. When it throws, what it allocated is freed. */
export function toKernelFunc<A>(kernel: WebgpuKernel<A>): KernelFunc {
  return ({ inputs, backend, attrs }) => {
    if (!isWebgpuBackend(backend)) {
      throw new ClasError('backend-not-ready', 'the webgpu kernels need the backend of tfjs-backend-webgpu', {})
    }
    throwFailure(backend)
    const made: TensorInfo[] = []
    let returned: readonly TensorInfo[] = []
    try {
      const result = kernel(
        {
          input(name) {
            const info = inputs[name]
            if (!info) throw new ClasError('bad-option', `the kernel needs the input '${name}', found none`, { name })
            return info
          },
          optional: (name) => inputs[name] ?? undefined,
          run(program) {
            const output = runProgram(backend, program)
            made.push(output)
            return output
          },
        },
        attrs as A,
      )
      returned = 'dataId' in result ? [result] : result
      return 'dataId' in result ? result : [...result]
    } finally {
      const kept = new Set(returned.map(({ dataId }) => dataId))
      for (const { dataId } of made) if (!kept.has(dataId)) backend.disposeData(dataId)
    }
  }
}
