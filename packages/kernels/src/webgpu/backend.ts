import { ClasError } from '@clas/core'
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import type { Shape } from '../contract.ts'

/** A program as @tensorflow/tfjs-backend-webgpu takes it. */
interface TfjsProgram {
  /** What the compiled program is kept by. */
  readonly shaderKey: string
  readonly variableNames: string[]
  readonly uniforms: string
  readonly outputShape: number[]
  readonly size: true
  readonly workgroupSize: [number, number, number]
  readonly dispatchLayout: { readonly x: number[] }
  dispatch: [number, number, number]
  getUserCode(): string
}

/** What is used of the backend of @tensorflow/tfjs-backend-webgpu. */
export interface WebgpuBackend {
  readonly device: GpuDevice
  runWebGPUProgram(
    program: TfjsProgram,
    inputs: TensorInfo[],
    outputType: DataType,
    uniforms: { readonly type: 'int32' | 'float32'; data: number[] }[],
  ): TensorInfo
  makeTensorInfo(shape: number[], dtype: DataType, values?: Float32Array): TensorInfo
  disposeData(dataId: object): boolean
}

interface GpuDevice {
  addEventListener(type: 'uncapturederror', listener: (event: { readonly error: Error }) => void): void
}

const failures = new WeakMap<WebgpuBackend, ClasError>()
const watched = new WeakSet<WebgpuBackend>()

/**
 * Throws what the device has reported since the last time. A GPU works behind the program's back: without this, a
 * computation for which it has no memory would go on with zeros.
 */
export function throwFailure(backend: WebgpuBackend): void {
  if (!watched.has(backend)) {
    watched.add(backend)
    backend.device.addEventListener('uncapturederror', ({ error }) => failures.set(backend, toClasError(error)))
  }
  const failure = failures.get(backend)
  failures.delete(backend)
  if (failure) throw failure
}

/** Whether it is the backend of @tensorflow/tfjs-backend-webgpu. */
export function isWebgpuBackend(backend: unknown): backend is WebgpuBackend {
  return typeof (backend as Partial<WebgpuBackend> | null | undefined)?.runWebGPUProgram === 'function'
}

/** How many numbers a tensor of that shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1)
}

/** A tensor as a matrix whose columns are the last axis. */
export function asMatrix(shape: Shape): { readonly rows: number; readonly columns: number } {
  return { rows: sizeOf(shape.slice(0, -1)), columns: shape.at(-1) ?? 1 }
}

function toClasError(error: Error): ClasError {
  const memory = error.constructor.name === 'GPUOutOfMemoryError'
  const advice = memory ? '; use smaller batches' : ''
  const code = memory ? 'out-of-memory' : 'backend-unavailable'
  return new ClasError(code, `the GPU reported: ${error.message}${advice}`, {}, { cause: error })
}
