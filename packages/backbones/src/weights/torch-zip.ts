import type { NamedArrays } from './named-arrays.ts'
import { unpickle } from './pickle.ts'
import { torchStateDict } from './torch-state-dict.ts'
import { type TorchStorage, torchRules } from './torch-tensors.ts'
import { Place, WeightFile } from './weight-file.ts'
import { readZipEntry, type ZipEntry } from './zip.ts'

const PICKLE = 'data.pkl'

/** The archive's pickle, which lies in a folder; undefined where the archive isn't PyTorch's. */
export function findTorchPickle(entries: ReadonlyMap<string, ZipEntry>): ZipEntry | undefined {
  return [...entries.values()].find(({ name }) => name.endsWith(`/${PICKLE}`))
}

/**
 * Reads the format of `torch.save` since PyTorch 1.6: a zip archive of a pickle, `data.pkl`, and of a file of elements for
 * each storage, `data/<key>`.
 */
export async function decodeTorchZip(
  file: WeightFile,
  entries: ReadonlyMap<string, ZipEntry>,
  pickle: ZipEntry,
): Promise<NamedArrays> {
  const folder = pickle.name.slice(0, -PICKLE.length)
  const order = entries.get(`${folder}byteorder`)
  if (order && new TextDecoder().decode(await readZipEntry(file, order)) !== 'little') {
    file.corrupt(order.start, "expected 'little' as byte order: low bytes first")
  }
  const place = new Place(file, pickle.start)
  const source = new WeightFile(await readZipEntry(file, pickle), `${file.name}/${pickle.name}`, file)
  const { value } = unpickle(source, 0, torchRules(new Map()))
  const bytesOf = (storage: TorchStorage): Promise<Uint8Array> => {
    const entry = entries.get(`${folder}data/${storage.key}`)
    if (entry?.size === storage.size) return readZipEntry(file, entry)
    return place.fail(`storage '${storage.key}' has ${storage.size} bytes, its file ${entry?.size ?? 'is missing'}`)
  }
  return torchStateDict(value, bytesOf, place)
}
