import { ClasError, decodeSafetensors, type StateDict } from '@clas/core'
import { decodeNpz } from './npz.ts'
import { decodePdparams } from './pdparams.ts'
import type { Shards } from './shard-reader.ts'
import { decodeTfjsModel } from './tfjs-model.ts'
import { decodeTorchLegacy, isTorchLegacy } from './torch-legacy.ts'
import { decodeTorchZip, findTorchPickle } from './torch-zip.ts'
import { WeightFile } from './weight-file.ts'
import { listZip } from './zip.ts'

/** The formats that {@link decodeWeights} knows. */
export type WeightFormat = 'pdparams' | 'torch' | 'safetensors' | 'npz' | 'tfjs-layers-model' | 'tfjs-graph-model'

/** What a file of weights holds. */
export interface DecodedWeights {
  /** By the keys that the file has. */
  readonly arrays: StateDict
  readonly format: WeightFormat
  /** Texts and numbers beside the arrays, as text: an epoch, an architecture's name. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Options of {@link decodeWeights}. */
export interface DecodeWeightsOptions {
  /** The files that a TensorFlow.js `model.json` names, by path, or what gives the bytes of one. Default: none. */
  readonly shards?: Shards
}

/**
 * Reads published weights. The format is found by the content, not by the name:
 *
 * | format | made by |
 * | --- | --- |
 * | `pdparams` | `paddle.save` of PaddlePaddle 2 and 3, pickle protocols 2 to 4; split arrays are put together |
 * | `torch` | `torch.save` of PyTorch, before and since 1.6 |
 * | `safetensors` | Hugging Face's library, clas |
 * | `npz` | `savez` and `savez_compressed` of NumPy |
 * | `tfjs-layers-model`, `tfjs-graph-model` | TensorFlow.js and its converter: `model.json`, with `shards` |
 *
 * No code of a file is run: pickles go through a machine of a few opcodes and names. Lengths are checked before anything is
 * allocated, and all arrays together take at most 16 times the memory of the file unpacked. They are copies. Those that
 * are one array in the file, as weights that are tied, are one array here.
 *
 * Floats of 16, 32 and 64 bits become `Float32Array`, bytes and truths `Uint8Array`, other whole numbers `Int32Array`. Of
 * what `paddle.save` and `torch.save` wrote, the dict under `state_dict`, `model` or `module` is taken, the first of these
 * that has arrays, else the whole; what is neither array nor fact (an optimizer's state) is left out. The prefix `module.`
 * of PyTorch's DataParallel is taken off where all keys have it.
 *
 * @param bytes - the whole file; it may have more than 2³¹ bytes where the engine's typed arrays may
 * @param file - its name, for messages
 * @throws `corrupt-file` where it isn't such a file, isn't whole, or holds numbers that 32 bits can't; `unsafe-file`
 * where its pickle asks for more than weights need, its shards lie elsewhere, or its arrays would take too much memory
 * @example
 * ```ts
 * import { decodeWeights, encodePdparams } from '@clas/backbones/weights'
 * const bytes = encodePdparams({ 'fc.bias': { shape: [2], data: new Float32Array([1, 2]) } })
 * const { arrays, format } = await decodeWeights(bytes, 'PPLCNet_x1_0.pdparams')
 * console.log(format, arrays['fc.bias']?.data) // pdparams Float32Array [1, 2]
 * ```
 */
export async function decodeWeights(
  bytes: Uint8Array,
  file: string,
  options: DecodeWeightsOptions = {},
): Promise<DecodedWeights> {
  const source: WeightFile = new WeightFile(bytes, file)
  if (isSafetensors(bytes)) return { ...decodeSafetensors(bytes, file), format: 'safetensors' }
  if (beginsWith(bytes, ZIP)) return decodeArchive(source)
  if (isTorchLegacy(bytes)) return { ...(await decodeTorchLegacy(source)), format: 'torch' }
  if (bytes[0] === PICKLE) return { ...decodePdparams(source), format: 'pdparams' }
  const model = bytes.length <= LONGEST_MODEL ? parseModel(source) : undefined
  if (!model) return source.corrupt(0, `expected the beginning of ${KNOWN}`)
  const { shards } = options
  if (!shards) {
    throw new ClasError('bad-option', `${file} names its weights' files: give them as the option shards`, { file })
  }
  const decoded = await decodeTfjsModel(source, model, shards)
  return { ...decoded, format: model.format === 'graph-model' ? 'tfjs-graph-model' : 'tfjs-layers-model' }
}

const ZIP = [0x50, 0x4b]
const PICKLE = 0x80
const LONGEST_MODEL = 1 << 26
const KNOWN = 'a .pdparams, .pth, .safetensors or .npz file, or of a model.json with a weightsManifest'

/** The length of a header that begins with a brace. */
function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return false
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true) <= BigInt(bytes.length)
}

function beginsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte)
}

async function decodeArchive(file: WeightFile): Promise<DecodedWeights> {
  const entries = listZip(file)
  const pickle = findTorchPickle(entries)
  if (pickle) return { ...(await decodeTorchZip(file, entries, pickle)), format: 'torch' }
  if (![...entries.keys()].some((name) => name.endsWith('.npy'))) {
    file.corrupt(0, 'the archive has neither a data.pkl, as of PyTorch, nor .npy files, as of NumPy')
  }
  return { arrays: await decodeNpz(file, entries), format: 'npz', metadata: {} }
}

function parseModel(file: WeightFile): Readonly<Record<string, unknown>> | undefined {
  try {
    const model: unknown = JSON.parse(file.text(0, file.bytes.length))
    return typeof model === 'object' && model !== null && 'weightsManifest' in model ? { ...model } : undefined
  } catch {
    return undefined
  }
}
