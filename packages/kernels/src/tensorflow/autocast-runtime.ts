import { isClasError } from '@clas/core'
import { float32Inputs, isGradient, precisionRule } from './precision-table.ts'
import type { RecordingRuntime } from './recording-runtime.ts'
import { type Attributes, type Handle, type Runtime, TYPES } from './runtime.ts'

/** A type of 16 bits. */
export type LowType = typeof TYPES.bfloat16 | typeof TYPES.float16

interface Cast {
  readonly handle: Handle
  /** Of the recorder, when it was made. */
  readonly session: number
}

/**
 * Runs operations in the types that they are to have: inside {@link within} by the table of reduced precision, else in
 * float32. The caller sees tensors of both types as float32.
 */
export class AutocastRuntime implements Runtime {
  readonly recording: RecordingRuntime
  #low: LowType | undefined
  /** Whether there ever was a tensor of a low type: until then there is nothing to look for. */
  #used = false
  /** A tensor is cast once while it lives. */
  readonly #casts = new Map<Handle, Map<number, Cast>>()
  /** Operations that the library has in float32 alone: 'Elu 14'. */
  readonly #float32Only = new Set<string>()

  constructor(recording: RecordingRuntime) {
    this.recording = recording
  }

  get version(): string {
    return this.recording.version
  }

  get devices(): Runtime['devices'] {
    return this.recording.devices
  }

  /** Runs `f` under reduced precision; `undefined` is float32. */
  within<R>(low: LowType | undefined, f: () => R): R {
    const before = this.#low
    this.#low = low
    this.#used ||= low !== undefined
    try {
      return f()
    } finally {
      this.#low = before
    }
  }

  create(type: number, shape: readonly number[], data: ArrayBufferView): Handle {
    return this.recording.create(type, shape, data)
  }

  read(handle: Handle): Float32Array | Int32Array | Uint8Array {
    return this.recording.read(handle)
  }

  release(handle: Handle): void {
    this.recording.release(handle)
    const casts = this.#casts.get(handle)
    if (!casts) return
    this.#casts.delete(handle)
    for (const cast of casts.values()) this.recording.release(cast.handle)
  }

  execute(operation: string, attributes: Attributes, inputs: readonly Handle[], outputs: number): readonly Handle[] {
    if (!this.#used) return this.recording.execute(operation, attributes, inputs, outputs)
    const rule = precisionRule(operation, attributes)
    if (rule === 'any') return this.recording.execute(operation, attributes, inputs, outputs)
    const low = this.#low
    if (low === undefined || rule === 'float32' || this.#float32Only.has(`${operation} ${low}`)) {
      return this.#executeAs(TYPES.float32, operation, attributes, inputs, outputs)
    }
    const type = rule === 'follow' ? followed(operation, inputs) : low
    const results = this.#tryAs(type, operation, attributes, inputs, outputs)
    return rule === 'low-to-float32' ? results.map((result) => this.#toFloat32(result)) : results
  }

  /** In float32 where the library has no such operation of the low type. */
  #tryAs(
    type: number,
    operation: string,
    attributes: Attributes,
    inputs: readonly Handle[],
    outputs: number,
  ): readonly Handle[] {
    try {
      return this.#executeAs(type, operation, attributes, inputs, outputs)
    } catch (error) {
      if (type === TYPES.float32 || !isClasError(error) || !NO_KERNEL.test(error.message)) throw error
      const results = this.#executeAs(TYPES.float32, operation, attributes, inputs, outputs)
      this.#float32Only.add(`${operation} ${type}`)
      return results
    }
  }

  #executeAs(
    type: number,
    operation: string,
    attributes: Attributes,
    inputs: readonly Handle[],
    outputs: number,
  ): readonly Handle[] {
    const always = type === TYPES.float32 ? [] : float32Inputs(operation)
    const cast = inputs.map((input, i) => this.#cast(input, always.includes(i) ? TYPES.float32 : type))
    return this.recording.execute(operation, attributes, cast, outputs)
  }

  #cast(input: Handle, type: number): Handle {
    if (input.type === type || !isFloat(input)) return input
    const casts = this.#casts.get(input) ?? new Map<number, Cast>()
    this.#casts.set(input, casts)
    const known = casts.get(type)
    const { session, isRecording } = this.recording
    // A recording must see the cast: what was cast before may be another tensor at the next call.
    if (known && (!isRecording || known.session === session)) return known.handle
    if (known) this.recording.release(known.handle)
    const handle = this.recording.execute('Cast', { DstT: { type } }, [input], 1)[0] as Handle
    casts.set(type, { handle, session })
    return handle
  }

  #toFloat32(result: Handle): Handle {
    if (result.type === TYPES.float32 || !isFloat(result)) return result
    const wide = this.recording.execute('Cast', { DstT: { type: TYPES.float32 } }, [result], 1)[0] as Handle
    this.recording.release(result)
    return wide
  }
}

/** What TensorFlow says where it has no such operation of a type: on this device, or at all. */
const NO_KERNEL = /kernels? .*registered|not in the list of allowed values/i

/**
 * The type of an operation that follows its inputs. Of a gradient, the low one if there is one: so ran the operation.
 * Else that of the input with the most elements, so that a constant or a bias does not decide; float32 of two as large.
 */
function followed(operation: string, inputs: readonly Handle[]): number {
  const always = float32Inputs(operation)
  const floats = inputs.filter((input, i) => isFloat(input) && !always.includes(i))
  const types = new Set(floats.map(({ type }) => type))
  if (types.size === 0) return TYPES.float32
  if (types.size === 1) return floats[0]?.type as number
  const elements = ({ shape }: Handle): number => shape.reduce((product, length) => product * length, 1)
  const largest = Math.max(...floats.map(elements))
  const candidates = floats.filter((input) => isGradient(operation) || elements(input) === largest)
  const low = candidates.find(({ type }) => type !== TYPES.float32)
  const all32 = isGradient(operation) ? [] : candidates.filter(({ type }) => type === TYPES.float32)
  return low && all32.length === 0 ? low.type : TYPES.float32
}

function isFloat({ type }: Handle): boolean {
  return type === TYPES.float32 || type === TYPES.bfloat16 || type === TYPES.float16
}
