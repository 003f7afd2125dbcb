import { ClasError } from '@clas/core'
import { callSite } from '../compile/call-site.ts'
import type { EagerRuntime } from './eager-runtime.ts'
import { GraphOperations } from './graph-operations.ts'
import type { Attributes, Handle, Runtime } from './runtime.ts'
import type { RecordedOperation } from './trace.ts'

/** Runs operations and, between {@link start} and {@link stop}, notes them. */
export class RecordingRuntime implements Runtime {
  readonly eager: EagerRuntime
  readonly #graphs: GraphOperations
  /** Counts the recordings; odd while one is under way. */
  #session = 0
  #operations: RecordedOperation[] = []
  /** What the operations of this recording gave. */
  #produced = new Set<Handle>()
  /** What they took and did not give. It stays alive until the recording is used. */
  #taken = new Set<Handle>()
  readonly #held = new Map<Handle, { count: number; released: boolean }>()
  #obstacle: string | undefined

  constructor(eager: EagerRuntime) {
    this.eager = eager
    this.#graphs = new GraphOperations(eager)
  }

  get version(): string {
    return this.eager.version
  }

  get devices(): Runtime['devices'] {
    return this.eager.devices
  }

  get session(): number {
    return this.#session
  }

  get isRecording(): boolean {
    return this.#session % 2 === 1
  }

  /** Why what ran can't be repeated by its record. */
  get obstacle(): string | undefined {
    return this.#obstacle
  }

  fail(obstacle: string): void {
    this.#obstacle ??= obstacle
  }

  start(): void {
    if (this.isRecording) throw new ClasError('bad-option', 'one step can be recorded at a time, found a second')
    this.#session++
    this.#obstacle = undefined
  }

  /** Ends the recording. `use` sees the operations; what they took is alive until it returns. */
  stop<R>(use: (operations: readonly RecordedOperation[]) => R): R {
    const operations = this.#operations
    const taken = this.#taken
    this.#session++
    this.#operations = []
    this.#produced = new Set()
    this.#taken = new Set()
    try {
      return use(operations)
    } finally {
      for (const handle of taken) this.letGo(handle)
    }
  }

  /** Keeps a tensor alive though its owner may release it. */
  hold(handle: Handle): void {
    const held = this.#held.get(handle)
    if (held) held.count++
    else this.#held.set(handle, { count: 1, released: false })
  }

  /** Ends one {@link hold}. */
  letGo(handle: Handle): void {
    const held = this.#held.get(handle)
    if (!held || --held.count > 0) return
    this.#held.delete(handle)
    if (held.released) this.eager.release(handle)
  }

  create(type: number, shape: readonly number[], data: ArrayBufferView): Handle {
    return this.eager.create(type, shape, data)
  }

  read(handle: Handle): Float32Array | Int32Array | Uint8Array {
    if (this.isRecording) this.fail(`a value is read back (dataSync) at ${callSite()}`)
    return this.eager.read(handle)
  }

  release(handle: Handle): void {
    const held = this.#held.get(handle)
    if (!held) {
      this.eager.release(handle)
      return
    }
    if (held.released) throw new ClasError('bad-option', 'a tensor must be freed once, found a freed one')
    held.released = true
  }

  execute(operation: string, attributes: Attributes, inputs: readonly Handle[], outputs: number): readonly Handle[] {
    const [input] = inputs
    const results =
      input && this.#graphs.has(operation)
        ? this.#graphs.execute(operation, input)
        : this.eager.execute(operation, attributes, inputs, outputs)
    if (this.isRecording) this.#note({ operation, attributes, inputs: [...inputs], outputs: results })
    return results
  }

  #note(record: RecordedOperation): void {
    if (record.outputs.length === 0)
      this.fail(`the operation ${record.operation} is run for what it does beside results`)
    for (const input of record.inputs) {
      if (this.#produced.has(input) || this.#taken.has(input)) continue
      this.#taken.add(input)
      this.hold(input)
    }
    for (const output of record.outputs) this.#produced.add(output)
    this.#operations.push(record)
  }
}
