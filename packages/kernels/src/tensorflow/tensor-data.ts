import { ClasError } from '@clas/core'
import { int64 } from './attributes.ts'
import type { Context } from './context.ts'
import type { Address, Library } from './library.ts'
import { TYPES } from './runtime.ts'

/** Bytes of an element, of the types whose data can be copied. */
const ELEMENT_BYTES: Readonly<Record<number, number>> = {
  [TYPES.float32]: 4,
  [TYPES.int32]: 4,
  [TYPES.uint8]: 1,
  [TYPES.complex64]: 8,
  [TYPES.int64]: 8,
  [TYPES.bool]: 1,
  [TYPES.bfloat16]: 2,
  [TYPES.float16]: 2,
}

/** 'float32' of 1; 'type 99' of what is not in the table. */
export function typeName(type: number): string {
  return Object.entries(TYPES).find(([, number]) => number === type)?.[0] ?? `type ${type}`
}

/** A new TF_Tensor with a copy of the data. */
export function writeTensor(
  { library }: Context,
  type: number,
  shape: readonly number[],
  data: ArrayBufferView,
): Address {
  const bytes = elementBytes(type) * shape.reduce((product, length) => product * length, 1)
  if (bytes !== data.byteLength) {
    const message = `${typeName(type)} [${shape}] must have ${bytes} bytes of data, found ${data.byteLength}`
    throw new ClasError('shape-mismatch', message, { type, shape, bytes: data.byteLength })
  }
  const tensor = library.TF_AllocateTensor(type, int64(shape), shape.length, bytes)
  if (tensor === 0) throw new ClasError('out-of-memory', `there is no memory for a tensor of ${bytes} bytes`, { bytes })
  if (bytes > 0) library.copyIn(library.TF_TensorData(tensor), data, bytes)
  return tensor
}

/** A copy of a TF_Tensor's data. */
export function readTensor(library: Library, tensor: Address, type: number): Float32Array | Int32Array | Uint8Array {
  elementBytes(type)
  const bytes = library.TF_TensorByteSize(tensor)
  const data = new Uint8Array(bytes)
  if (bytes > 0) library.copyOut(data, library.TF_TensorData(tensor), bytes)
  if (type === TYPES.float32 || type === TYPES.complex64) return new Float32Array(data.buffer)
  if (type === TYPES.int32) return new Int32Array(data.buffer)
  if (type === TYPES.int64) return Int32Array.from(new BigInt64Array(data.buffer), Number)
  return data
}

function elementBytes(type: number): number {
  const bytes = ELEMENT_BYTES[type]
  if (bytes === undefined) {
    const message = `tensors of TensorFlow's ${typeName(type)} can't be copied; cast to float32 or int32 first`
    throw new ClasError('bad-option', message, { type })
  }
  return bytes
}
