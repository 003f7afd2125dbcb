/** A tensor inside TensorFlow. Opaque: only the runtime that made it can use it. */
export interface Handle {
  readonly shape: readonly number[]
  /** The number of TensorFlow's type, see {@link TYPES}. */
  readonly type: number
}

/** TensorFlow's numbers of the types that are used (tensorflow/c/tf_datatype.h). */
export const TYPES = {
  float32: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  float16: 19,
} as const

/** An attribute of an operation. Texts and booleans stand for themselves, numbers say what they are. */
export type Attribute =
  | string
  | boolean
  | { readonly int: number }
  | { readonly float: number }
  | { readonly type: number }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly shape: readonly number[] }

/** Attributes by name. Types that TensorFlow infers from the inputs (`T`) are left out. */
export type Attributes = Readonly<Record<string, Attribute>>

/** TensorFlow's eager operations, reached through its C API. */
export interface Runtime {
  /** Of the library: '2.21.0'. */
  readonly version: string
  /** Such as `{ name: '/job:localhost/replica:0/task:0/device:CPU:0', type: 'CPU' }`. */
  readonly devices: readonly { readonly name: string; readonly type: string }[]
  /** Copies the data in. `data` has the type's element size: Float32Array, Int32Array, Uint8Array for bool and uint8. */
  create(type: number, shape: readonly number[], data: ArrayBufferView): Handle
  /** Copies the data out: Float32Array of float32, bfloat16 and float16, Int32Array of int32 and int64, else Uint8Array. */
  read(handle: Handle): Float32Array | Int32Array | Uint8Array
  /** Frees a handle; a second time is an error. */
  release(handle: Handle): void
  /**
   * Runs one operation. An input list of the operation (`ConcatV2`, `Pack`, `AddN`) is given flat, in order.
   *
   * @param outputs - how many the operation has
   * @throws an error with TensorFlow's message
   */
  execute(operation: string, attributes: Attributes, inputs: readonly Handle[], outputs: number): readonly Handle[]
}
