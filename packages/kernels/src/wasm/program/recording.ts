import {
  type DataType,
  getKernelsForBackend,
  type KernelConfig,
  type KernelFunc,
  type Tensor,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { callSite } from '../../compile/call-site.ts'
import type { Recording } from '../../compile/step-compiler.ts'
import { replaceKernel } from '../../register-kernels.ts'
import { wasmKernelOf } from '../call.ts'
import { Constant } from './constant.ts'
import type { ProgramBackend } from './program-backend.ts'
import { liveCalls, type TracedCall, type Value, type View } from './trace.ts'
import { WasmTrace } from './wasm-trace.ts'

/**
 * Notes the kernels that run on the backend, tfjs's and the user's among them. Kernels that other kernels call are part
 * of those.
 */
export class WasmRecording implements Recording {
  readonly #backend: ProgramBackend
  readonly #stop: () => void
  readonly #calls: TracedCall[] = []
  /** By the identity of a tensor's data. */
  readonly #values = new Map<object, Value>()
  readonly #made = new Set<Value>()
  /** What was taken and not made. It stays alive until it is known whether it is an input. */
  readonly #taken = new Map<Value, Constant>()
  #obstacle: string | undefined
  #depth = 0

  constructor(backend: ProgramBackend) {
    this.#backend = backend
    const restore = [this.#watchKernels(), this.#watchReads()]
    this.#stop = () => {
      for (const each of restore) each()
    }
  }

  get obstacle(): string | undefined {
    return this.#obstacle
  }

  fail(obstacle: string): void {
    this.#obstacle ??= obstacle
  }

  finish(inputs: readonly Tensor[], outputs: readonly Tensor[]): WasmTrace {
    this.#stop()
    const given = inputs.map((input) => this.#valueOf(input))
    const results = outputs.map((output) => this.#take(output))
    const inputSet = new Set(given)
    const calls = liveCalls(this.#calls, inputSet, results)
    const used = new Set([...results, ...calls.flatMap((call) => [...call.inputs.values()])].map(({ value }) => value))
    const constants = new Map<Value, Constant>()
    for (const [value, constant] of this.#taken) {
      if (used.has(value) && !inputSet.has(value)) constants.set(value, constant)
      else constant.letGo()
    }
    return new WasmTrace(this.#backend, { inputs: given, constants, calls, outputs: results })
  }

  abandon(): void {
    this.#stop()
    for (const constant of this.#taken.values()) constant.letGo()
  }

  #valueOf({ dataId, shape, dtype }: TensorInfo): Value {
    const known = this.#values.get(dataId)
    if (known) return known
    const value = { size: util.sizeFromShape([...shape]), dtype }
    this.#values.set(dataId, value)
    return value
  }

  /** What a kernel takes, or what is returned. */
  #take(info: TensorInfo): View {
    const value = this.#valueOf(info)
    if (!this.#made.has(value) && !this.#taken.has(value)) this.#taken.set(value, new Constant(info, this.#backend))
    return { value, shape: [...info.shape], dtype: info.dtype }
  }

  #watchKernels(): () => void {
    const watched = new Map<KernelConfig, KernelFunc>()
    for (const config of getKernelsForBackend('wasm')) {
      const kernelFunc: KernelFunc = (params) => {
        if (this.#depth > 0) return config.kernelFunc(params)
        this.#depth++
        try {
          return this.#run(config, params)
        } finally {
          this.#depth--
        }
      }
      watched.set(config, kernelFunc)
    }
    for (const [{ kernelName }, kernelFunc] of watched) replaceKernel('wasm', kernelName, () => kernelFunc)
    return () => {
      for (const [{ kernelName, kernelFunc: original }, mine] of watched) {
        // One that was replaced meanwhile is left as it is.
        replaceKernel('wasm', kernelName, (current) => (current === mine ? original : (current as KernelFunc)))
      }
    }
  }

  #run({ kernelName, kernelFunc }: KernelConfig, params: Parameters<KernelFunc>[0]): ReturnType<KernelFunc> {
    const given = Object.entries(params.inputs as Record<string, TensorInfo | undefined>)
    const inputs = new Map(given.flatMap(([name, info]) => (info ? [[name, this.#take(info)] as const] : [])))
    const result = kernelFunc(params)
    const outputs = (Array.isArray(result) ? result : [result]).map((info) => this.#make(info))
    const infos = given.flatMap(([, info]) => info ?? [])
    for (const { dtype } of [...infos, ...(Array.isArray(result) ? result : [result])]) this.#check(kernelName, dtype)
    const own = wasmKernelOf(kernelFunc, infos, params.attrs)
    const kernel = own ? { own } : { foreign: { kernelFunc, takesList: Array.isArray(params.inputs) } }
    // What only gives data another shape is known by the data.
    if (outputs.some((output) => output !== undefined)) {
      this.#calls.push({ name: kernelName, attributes: params.attrs ?? {}, inputs, outputs, kernel })
    }
    return result
  }

  /** Undefined for data that is there already. */
  #make(info: TensorInfo): View | undefined {
    if (this.#values.has(info.dataId)) return undefined
    const value = this.#valueOf(info)
    this.#made.add(value)
    return { value, shape: [...info.shape], dtype: info.dtype }
  }

  #check(kernelName: string, dtype: DataType): void {
    if (dtype === 'string' || dtype === 'complex64')
      this.fail(`the kernel ${kernelName} works on values of type ${dtype}`)
  }

  #watchReads(): () => void {
    const backend = this.#backend
    const { read, readSync } = backend
    // Kernels may read what they need: they do so in the program as well.
    const note = (): void => {
      if (this.#depth === 0) this.fail(`a value is read back (dataSync) at ${callSite()}`)
    }
    const own = Object.getOwnPropertyDescriptors(backend)
    const watch = (name: 'read' | 'readSync', f: (...values: never[]) => unknown): void => {
      Object.defineProperty(backend, name, {
        value: (...values: never[]) => {
          note()
          return f.apply(backend, values)
        },
        configurable: true,
        writable: true,
      })
    }
    watch('read', read)
    watch('readSync', readSync)
    return () => {
      for (const name of ['read', 'readSync'] as const) {
        const before = own[name]
        if (before) Object.defineProperty(backend, name, before)
        else delete (backend as Partial<Record<'read' | 'readSync', unknown>>)[name]
      }
    }
  }
}
