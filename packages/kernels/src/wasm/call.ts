import { ClasError } from '@clas/core'
import { type DataType, type KernelFunc, type NamedTensorInfoMap, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { Shape } from '../contract.ts'
import { kernelsOf, type WasmBackend } from './backend.ts'
import type { KernelModule } from './instantiate.ts'

/** A tensor, float32 unless a kernel says otherwise, as the module sees it. Views of the heap end when it grows, so there are only addresses. */
export interface Operand {
  readonly shape: Shape
  readonly address: number
  readonly info: TensorInfo
}

/** One run of a kernel: gives it its inputs and the memory for what it writes. */
export interface Call {
  readonly module: KernelModule
  input(name: string): Operand
  /** The address of an input, 0 where it was not given. */
  optional(name: string): number
  /** The memory of an output, float32 unless given. */
  output(shape: Shape, dtype?: DataType): Operand
  /** The address of that many floats, which end with the call. */
  scratch(floats: number): number
}

/** Computes the outputs of a kernel from a call and its attributes. */
export type WasmKernel<A> = (call: Call, attributes: A) => Operand | readonly Operand[]

/** A kernel as tfjs registers it. When it throws, what it allocated is freed. */
export function toKernelFunc<A>(kernel: WasmKernel<A>): KernelFunc {
  return ({ inputs, backend, attrs }) => {
    const wasm = backend as WasmBackend
    const outputs: TensorInfo[] = []
    const scratch: TensorInfo[] = []
    try {
      const result = kernel(openCall(wasm, inputs, outputs, scratch), attrs as A)
      return 'info' in result ? result.info : result.map(({ info }) => info)
    } catch (error) {
      for (const { dataId } of outputs) wasm.disposeData(dataId)
      throw error
    } finally {
      for (const { dataId } of scratch) wasm.disposeData(dataId)
    }
  }
}

function openCall(wasm: WasmBackend, inputs: NamedTensorInfoMap, outputs: TensorInfo[], scratch: TensorInfo[]): Call {
  const address = ({ dataId }: TensorInfo): number => wasm.dataIdMap.get(dataId).memoryOffset
  const allocate = (shape: Shape, owned: TensorInfo[], dtype: DataType = 'float32'): Operand => {
    const info = wasm.makeOutput([...shape], dtype)
    owned.push(info)
    const bytes = util.bytesPerElement(dtype) * sizeOf(shape)
    // tfjs does not look at what its allocator returns.
    if (address(info) === 0 && bytes > 0) {
      throw new ClasError(
        'out-of-memory',
        `the wasm backend has no room for ${bytes} bytes, its limit is 4 GiB; use smaller batches`,
        { bytes, shape },
      )
    }
    return { shape, address: address(info), info }
  }
  return {
    module: kernelsOf(wasm),
    input(name) {
      const info = inputs[name]
      if (!info) throw new ClasError('bad-option', `the kernel needs the input '${name}', found none`, { name })
      return { shape: info.shape, address: address(info), info }
    },
    optional(name) {
      const info = inputs[name]
      return info ? address(info) : 0
    },
    output: (shape, dtype) => allocate(shape, outputs, dtype),
    scratch: (floats) => allocate([floats], scratch).address,
  }
}

/** How many numbers a tensor of that shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1)
}

/** A tensor as a matrix whose columns are the last axis. */
export function asMatrix(shape: Shape): { readonly rows: number; readonly channels: number } {
  return { rows: sizeOf(shape.slice(0, -1)), channels: shape.at(-1) ?? 1 }
}
