import type { ArrayRecord, StateDict } from '@clas/core'
import { arraysOf, type Dict, factsOf, findArrays, type NamedArrays } from './named-arrays.ts'
import { NumpyArray } from './pickle-numpy.ts'
import type { PickleValue } from './pickle-values.ts'
import { type TorchStorage, TorchTensor } from './torch-tensors.ts'
import type { Place } from './weight-file.ts'

/** What DataParallel puts ahead of every key. */
const PREFIX = 'module.'

/**
 * Reads the tensors of a state dict, storage by storage; those elsewhere in the file, such as an optimizer's, are left
 * alone. The prefix `module.` is taken off where every key has it.
 *
 * @param value - of the file's pickle
 * @param bytesOf - gives the bytes of a storage
 */
export async function torchStateDict(
  value: PickleValue,
  bytesOf: (storage: TorchStorage) => Uint8Array | Promise<Uint8Array>,
  place: Place,
): Promise<NamedArrays> {
  const dict = findArrays(value, (item) => item instanceof TorchTensor, place)
  const decoded = new Map<string, ArrayRecord>() // weights that are tied are decoded once
  for (const [storage, tensors] of byStorage(dict)) {
    const bytes = await bytesOf(storage)
    for (const tensor of tensors) {
      if (!decoded.has(tensor.identity)) decoded.set(tensor.identity, tensor.decode(bytes))
    }
  }
  const arrays = arraysOf(dict, (array) => {
    if (array instanceof TorchTensor) return decoded.get(array.identity)
    return array instanceof NumpyArray ? array.decode() : undefined
  })
  return { arrays: withoutPrefix(arrays), metadata: factsOf(value) }
}

function byStorage(dict: Dict): ReadonlyMap<TorchStorage, readonly TorchTensor[]> {
  const groups = new Map<TorchStorage, TorchTensor[]>()
  for (const tensor of dict.values()) {
    if (!(tensor instanceof TorchTensor)) continue
    const group = groups.get(tensor.storage) ?? []
    group.push(tensor)
    groups.set(tensor.storage, group)
  }
  return groups
}

function withoutPrefix(arrays: StateDict): StateDict {
  const entries = Object.entries(arrays)
  if (!entries.every(([key]) => key.startsWith(PREFIX))) return arrays
  return Object.fromEntries(entries.map(([key, array]) => [key.slice(PREFIX.length), array]))
}
