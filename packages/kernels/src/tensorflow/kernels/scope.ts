import type { DataType, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { type Attributes, TYPES } from '../runtime.ts'
import type { Executor } from './executor.ts'

/** The inputs of a kernel: those named, and those that may be missing. */
type Inputs<N extends string, O extends string = never> = Readonly<Record<N, TensorInfo>> &
  Readonly<Partial<Record<O, TensorInfo>>>

/** A kernel on TensorFlow's operations. What it makes and does not return is freed. */
export type Kernel<N extends string, A = unknown, O extends string = never> = (
  scope: Scope,
  inputs: Inputs<N, O>,
  attributes: A,
) => TensorInfo | readonly TensorInfo[]

/** A kernel of any inputs and attributes, as tables hold them. */
export type AnyKernel = (scope: Scope, inputs: never, attributes: never) => TensorInfo | readonly TensorInfo[]

const NONE: Attributes = {}
const DATA_TYPES: Readonly<Partial<Record<DataType, number>>> = {
  float32: TYPES.float32,
  int32: TYPES.int32,
  bool: TYPES.bool,
  complex64: TYPES.complex64,
}

/** TensorFlow's number of a type of tfjs, as an attribute. */
function typeOf(dtype: DataType): { readonly type: number } {
  return { type: DATA_TYPES[dtype] ?? TYPES.string }
}

/** How many values a shape holds. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1
  for (const length of shape) size *= length
  return size
}

/** One run of a kernel: the tensors that it makes, and words for the operations that many kernels use. */
export class Scope {
  readonly executor: Executor
  readonly #made: TensorInfo[] = []

  constructor(executor: Executor) {
    this.executor = executor
  }

  /** Runs an operation of several outputs. */
  run(operation: string, inputs: readonly TensorInfo[], attributes: Attributes, outputs: number): TensorInfo[] {
    const results = this.executor.run(operation, attributes, inputs, outputs)
    for (const result of results) this.#made.push(result)
    return results
  }

  /** Runs an operation of one output. */
  op(operation: string, inputs: readonly TensorInfo[], attributes: Attributes = NONE): TensorInfo {
    const result = this.executor.run(operation, attributes, inputs, 1)[0] as TensorInfo
    this.#made.push(result)
    return result
  }

  /** The same data under one more owner: what a kernel returns that returns its input. */
  share(x: TensorInfo, shape: readonly number[] = x.shape): TensorInfo {
    this.executor.share(x)
    const shared = { dataId: x.dataId, shape: shape as number[], dtype: x.dtype }
    this.#made.push(shared)
    return shared
  }

  /** A vector of integers: axes, sizes, paddings. */
  ints(values: readonly number[], shape: readonly number[] = [values.length]): TensorInfo {
    return this.executor.constant(values, shape, 'int32')
  }

  int(value: number): TensorInfo {
    return this.executor.constant([value], [], 'int32')
  }

  float(value: number): TensorInfo {
    return this.executor.constant([value], [], 'float32')
  }

  floats(values: readonly number[], shape: readonly number[] = [values.length]): TensorInfo {
    return this.executor.constant(values, shape, 'float32')
  }

  /** A number of the type that x has. */
  numberLike(x: TensorInfo, value: number): TensorInfo {
    return x.dtype === 'int32' ? this.int(value) : this.float(value)
  }

  fill(shape: readonly number[], value: number): TensorInfo {
    return this.op('Fill', [this.ints(shape), this.float(value)])
  }

  /** x itself where it has the shape. */
  reshape(x: TensorInfo, shape: readonly number[]): TensorInfo {
    if (sameShape(x.shape, shape)) return x
    return this.op('Reshape', [x, this.ints(shape)])
  }

  /** x itself where it has the type. */
  cast(x: TensorInfo, dtype: DataType): TensorInfo {
    return x.dtype === dtype ? x : this.op('Cast', [x], { DstT: typeOf(dtype) })
  }

  /** The kernel's results become the caller's, all else is freed. A result that was an input gets one more owner. */
  finish(result: TensorInfo | readonly TensorInfo[]): TensorInfo | TensorInfo[] {
    const results = (Array.isArray(result) ? result : [result]) as readonly TensorInfo[]
    const kept = new Set<TensorInfo>()
    const owned = results.map((each) => {
      if (this.#made.includes(each) && !kept.has(each)) {
        kept.add(each)
        return each
      }
      this.executor.share(each)
      return { dataId: each.dataId, shape: each.shape, dtype: each.dtype }
    })
    for (const each of this.#made) if (!kept.has(each)) this.executor.free(each)
    return Array.isArray(result) ? owned : (owned[0] as TensorInfo)
  }

  /** Frees all that was made. */
  abandon(): void {
    for (const each of this.#made) this.executor.free(each)
  }
}

/** The kernel as tfjs calls it. */
export function toKernelFunc(kernel: AnyKernel, executorOf: (backend: unknown) => Executor): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const scope = new Scope(executorOf(backend))
    let result: TensorInfo | readonly TensorInfo[]
    try {
      result = kernel(scope, inputs as never, attrs as never)
    } catch (error) {
      scope.abandon()
      throw error
    }
    return scope.finish(result)
  }
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, i) => length === b[i])
}
