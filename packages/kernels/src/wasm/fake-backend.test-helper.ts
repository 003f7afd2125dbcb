import type { TensorInfo } from '@tensorflow/tfjs-core'
import { attachKernels, type WasmBackend } from './backend.ts'
import { toKernelFunc, type WasmKernel } from './call.ts'
import type { Values } from './reference.test-helper.ts'

const PAGES = 256
const PAGE_BYTES = 65_536

/**
 * Computes the first output of a kernel on so many threads, in a memory of its own. What nobody has written yet is NaN
 * there, so that a kernel that reads it shows.
 */
export async function computeOn<A extends object>(
  threads: number,
  kernel: WasmKernel<A>,
  inputs: Readonly<Record<string, Values>>,
  attributes: A,
): Promise<Values> {
  const backend = fakeBackend()
  await attachKernels(backend, threads)
  const given = Object.entries(inputs).map(([name, { shape, data }]) => {
    const info = backend.makeOutput([...shape], 'float32')
    backend.typedArrayFromHeap(info).set(data)
    return [name, info] as const
  })
  const result = toKernelFunc(kernel)({
    inputs: Object.fromEntries(given),
    backend,
    attrs: { ...(attributes as object) },
  })
  const [first] = [result].flat() as [TensorInfo]
  return { shape: first.shape, data: Float32Array.from(backend.typedArrayFromHeap(first)) }
}

/** A backend that never frees, on memory that threads may share. */
function fakeBackend(): WasmBackend {
  const wasmMemory = new WebAssembly.Memory({ initial: PAGES, maximum: 65_536, shared: true })
  new Uint8Array(wasmMemory.buffer).fill(0xff)
  const places = new WeakMap<object, number>()
  let end = 1024
  const address = (dataId: object): number => places.get(dataId) ?? 0
  const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
  return {
    wasm: { wasmMemory },
    dataIdMap: { get: (dataId) => ({ memoryOffset: address(dataId) }) },
    makeOutput(shape, dtype): TensorInfo {
      const dataId = {}
      places.set(dataId, end)
      end += 64 * Math.ceil(sizeOf(shape) / 16)
      if (end > PAGES * PAGE_BYTES) throw new Error(`the test's memory has ${PAGES} pages, which is too little`)
      return { dataId, shape, dtype }
    },
    disposeData: () => true,
    incRef: () => {},
    typedArrayFromHeap: ({ dataId, shape }) => new Float32Array(wasmMemory.buffer, address(dataId), sizeOf(shape)),
  }
}
