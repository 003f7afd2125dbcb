import type { DataType, KernelFunc } from '@tensorflow/tfjs-core'
import type { Shape } from '../../contract.ts'
import type { WasmKernel } from '../call.ts'
import type { Constant } from './constant.ts'

/** The data of a tensor, known by identity. Tensors of several shapes may share it. */
export interface Value {
  readonly size: number
  readonly dtype: DataType
}

/** A value as a tensor. */
export interface View {
  readonly value: Value
  readonly shape: Shape
  readonly dtype: DataType
}

/** A kernel that tfjs or the user brings. */
export interface ForeignKernel {
  readonly kernelFunc: KernelFunc
  /** Whether it takes its inputs as a list. */
  readonly takesList: boolean
}

/** One call of a kernel. */
export interface TracedCall {
  readonly name: string
  readonly attributes: object
  /** By name, in the order in which they are given. */
  readonly inputs: ReadonlyMap<string, View>
  /** Undefined for a result that shares an input's data. */
  readonly outputs: readonly (View | undefined)[]
  /** One that runs in the module, or one that does what it likes. */
  readonly kernel: { readonly own: WasmKernel<unknown> } | { readonly foreign: ForeignKernel }
}

/** A program: calls in an order in which they can run. */
export interface TracedProgram {
  /** What is given at each run. */
  readonly inputs: readonly Value[]
  readonly constants: ReadonlyMap<Value, Constant>
  readonly calls: readonly TracedCall[]
  readonly outputs: readonly View[]
}

/** The calls that outputs depend on. What is an input is not computed. */
export function liveCalls(
  calls: readonly TracedCall[],
  inputs: ReadonlySet<Value>,
  outputs: readonly View[],
): TracedCall[] {
  const needed = new Set(outputs.map(({ value }) => value))
  for (const input of inputs) needed.delete(input)
  const live = calls.toReversed().filter((call) => {
    if (!call.outputs.some((output) => output && needed.has(output.value))) return false
    for (const { value } of call.inputs.values()) if (!inputs.has(value)) needed.add(value)
    return true
  })
  return live.reverse()
}
