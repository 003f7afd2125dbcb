import { ClasError } from '@clas/core'
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import { compileKernels, instantiateKernels, isShared, type KernelModule } from './instantiate.ts'
import { soloTeam, startTeam, type Team } from './team.ts'

/** What is used of the backend of @tensorflow/tfjs-backend-wasm. */
export interface WasmBackend {
  readonly wasm: { readonly asm?: object; readonly wasmMemory?: WebAssembly.Memory }
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } }
  makeOutput(shape: number[], dtype: DataType): TensorInfo
  disposeData(dataId: object): boolean
  typedArrayFromHeap(info: TensorInfo): Float32Array | Int32Array | Uint8Array
  incRef(dataId: object): void
}

/** The functions of the module on a backend's memory, and the threads that run them. */
interface Kernels {
  readonly module: KernelModule
  readonly team: Team
}

const attached = new WeakMap<object, Kernels>()
let latest: WebAssembly.Module | undefined

/** Gives the backend the functions of the module, which work in the backend's own memory, on that many threads. */
export async function attachKernels(backend: unknown, threads: number): Promise<void> {
  if (!isWasmBackend(backend)) {
    throw new ClasError('backend-not-ready', 'the wasm kernels need the backend of @tensorflow/tfjs-backend-wasm', {})
  }
  if (attached.has(backend)) return
  const memory = memoryOf(backend)
  latest = await compileKernels(memory)
  const module = instantiateKernels(latest, memory)
  const team = threads > 1 && isShared(memory) ? await startTeam(threads, latest, memory, module) : soloTeam(module)
  attached.set(backend, { module, team })
}

/** The functions of a backend; one that was made anew after the registration gets them here, for one thread. */
export function kernelsOf(backend: WasmBackend): Kernels {
  let kernels = attached.get(backend)
  if (!kernels) {
    if (!latest)
      throw new ClasError('backend-not-ready', 'the wasm kernels are not loaded; call `await useBackend()`', {})
    const module = instantiateKernels(latest, memoryOf(backend))
    kernels = { module, team: soloTeam(module) }
    attached.set(backend, kernels)
  }
  return kernels
}

function isWasmBackend(backend: unknown): backend is WasmBackend {
  const found = backend as Partial<WasmBackend> | null | undefined
  return typeof found?.makeOutput === 'function' && typeof found.wasm === 'object' && found.wasm !== null
}

/** What all tensors of a backend lie in. Its buffer is another one when it has grown. */
export function memoryOf({ wasm }: WasmBackend): WebAssembly.Memory {
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
