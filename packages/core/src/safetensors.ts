import { allocateElements, decodeElements, type ElementType, elementSize } from './element-types.ts'
import { ClasError } from './errors.ts'

/** One array of a file: its shape and its values in C order. */
export interface ArrayRecord {
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array | Uint8Array
}

/** Arrays by name, as a checkpoint holds them. */
export type StateDict = Readonly<Record<string, ArrayRecord>>

/** What a safetensors file holds. */
export interface SafetensorsFile {
  readonly arrays: StateDict
  /** Text by name. */
  readonly metadata: Readonly<Record<string, string>>
}

const LARGEST_HEADER = 100_000_000

/**
 * Writes arrays in the safetensors format (Hugging Face): 8 bytes of header length, a JSON header, the values.
 *
 * @param arrays - by name; float32, int32 or uint8
 * @param metadata - text by name; default none
 * @returns the whole file; the values are aligned to 8 bytes
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from '@clas/core'
 * const bytes = encodeSafetensors({ w: { shape: [2], data: new Float32Array([1, 2]) } }, { step: '3' })
 * console.log(decodeSafetensors(bytes, 'memory').arrays.w?.data)
 * ```
 */
export function encodeSafetensors(arrays: StateDict, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let end = 0
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] }
    end += data.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const start = 8 + Math.ceil(text.length / 8) * 8 // the values are aligned to 8 bytes
  const file = new Uint8Array(start + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true)
  file.fill(0x20, 8, start)
  file.set(text, 8)
  let at = start
  for (const { data } of Object.values(arrays)) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return file
}

/**
 * Reads a safetensors file. Every length is checked before anything is allocated. Floats of 16, 32 and 64 bits become
 * `Float32Array`; U8 and BOOL `Uint8Array`; all other whole numbers `Int32Array`, which must be able to hold them.
 *
 * @param bytes - the whole file
 * @param file - the file's name, for messages
 * @returns copies of the arrays, and the text
 * @throws `corrupt-file` with the file's name and what is wrong at which byte; of arrays that overlap or leave gaps too
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from '@clas/core'
 * const bytes = encodeSafetensors({ w: { shape: [2], data: new Float32Array([1, 2]) } }, { step: '3' })
 * console.log(decodeSafetensors(bytes, 'model.safetensors').metadata) // { step: '3' }
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): SafetensorsFile {
  const fail: Fail = (offset, problem) => {
    throw new ClasError('corrupt-file', `${file} is not a whole safetensors file: at byte ${offset}, ${problem}`, {
      file,
      offset,
      problem,
    })
  }
  if (bytes.length < 8) fail(0, `expected a header length of 8 bytes, found ${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  if (length > LARGEST_HEADER || 8 + length > bytes.length) {
    fail(0, `the header is said to have ${length} bytes, the file has ${bytes.length}`)
  }
  const { __metadata__: text = {}, ...entries } = parseHeader(bytes.subarray(8, 8 + length), fail)
  if (!isRecord(text)) return fail(8, '__metadata__ is not text by name')
  const tensors = Object.entries(entries).map(([name, entry]) => readEntry(name, entry, 8 + length, fail))
  checkCover(tensors, 8 + length, bytes.length, fail)
  const arrays = tensors.map(({ name, type, shape, from, to }): [string, ArrayRecord] => {
    const data = allocateElements(type, (to - from) / elementSize(type))
    decodeElements(type, bytes.subarray(from, to), data, (problem) => fail(from, `in '${name}', ${problem}`))
    return [name, { shape, data }]
  })
  return {
    arrays: Object.fromEntries(arrays),
    metadata: Object.fromEntries(Object.entries(text).map(([key, value]) => [key, String(value)])),
  }
}

type Fail = (offset: number, problem: string) => never

/** An array's place in the file. */
interface Tensor {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly from: number
  readonly to: number
}

const TYPES: Readonly<Record<string, ElementType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  U64: 'uint64',
  I32: 'int32',
  U32: 'uint32',
  I16: 'int16',
  U16: 'uint16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
}

function readEntry(name: string, entry: unknown, start: number, fail: Fail): Tensor {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {}
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    return fail(8, `the entry of '${name}' has no shape or offsets`)
  }
  const [from, to] = offsets as [number, number]
  const type = Object.hasOwn(TYPES, String(dtype)) ? TYPES[String(dtype)] : undefined
  if (type === undefined) {
    return fail(8, `'${name}' has the type ${String(dtype)}; ${Object.keys(TYPES).join(', ')} are read`)
  }
  const size = shape.reduce((product, length) => product * length, elementSize(type))
  if (to - from !== size) {
    fail(
      start + from,
      `'${name}' of shape [${shape}] needs ${size} bytes, its offsets ${from} to ${to} give ${to - from}`,
    )
  }
  return { name, type, shape, from: start + from, to: start + to }
}

/** The format wants the arrays to lie one after the other, from the header's end to the file's. */
function checkCover(tensors: readonly Tensor[], start: number, end: number, fail: Fail): void {
  let at = start
  for (const { name, from, to } of tensors.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== at) fail(from, `'${name}' begins, but what is before it ends at byte ${at}`)
    at = to
  }
  if (at > end) fail(end, `the file ends, its arrays at byte ${at}; it was cut off: take an earlier or a whole copy`)
  if (at < end) fail(at, `the arrays end, but the file has ${end - at} bytes more`)
}

function dtypeOf(data: ArrayRecord['data']): string {
  if (data instanceof Float32Array) return 'F32'
  return data instanceof Int32Array ? 'I32' : 'U8'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (isRecord(header)) return header
  } catch {
    // Told below.
  }
  return fail(8, 'the header is not JSON')
}
