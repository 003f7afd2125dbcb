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
 * Reads a safetensors file. Every length is checked before anything is allocated; float32, int32 and uint8 are read.
 *
 * @param bytes - the whole file
 * @param file - the file's name, for messages
 * @returns copies of the arrays, and the text
 * @throws `corrupt-file` with the file's name and what is wrong where
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from '@clas/core'
 * const bytes = encodeSafetensors({ w: { shape: [2], data: new Float32Array([1, 2]) } }, { step: '3' })
 * console.log(decodeSafetensors(bytes, 'model.safetensors').metadata) // { step: '3' }
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): SafetensorsFile {
  const fail = (problem: string): never => {
    throw new ClasError('corrupt-file', `${file} is not a whole safetensors file: ${problem}`, { file, problem })
  }
  if (bytes.length < 8) fail(`expected a header length of 8 bytes, found ${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  if (length > LARGEST_HEADER || 8 + length > bytes.length) {
    fail(`the header is said to have ${length} bytes, the file has ${bytes.length}`)
  }
  const start = 8 + length
  const header = parseHeader(bytes.subarray(8, start), fail)
  const arrays: Record<string, ArrayRecord> = {}
  const metadata: Record<string, string> = {}
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      for (const [key, value] of Object.entries(entry as object)) metadata[key] = String(value)
      continue
    }
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>
    if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2)
      fail(`the entry of '${name}' has no shape or offsets`)
    const [from, to] = offsets as [number, number]
    const count = (shape as number[]).reduce((product, size) => product * size, 1)
    const kind = KINDS[dtype as string] ?? fail(`'${name}' has the type ${String(dtype)}; F32, I32 and U8 are read`)
    const size = count * kind.BYTES_PER_ELEMENT
    if (from > to || to - from !== size) {
      fail(`'${name}' of shape [${shape}] needs ${size} bytes, its offsets ${from} to ${to} give ${to - from}`)
    }
    if (start + to > bytes.length) {
      fail(
        `'${name}' ends at byte ${start + to}, the file at ${bytes.length}; it was cut off: take an earlier checkpoint`,
      )
    }
    const copy = Uint8Array.prototype.slice.call(bytes, start + from, start + to) // a Buffer's own slice would not copy
    arrays[name] = { shape: shape as number[], data: new kind(copy.buffer, 0, count) }
  }
  return { arrays, metadata }
}

const KINDS: Readonly<Record<string, typeof Float32Array | typeof Int32Array | typeof Uint8Array>> = {
  F32: Float32Array,
  I32: Int32Array,
  U8: Uint8Array,
}

function dtypeOf(data: ArrayRecord['data']): string {
  if (data instanceof Float32Array) return 'F32'
  return data instanceof Int32Array ? 'I32' : 'U8'
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

function parseHeader(bytes: Uint8Array, fail: (problem: string) => never): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof header === 'object' && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>
  } catch {
    // Told below.
  }
  return fail('the header is not JSON')
}
