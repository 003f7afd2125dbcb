import {
  type BackendTimingInfo,
  type BackendValues,
  type DataId,
  type DataType,
  engine,
  KernelBackend,
  type Tensor,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { ConstantCache, type ConstantType, type Executor } from './kernels/executor.ts'
import { type Attributes, type Handle, type Runtime, TYPES } from './runtime.ts'
import type { TensorAccess } from './tensor-access.ts'

/** The values of one data id. A freed one has no references and keeps its handle, which recordings ask for. */
interface Entry {
  /** Missing for texts, which stay in JavaScript. */
  readonly handle: Handle | undefined
  readonly texts: Uint8Array[] | undefined
  references: number
}

/** The backend `tensorflow` of tfjs: tensors live in TensorFlow, kernels are TensorFlow's operations. */
export class TensorflowBackend extends KernelBackend implements Executor, TensorAccess {
  readonly runtime: Runtime
  readonly onGpu: boolean
  readonly #entries = new WeakMap<DataId, Entry>()
  /** Those that are not freed, for {@link dispose}. */
  readonly #live = new Set<Entry>()
  readonly #constants: ConstantCache<TensorInfo>

  constructor(runtime: Runtime) {
    super()
    this.runtime = runtime
    this.onGpu = runtime.devices.some(({ type }) => type === 'GPU')
    this.#constants = new ConstantCache(
      (values, shape, dtype) => this.#makeConstant(values, shape, dtype),
      ({ dataId }) => this.#free(this.#entryOf(dataId)),
    )
  }

  // What tfjs asks of a backend.

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const dataId = {}
    this.move(dataId, values, shape, dtype, 1)
    return dataId
  }

  override move(dataId: DataId, values: BackendValues, shape: number[], dtype: DataType, refCount: number): void {
    const text = dtype === 'string'
    this.#add(dataId, {
      handle: text ? undefined : this.#create(values as Exclude<BackendValues, Uint8Array[]>, shape, dtype),
      texts: text ? (values as Uint8Array[]) : undefined,
      references: refCount,
    })
  }

  override readSync(dataId: DataId): BackendValues {
    const { handle, texts } = this.#entryOf(dataId)
    if (!handle) return texts ?? []
    const values = this.runtime.read(handle)
    // Pairs of floats.
    if (handle.type !== TYPES.complex64) return handle.type === TYPES.uint8 ? Int32Array.from(values) : values
    return new Float32Array(values.buffer, values.byteOffset, values.byteLength / 4)
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    return this.readSync(dataId)
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const entry = this.#entries.get(dataId)
    if (!entry || entry.references === 0) return true
    entry.references--
    if (entry.references > 0 && !force) return false
    this.#free(entry)
    return true
  }

  override incRef(dataId: DataId): void {
    this.#entryOf(dataId).references++
  }

  override refCount(dataId: DataId): number {
    return this.#entries.get(dataId)?.references ?? 0
  }

  override numDataIds(): number {
    return this.#live.size
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false }
  }

  override floatPrecision(): 32 {
    return 32
  }

  override epsilon(): number {
    return 1e-7
  }

  override timerAvailable(): boolean {
    return true
  }

  override async time(f: () => void): Promise<BackendTimingInfo> {
    const start = util.now()
    f()
    return { kernelMs: util.now() - start }
  }

  override dispose(): void {
    this.#constants.clear()
    for (const entry of this.#live) this.#free(entry)
  }

  // What kernels ask of an executor.

  run(operation: string, attributes: Attributes, inputs: readonly TensorInfo[], outputs: number): TensorInfo[] {
    const handles = inputs.map((input) => this.#handleOf(input))
    return this.runtime.execute(operation, attributes, handles, outputs).map((handle) => this.#infoOf(handle))
  }

  constant(values: readonly number[], shape: readonly number[], dtype: ConstantType): TensorInfo {
    return this.#constants.get(values, shape, dtype)
  }

  share({ dataId }: TensorInfo): void {
    this.incRef(dataId)
  }

  free({ dataId }: TensorInfo): void {
    this.disposeData(dataId)
  }

  // What the compiler of steps asks.

  handleOf(tensor: Tensor): Handle {
    const known = this.#entries.get(tensor.dataId)?.handle // of a freed one too
    return known ?? this.#handleOf(tensor)
  }

  wrap(handle: Handle, dtype: DataType): Tensor {
    const { dataId, shape } = this.#infoOf(handle)
    return engine().makeTensorFromDataId(dataId, shape, dtype, this)
  }

  #handleOf({ dataId, dtype }: TensorInfo): Handle {
    const { handle } = this.#entryOf(dataId)
    if (!handle) throw new Error(`the backend 'tensorflow' keeps texts, it can't compute with them; found ${dtype}`)
    return handle
  }

  /** Fetches the values from the backend that has them, where it is another. */
  #entryOf(dataId: DataId): Entry {
    const entry = this.#entries.get(dataId)
    if (entry && entry.references > 0) return entry
    engine().moveData(this, dataId)
    return this.#entries.get(dataId) as Entry
  }

  #add(dataId: DataId, entry: Entry): void {
    this.#entries.set(dataId, entry)
    this.#live.add(entry)
  }

  #free(entry: Entry): void {
    entry.references = 0
    this.#live.delete(entry)
    if (entry.handle) this.runtime.release(entry.handle)
  }

  #infoOf(handle: Handle): TensorInfo {
    const dataId = {}
    this.#add(dataId, { handle, texts: undefined, references: 1 })
    return { dataId, shape: handle.shape as number[], dtype: dataTypeOf(handle.type) }
  }

  #create(values: Exclude<BackendValues, Uint8Array[]>, shape: readonly number[], dtype: DataType): Handle {
    switch (dtype) {
      case 'float32':
        return this.runtime.create(TYPES.float32, shape, as(Float32Array, values))
      case 'complex64':
        return this.runtime.create(TYPES.complex64, shape, as(Float32Array, values))
      case 'bool':
        return this.runtime.create(TYPES.bool, shape, as(Uint8Array, values))
      default:
        return this.runtime.create(TYPES.int32, shape, as(Int32Array, values))
    }
  }

  #makeConstant(values: readonly number[], shape: readonly number[], dtype: ConstantType): TensorInfo {
    const handle = this.#create(dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values), shape, dtype)
    const dataId = {}
    this.#entries.set(dataId, { handle, texts: undefined, references: 1 })
    return { dataId, shape: shape as number[], dtype }
  }
}

/** Floats of half the size count as float32, integers of other sizes as int32. */
function dataTypeOf(type: number): DataType {
  switch (type) {
    case TYPES.bool:
      return 'bool'
    case TYPES.complex64:
      return 'complex64'
    case TYPES.int32:
    case TYPES.int64:
    case TYPES.uint8:
      return 'int32'
    default:
      return 'float32'
  }
}

function as<T extends Float32Array | Int32Array | Uint8Array>(
  kind: { new (values: ArrayLike<number>): T; from(values: ArrayLike<number>): T },
  values: ArrayLike<number>,
): T {
  return values instanceof kind ? (values as T) : kind.from(values)
}
