import { ClasError } from '@clas/core'
import { EAGER_SETTERS, setAttributes } from './attributes.ts'
import type { Context, Device } from './context.ts'
import type { Address } from './library.ts'
import { OperationDefinitions } from './operation-definitions.ts'
import { type Attributes, type Handle, type Runtime, TYPES } from './runtime.ts'
import { readTensor, typeName, writeTensor } from './tensor-data.ts'

/** Runs operations one by one, at once. */
export class EagerRuntime implements Runtime {
  readonly context: Context
  readonly definitions: OperationDefinitions
  #handles = 0

  constructor(context: Context) {
    this.context = context
    this.definitions = new OperationDefinitions(context)
  }

  get version(): string {
    return this.context.library.TF_Version()
  }

  get devices(): readonly Device[] {
    return this.context.devices
  }

  /** How many handles there are that were not released. */
  get handles(): number {
    return this.#handles
  }

  create(type: number, shape: readonly number[], data: ArrayBufferView): Handle {
    const { context } = this
    const { library, status } = context
    const tensor = writeTensor(context, type, shape, data)
    const onHost = library.TFE_NewTensorHandle(tensor, status.address)
    library.TF_DeleteTensor(tensor)
    status.check('TFE_NewTensorHandle')
    // Small integers are shapes and axes: TensorFlow wants those on the host.
    if (context.device.type === 'CPU' || type === TYPES.int32 || type === TYPES.string) return this.#own(onHost)
    const onDevice = library.TFE_TensorHandleCopyToDevice(onHost, context.address, context.device.name, status.address)
    library.TFE_DeleteTensorHandle(onHost)
    status.check('TFE_TensorHandleCopyToDevice', () => context.device.name)
    return this.#own(onDevice)
  }

  read(handle: Handle): Float32Array | Int32Array | Uint8Array {
    if (handle.type !== TYPES.bfloat16 && handle.type !== TYPES.float16) return this.readRaw(handle)
    const [wide] = this.execute('Cast', { DstT: { type: TYPES.float32 } }, [handle], 1)
    if (!wide) throw missingOutput('Cast')
    try {
      return this.readRaw(wide)
    } finally {
      this.release(wide)
    }
  }

  /** As {@link read}; bfloat16 and float16 as bytes. */
  readRaw(handle: Handle): Float32Array | Int32Array | Uint8Array {
    const { library, status } = this.context
    const tensor = library.TFE_TensorHandleResolve(addressOf(handle), status.address)
    status.check('TFE_TensorHandleResolve')
    try {
      return readTensor(library, tensor, handle.type)
    } finally {
      library.TF_DeleteTensor(tensor)
    }
  }

  release(handle: Handle): void {
    this.context.library.TFE_DeleteTensorHandle((handle as EagerHandle).take())
    this.#handles--
  }

  execute(operation: string, attributes: Attributes, inputs: readonly Handle[], outputs: number): readonly Handle[] {
    const { library, status, address, device, pinned } = this.context
    const describe = (): string => inputs.map(({ type, shape }) => `${typeName(type)} [${shape}]`).join(', ')
    const created = library.TFE_NewOp(address, operation, status.address)
    status.check(operation)
    try {
      if (pinned) {
        library.TFE_OpSetDevice(created, device.name, status.address)
        status.check(operation)
      }
      this.#addInputs(created, operation, attributes, inputs, describe)
      setAttributes(EAGER_SETTERS, library, created, attributes, status)
      COUNT[0] = outputs
      const results = outputs <= RESULTS.length ? RESULTS : new BigInt64Array(outputs)
      library.TFE_Execute(created, results, COUNT, status.address)
      status.check(operation, describe)
      return Array.from({ length: COUNT[0] ?? 0 }, (_, i) => this.#own(Number(results[i])))
    } finally {
      library.TFE_DeleteOp(created)
    }
  }

  #addInputs(
    created: Address,
    operation: string,
    attributes: Attributes,
    inputs: readonly Handle[],
    describe: () => string,
  ): void {
    const { library, status } = this.context
    const lengths = this.definitions.lengths(operation, inputs.length, attributes)
    if (!lengths) {
      for (const input of inputs) {
        library.TFE_OpAddInput(created, addressOf(input), status.address)
        status.check(operation, describe)
      }
      return
    }
    let at = 0
    for (const length of lengths) {
      if (length === undefined) library.TFE_OpAddInput(created, addressOf(inputs[at] as Handle), status.address)
      else {
        const list = BigInt64Array.from(inputs.slice(at, at + length), (input) => BigInt(addressOf(input)))
        library.TFE_OpAddInputList(created, list, length, status.address)
      }
      status.check(operation, describe)
      at += length ?? 1
    }
  }

  #own(address: Address): Handle {
    this.#handles++
    return new EagerHandle(this.context, address)
  }
}

const COUNT = new Int32Array(1)
const RESULTS = new BigInt64Array(64)

/** The address of a tensor that is not released. */
export function addressOf(handle: Handle): Address {
  return (handle as EagerHandle).address
}

function missingOutput(operation: string): ClasError {
  return new ClasError('bad-option', `TensorFlow's ${operation} must give an output, found none`, { operation })
}

class EagerHandle implements Handle {
  readonly type: number
  readonly #context: Context
  #address: Address
  #shape: readonly number[] | undefined

  constructor(context: Context, address: Address) {
    this.#context = context
    this.#address = address
    this.type = context.library.TFE_TensorHandleDataType(address)
  }

  get address(): Address {
    if (this.#address === 0)
      throw new ClasError('bad-option', 'a tensor must be used before it is freed, found a freed one')
    return this.#address
  }

  /** Asked for once, where it is wanted. */
  get shape(): readonly number[] {
    this.#shape ??= this.#askShape()
    return this.#shape
  }

  take(): Address {
    const { address } = this
    this.#shape ??= this.#askShape()
    this.#address = 0
    return address
  }

  #askShape(): readonly number[] {
    const { library, status } = this.#context
    const { address } = this
    const rank = library.TFE_TensorHandleNumDims(address, status.address)
    status.check('TFE_TensorHandleNumDims')
    return Array.from({ length: rank }, (_, i) => library.TFE_TensorHandleDim(address, i, status.address))
  }
}
