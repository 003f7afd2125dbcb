import type { TensorInfo } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { activation } from './activation.ts'
import { attachKernels, type WasmBackend } from './backend.ts'
import { simd } from './binary.ts'
import { toKernelFunc } from './call.ts'
import { compileKernels, instantiateKernels } from './instantiate.ts'

const LIMITS = { initial: 4, maximum: 65_536 }

test.each([false, true])('works in a memory that it is given, shared: %s', async (shared) => {
  const memory = new WebAssembly.Memory({ ...LIMITS, shared })
  const numbers = new Float32Array(memory.buffer)
  numbers.set([1, 2, 3, 4, 5, 6, 7, 8])
  const module = instantiateKernels(await compileKernels(memory), memory)
  module.matMul(1, 2, 2, 2, 0, 0, 0, 16, 0, 0, 32, 0, 2, 0, 2, 1024)
  expect([...numbers.subarray(8, 12)]).toEqual([19, 22, 43, 50])
})

test('has no data that would overwrite what lies at the beginning of the memory', async () => {
  const memory = new WebAssembly.Memory(LIMITS)
  instantiateKernels(await compileKernels(memory), memory)
  expect(new Uint8Array(memory.buffer).every((byte) => byte === 0)).toBe(true)
  expect(WebAssembly.Module.imports(new WebAssembly.Module(Buffer.from(simd, 'base64')))).toHaveLength(1)
})

test('an allocation that fails is an error and frees what was there', async () => {
  const freed: object[] = []
  const dataId = {}
  const backend: WasmBackend = {
    wasm: { wasmMemory: new WebAssembly.Memory(LIMITS) },
    dataIdMap: { get: () => ({ memoryOffset: 0 }) },
    makeOutput: (shape, dtype): TensorInfo => ({ dataId, shape, dtype }),
    disposeData: (id) => freed.push(id) > 0,
    incRef: () => {},
    typedArrayFromHeap: () => new Float32Array(),
  }
  await attachKernels(backend, 1)
  const run = toKernelFunc(activation)
  const x: TensorInfo = { dataId: {}, shape: [3], dtype: 'float32' }
  const attrs = { kind: 'relu', slope: 0, offset: 0 }
  expect(() => run({ inputs: { x }, backend, attrs })).toThrow(expect.objectContaining({ code: 'out-of-memory' }))
  expect(freed).toEqual([dataId])
})

test('another backend is refused', async () => {
  await expect(attachKernels({}, 1)).rejects.toMatchObject({ code: 'backend-not-ready' })
})
