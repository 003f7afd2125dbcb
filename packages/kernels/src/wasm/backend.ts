import { ClasError } from '@clas/core'
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import { compileKernels, instantiateKernels, type KernelModule } from './instantiate.ts'

/** What is used of the backend of @tensorflow/tfjs-backend-wasm. */
export interface WasmBackend {
  readonly wasm: { readonly asm?: object; readonly wasmMemory?: WebAssembly.Memory }
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } }
  makeOutput(shape: number[], dtype: DataType): TensorInfo
  disposeData(dataId: object): boolean
  incRef(dataId: object): void
}

const modules = new WeakMap<object, KernelModule>()
let latest: WebAssembly.Module | undefined

/** Gives the backend the functions of the module, which work in the backend's own memory. */
export async function attachKernels(backend: unknown): Promise<void> {
  if (!isWasmBackend(backend)) {
    throw new ClasError('backend-not-ready', 'the wasm kernels need the backend of @tensorflow/tfjs-backend-wasm', {})
  }
  if (modules.has(backend)) return
  const memory = memoryOf(backend)
  latest = await compileKernels(memory)
  modules.set(backend, instantiateKernels(latest, memory))
}

/** The functions of a backend; one that was made anew after the registration gets them here. */
export function kernelsOf(backend: WasmBackend): KernelModule {
  let module = modules.get(backend)
  if (!module) {
    if (!latest)
      throw new ClasError('backend-not-ready', 'the wasm kernels are not loaded; call `await useBackend()`', {})
    module = instantiateKernels(latest, memoryOf(backend))
    modules.set(backend, module)
  }
  return module
}

function isWasmBackend(backend: unknown): backend is WasmBackend {
  const found = backend as Partial<WasmBackend> | null | undefined
  return typeof found?.makeOutput === 'function' && typeof found.wasm === 'object' && found.wasm !== null
}

function memoryOf({ wasm }: WasmBackend): WebAssembly.Memory {
  const candidates: unknown[] = [wasm.wasmMemory, ...Object.values(wasm.asm ?? {})]
  const memory = candidates.find((value) => value instanceof WebAssembly.Memory)
  if (!memory) {
    throw new ClasError(
      'backend-not-ready',
      'this version of @tensorflow/tfjs-backend-wasm keeps its memory where it is not found; 4.22.0 is known to work',
      {},
    )
  }
  return memory
}
