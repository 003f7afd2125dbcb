import { type ArrayRecord, type ElementType, elementSize } from '@clas/core'
import { decodeArray, isSizes } from './decode-array.ts'
import type { PickleCall, PickleRules } from './pickle-machine.ts'
import { numpyCalls } from './pickle-numpy.ts'
import { argument, named, pythonCalls } from './pickle-python.ts'
import { PickleGlobal, PickleObject, type PickleValue } from './pickle-values.ts'
import type { Place } from './weight-file.ts'

const STORAGE_TYPES: Readonly<Record<string, ElementType>> = {
  'torch.DoubleStorage': 'float64',
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
}

/** A run of elements outside the pickle, which tensors are views of. */
export class TorchStorage extends PickleObject {
  readonly key: string
  readonly type: ElementType
  /** Of elements. */
  readonly count: number

  constructor(key: string, type: ElementType, count: number) {
    super()
    this.key = key
    this.type = type
    this.count = count
  }

  /** In bytes. */
  get size(): number {
    return this.count * elementSize(this.type)
  }
}

/** A view of a storage: its first element, and by dimension its length and stride, in elements. */
export class TorchTensor extends PickleObject {
  readonly storage: TorchStorage
  readonly first: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly #place: Place

  constructor(storage: TorchStorage, view: Pick<TorchTensor, 'first' | 'shape' | 'strides'>, place: Place) {
    super()
    this.storage = storage
    this.first = view.first
    this.shape = view.shape
    this.strides = view.strides
    this.#place = place
  }

  /** What two tensors have in common that are one: weights that are tied. */
  get identity(): string {
    return `${this.storage.key} ${this.first} ${this.shape} ${this.strides}`
  }

  /**
   * A copy of its elements in C order.
   *
   * @param bytes - of the storage
   */
  decode(bytes: Uint8Array): ArrayRecord {
    const { type } = this.storage
    const start = this.first * elementSize(type)
    return decodeArray(this.#place, { type, bytes, start, shape: this.shape, strides: this.strides })
  }
}

/**
 * What a PyTorch file's pickle may name.
 *
 * @param storages - gets the storages that the pickle mentions, by key
 */
export function torchRules(storages: Map<string, TorchStorage>): PickleRules {
  return { calls: CALLS, outside: ([id], place) => storageOf(id, storages, place) }
}

/** Of the tuple ('storage', type, key, device, count of elements). */
function storageOf(id: PickleValue | undefined, storages: Map<string, TorchStorage>, place: Place): TorchStorage {
  const [kind, storage, key, , count, view = null] = Array.isArray(id) ? id : []
  const type = storage instanceof PickleGlobal ? STORAGE_TYPES[storage.name] : undefined
  if (kind !== 'storage' || type === undefined || typeof key !== 'string' || !isSizes([count]) || view !== null) {
    return place.fail('expected a storage: its type, key, device and number of elements')
  }
  const known = storages.get(key) ?? new TorchStorage(key, type, Number(count))
  if (known.type !== type || known.count !== count) place.fail(`storage '${key}' has two types or sizes`)
  storages.set(key, known)
  return known
}

const CALLS: Readonly<Record<string, PickleCall>> = {
  ...pythonCalls,
  ...numpyCalls(false),
  ...Object.fromEntries(Object.keys(STORAGE_TYPES).map((name) => [name, named])),
  'torch._utils._rebuild_tensor': tensorOf,
  'torch._utils._rebuild_tensor_v2': tensorOf,
  'torch._utils._rebuild_parameter': argument,
  'torch._utils._rebuild_parameter_with_state': argument,
  'torch.Size': argument,
}

/** (storage, first element, shape, strides, requires_grad, hooks, flags); flags are kept by none but complex tensors. */
function tensorOf(args: readonly PickleValue[], place: Place): TorchTensor {
  const [storage, offset, shape, strides, , , flags] = args
  const whole = isSizes(shape) && isSizes(strides) && shape.length === strides.length
  if (!(storage instanceof TorchStorage) || !isSizes([offset]) || !whole) {
    return place.fail('expected a storage, an offset, a shape and strides')
  }
  if (flags instanceof Map && flags.size > 0) place.fail('found a tensor that is a conjugate or a negative of another')
  return new TorchTensor(storage, { first: Number(offset), shape, strides }, place)
}
