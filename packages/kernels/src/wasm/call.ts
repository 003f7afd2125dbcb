import { ClasError } from '@clas/core'
import { type DataType, type KernelFunc, type NamedTensorInfoMap, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { Shape } from '../contract.ts'
import { kernelsOf, type WasmBackend } from './backend.ts'
import type { KernelModule } from './instantiate.ts'
import type { FunctionName } from './team.ts'

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
  /** All inputs, in the order of their names, which are numbers. */
  inputs(): Operand[]
  /** The address of an input, 0 where it was not given. */
  optional(name: string): number
  /** The memory of an output, float32 unless given. */
  output(shape: Shape, dtype?: DataType): Operand
  /** Writes a number, in the operand's type, all over it. */
  fill(operand: Operand, value: number): void
  /** The address of that many floats, which end with the call. */
  scratch(floats: number): number
  /** Among how many threads to share work of so many nanoseconds: one where that is too little. */
  threadsFor(nanoseconds: number): number
  /**
   * Calls a function of the module once for each list of arguments, shared among the threads. With `floats`, the address
   * of that many floats of scratch memory is the last argument.
   */
  run(name: FunctionName, jobs: readonly (readonly number[])[], floats?: number): void
}

/** Less work than this is done before another thread is awake. */
const WORTH_SHARING = 20_000

/** Computes the outputs of a kernel from a call and its attributes. */
export type WasmKernel<A> = (call: Call, attributes: A) => Operand | readonly Operand[]

/** Which kernel of the module a function that tfjs knows runs for these inputs. */
type Choice = (inputs: readonly TensorInfo[], attributes: unknown) => WasmKernel<unknown> | undefined

const choices = new WeakMap<KernelFunc, Choice>()

/** A kernel as tfjs registers it. When it throws, what it allocated is freed. */
export function toKernelFunc<A>(kernel: WasmKernel<A>): KernelFunc {
  const kernelFunc: KernelFunc = ({ inputs, backend, attrs }) => {
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
  choices.set(kernelFunc, () => kernel as WasmKernel<unknown>)
  return kernelFunc
}

/** Runs the kernel of the module for inputs that it is meant for, the other one for all others. */
export function either(
  own: KernelFunc,
  other: KernelFunc,
  isMeant: (inputs: readonly TensorInfo[], attributes: unknown) => boolean,
): KernelFunc {
  const kernelFunc: KernelFunc = (params) =>
    isMeant(Object.values(params.inputs) as TensorInfo[], params.attrs) ? own(params) : other(params)
  choices.set(kernelFunc, (inputs, attributes) =>
    wasmKernelOf(isMeant(inputs, attributes) ? own : other, inputs, attributes),
  )
  return kernelFunc
}

/** The kernel of the module that a function runs for these inputs; undefined where it runs another. */
export function wasmKernelOf(
  kernelFunc: KernelFunc,
  inputs: readonly TensorInfo[],
  attributes: unknown,
): WasmKernel<unknown> | undefined {
  return choices.get(kernelFunc)?.(inputs, attributes)
}

/** What a call does with the memory and the threads that it is given. */
export interface CallHost {
  readonly module: KernelModule
  readonly threads: number
  address(info: TensorInfo): number
  allocate(shape: Shape, dtype: DataType): TensorInfo
  scratch(floats: number): number
  fill(operand: Operand, value: number): void
  /** Calls a function of the module once for each list, shared among the threads, with scratch memory for each. */
  share(name: FunctionName, jobs: readonly (readonly number[])[], scratch?: { address: number; bytes: number }): void
}

function openCall(wasm: WasmBackend, inputs: NamedTensorInfoMap, outputs: TensorInfo[], owned: TensorInfo[]): Call {
  const { module, team } = kernelsOf(wasm)
  const address = ({ dataId }: TensorInfo): number => wasm.dataIdMap.get(dataId).memoryOffset
  const allocate = (shape: Shape, list: TensorInfo[], dtype: DataType): TensorInfo => {
    const info = allocateOutput(wasm, shape, dtype)
    list.push(info)
    return info
  }
  return callOn(inputs, {
    module,
    threads: team.threads,
    address,
    allocate: (shape, dtype) => allocate(shape, outputs, dtype),
    scratch: (floats) => address(allocate([floats], owned, 'float32')),
    fill: ({ info }, value) => wasm.typedArrayFromHeap(info).fill(value),
    share: (name, jobs, scratch) => team.run(name, jobs, scratch),
  })
}

/** Memory for a tensor. */
export function allocateOutput(wasm: WasmBackend, shape: Shape, dtype: DataType): TensorInfo {
  const info = wasm.makeOutput([...shape], dtype)
  const bytes = util.bytesPerElement(dtype) * sizeOf(shape)
  // tfjs does not look at what its allocator returns.
  if (wasm.dataIdMap.get(info.dataId).memoryOffset === 0 && bytes > 0) {
    wasm.disposeData(info.dataId)
    throw new ClasError(
      'out-of-memory',
      `the wasm backend has no room for ${bytes} bytes, its limit is 4 GiB; use smaller batches`,
      { bytes, shape },
    )
  }
  return info
}

/** The call of a kernel on a host. */
export function callOn(inputs: NamedTensorInfoMap, host: CallHost): Call {
  const { module, threads } = host
  const operand = (info: TensorInfo): Operand => ({ shape: info.shape, address: host.address(info), info })
  return {
    module,
    input(name) {
      const info = inputs[name]
      if (!info) throw new ClasError('bad-option', `the kernel needs the input '${name}', found none`, { name })
      return operand(info)
    },
    inputs: () => Object.values(inputs as Record<string, TensorInfo>).map(operand),
    fill: host.fill,
    optional(name) {
      const info = inputs[name]
      return info ? host.address(info) : 0
    },
    output: (shape, dtype = 'float32') => operand(host.allocate(shape, dtype)),
    scratch: host.scratch,
    threadsFor: (nanoseconds) => (nanoseconds < WORTH_SHARING ? 1 : threads),
    run(name, jobs, floats) {
      // One job is done at once; more may meet in any thread.
      if (jobs.length === 1 && floats === undefined) module[name](...(jobs[0] as readonly number[]))
      else if (jobs.length === 1) module[name](...(jobs[0] as readonly number[]), host.scratch(floats as number))
      else if (floats === undefined) host.share(name, jobs)
      else {
        // Whole lines of the cache, so that threads don't write to the same.
        const each = Math.ceil(floats / 16) * 16
        host.share(name, jobs, { address: host.scratch(each * threads), bytes: 4 * each })
      }
    },
  }
}

/** `parts` ranges that make up [0, total), all but the last of a multiple of `unit`; fewer where there is too little. */
export function ranges(total: number, parts: number, unit = 1): [from: number, to: number][] {
  const each = Math.max(unit, Math.ceil(total / parts / unit) * unit)
  const count = Math.max(1, Math.ceil(total / each))
  return Array.from({ length: count }, (_, i) => [i * each, Math.min(total, (i + 1) * each)])
}

/**
 * [first row, end, first column, end] of the parts of a matrix product. Each part packs one operand as a whole: the
 * smaller one.
 */
export function productParts(rows: number, columns: number, parts: number): number[][] {
  return rows >= columns
    ? ranges(rows, parts, 6).map(([from, to]) => [from, to, 0, columns])
    : ranges(columns, parts, 8).map(([from, to]) => [0, rows, from, to])
}

/** How many numbers a tensor of that shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1)
}

/** A tensor as a matrix whose columns are the last axis. */
export function asMatrix(shape: Shape): { readonly rows: number; readonly channels: number } {
  return { rows: sizeOf(shape.slice(0, -1)), channels: shape.at(-1) ?? 1 }
}
