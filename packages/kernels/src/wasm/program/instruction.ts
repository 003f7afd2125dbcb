import type { DataType } from '@tensorflow/tfjs-core'
import type { FunctionName } from '../team.ts'
import type { Region } from './region.ts'
import type { ForeignKernel, View } from './trace.ts'

/** One thing that a program does. Addresses in the lists are corrected where their regions move. */
export type Instruction =
  | { readonly kind: 'call'; readonly name: FunctionName; readonly values: readonly number[] }
  | {
      /** Shared among the threads. */
      readonly kind: 'share'
      readonly name: FunctionName
      readonly jobs: readonly (readonly number[])[]
      /** The address of the first thread's scratch memory and how many bytes that of the next is from it. */
      readonly scratch: readonly number[] | undefined
    }
  | {
      readonly kind: 'fill'
      /** The address alone. */
      readonly at: readonly number[]
      readonly size: number
      readonly dtype: DataType
      readonly value: number
    }
  | ForeignInstruction

/** A kernel that allocates what it gives. */
export interface ForeignInstruction {
  readonly kind: 'foreign'
  readonly name: string
  readonly kernel: ForeignKernel
  readonly attributes: object
  readonly inputs: readonly (readonly [name: string, view: View, memory: Memory])[]
  /** Undefined for what shares data with an input. */
  readonly outputs: readonly ({ readonly view: View; readonly memory: Memory } | undefined)[]
}

/** Memory of a value. */
export interface Memory {
  readonly region: Region
  /** The data that the backend knows it as, where it does. */
  dataId?: object | undefined
}
