import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Attributes } from '../runtime.ts'

/** What the constants of kernels are made of. */
export type ConstantType = 'float32' | 'int32'

/** Runs TensorFlow's operations on tensors of tfjs: what the kernels are written on. */
export interface Executor {
  /** On a GPU some operations hand other values from the forward pass to the backward. */
  readonly onGpu: boolean
  /** Runs an operation; see {@link Runtime.execute}. The caller owns what it gives. */
  run(operation: string, attributes: Attributes, inputs: readonly TensorInfo[], outputs: number): TensorInfo[]
  /** A few numbers as a tensor, which the executor keeps for the next time: it must not be freed. */
  constant(values: readonly number[], shape: readonly number[], dtype: ConstantType): TensorInfo
  /** Counts one more owner. */
  share(x: TensorInfo): void
  /** Counts one owner less; without any the tensor is freed. */
  free(x: TensorInfo): void
}

/** Keeps what was made last. */
export class ConstantCache<T> {
  readonly #make: (values: readonly number[], shape: readonly number[], dtype: ConstantType) => T
  readonly #free: (constant: T) => void
  readonly #capacity: number
  readonly #kept = new Map<string, T>()

  /**
   * @param capacity - more than one kernel uses, so that none loses a constant while it runs
   */
  constructor(
    make: (values: readonly number[], shape: readonly number[], dtype: ConstantType) => T,
    free: (constant: T) => void,
    capacity = 2000,
  ) {
    this.#make = make
    this.#free = free
    this.#capacity = capacity
  }

  get(values: readonly number[], shape: readonly number[], dtype: ConstantType): T {
    // -0 and 0 differ, and print alike.
    const key = `${dtype}|${shape}|${values.length === 1 && Object.is(values[0], -0) ? '-0' : values}`
    const found = this.#kept.get(key)
    if (found !== undefined) return found
    const made = this.#make(values, shape, dtype)
    this.#kept.set(key, made)
    if (this.#kept.size > this.#capacity) {
      const [oldest] = this.#kept as Iterable<readonly [string, T]>
      if (oldest) {
        this.#kept.delete(oldest[0])
        this.#free(oldest[1])
      }
    }
    return made
  }

  clear(): void {
    for (const constant of this.#kept.values()) this.#free(constant)
    this.#kept.clear()
  }
}
