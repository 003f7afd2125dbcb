import type { NamedArrays } from './named-arrays.ts'
import { unpickle } from './pickle.ts'
import { torchStateDict } from './torch-state-dict.ts'
import { type TorchStorage, torchRules } from './torch-tensors.ts'
import { Place, type WeightFile } from './weight-file.ts'

/** The number 0x1950a86a20f9469cfc6c, which the first pickle of a file is. */
const MAGIC = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
const LATEST_MAGIC = 16
const PROTOCOL = 1001

/** Whether a file has PyTorch's older format: a pickle of its magic number comes first. */
export function isTorchLegacy(bytes: Uint8Array): boolean {
  for (let at = 2; at < LATEST_MAGIC; at++) if (MAGIC.every((byte, i) => bytes[at + i] === byte)) return true
  return false
}

/**
 * Reads the format of `torch.save` before PyTorch 1.6: five pickles (the magic number, the format's version, facts of the
 * machine, what was saved, the keys of its storages), then of each storage the number of elements and the elements.
 */
export async function decodeTorchLegacy(file: WeightFile): Promise<NamedArrays> {
  const storages = new Map<string, TorchStorage>()
  const plain = { calls: {} }
  const magic = unpickle(file, 0, plain)
  const version = unpickle(file, magic.end, plain)
  if (version.value !== PROTOCOL) file.corrupt(magic.end, `expected version ${PROTOCOL} of the format`)
  const machine = unpickle(file, version.end, plain)
  if (!(machine.value instanceof Map) || machine.value.get('little_endian') !== true) {
    file.corrupt(version.end, 'expected facts of a machine that has low bytes first')
  }
  const saved = unpickle(file, machine.end, torchRules(storages))
  const keys = unpickle(file, saved.end, plain)
  if (!Array.isArray(keys.value)) return file.corrupt(saved.end, 'expected the keys of the storages')
  const starts = new Map<string, number>()
  let at = keys.end
  for (const key of keys.value) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined
    if (!storage) return file.corrupt(saved.end, 'found the key of a storage that no tensor has')
    file.need(at, 8, `the number of elements of storage '${storage.key}'`)
    const count = Number(file.view.getBigUint64(at, true))
    if (count !== storage.count)
      file.corrupt(at, `storage '${storage.key}' has ${storage.count} elements, here ${count}`)
    file.need(at + 8, storage.size, `storage '${storage.key}'`)
    starts.set(storage.key, at + 8)
    at += 8 + storage.size
  }
  const place: Place = new Place(file, machine.end)
  const bytesOf = (storage: TorchStorage): Uint8Array => {
    const start = starts.get(storage.key)
    if (start === undefined) return place.fail(`the elements of storage '${storage.key}' are missing`)
    return file.bytes.subarray(start, start + storage.size)
  }
  return torchStateDict(saved.value, bytesOf, place)
}
