import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ClasError, createRng, type Rng, type Variables } from '@clas/core'
import { loadStateDict, type StateDictLayout } from '@clas/nn'
import type { Model } from '../model.ts'
import { type AdaptReport, adaptStateDict } from '../pretrained/adapt.ts'
import { recogniseStateDict } from '../pretrained/recognise.ts'
import type { PublishedWeights } from '../pretrained/weight-files.ts'
import { decodeWeights, type WeightFormat } from '../weights/index.ts'
import type { DownloadOptions } from './download.ts'
import { locate } from './locate.ts'
import { checkHash } from './noted-hash.ts'
import { readWhole } from './read-file.ts'

/** How weights are fetched and made to fit. */
export interface LoadPretrainedOptions extends DownloadOptions {
  /** Where the first values of a classifier for other classes come from; default `createRng(0)`. */
  readonly rng?: Rng
  /** How the axes of the file's arrays are ordered; default that in which most shapes fit. */
  readonly layout?: StateDictLayout
}

/** What was loaded, and what became of each array. */
export interface LoadReport extends AdaptReport {
  /** The file on this machine. */
  readonly file: string
  readonly format: WeightFormat
  readonly layout: StateDictLayout
  /** Of the file, in hexadecimal. */
  readonly sha256: string
  /** Where it was fetched from; absent where it was on this machine. */
  readonly url?: string
  /** Accuracy and licence; absent where the weights are not among the published. */
  readonly published?: PublishedWeights
}

/** Variables with pretrained weights. */
export interface Pretrained {
  /** The caller's: free them with `disposeVariables`. */
  readonly variables: Variables
  readonly report: LoadReport
}

/**
 * Loads published weights, or a file's, into variables of a model. The number of classes, the channels of the pictures
 * and their size may be others than the file's: see `adaptStateDict`. The file may be PaddlePaddle's, PyTorch's, a
 * safetensors or NumPy file, or a checkpoint of clas; torchvision's and timm's names are known for models that are the
 * same there, some with an option of the factory, which an error names. timm's `efficientnet_b0` and so on can't be told
 * from `tf_efficientnet_b0`, which is what `EfficientNetB0` is: don't give them.
 *
 * Files are kept in {@link cacheFolder}. PaddleClas publishes no hashes: the hash of the first download is noted beside
 * the file, and another later is an error.
 *
 * @param model - what the weights are for
 * @param source - the name of published weights (`imagenet`, `ssld`: see `publishedWeights`), or the path of a file or of a
 * folder that has `<model>.safetensors`, `<model>_pretrained.pdparams` or the like, or an address of `file:` or `https:`
 * @param options - of the download, and `rng` for what begins anew
 * @returns variables, and a report of what was copied, adapted, initialised and left over
 * @throws `unknown-name` where the source is nothing; `state-dict-mismatch` with all that does not fit; `corrupt-file`,
 * `unsafe-file`; `io`, `disk-full`
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { PPLCNet_x0_25 } from '@clas/backbones'
 * import { loadPretrained } from '@clas/backbones/node'
 * import { createRng, encodeSafetensors } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { init, toStateDict } from '@clas/nn'
 * await useBackend('cpu')
 * const folder = await mkdtemp(join(tmpdir(), 'clas-'))
 * const bytes = encodeSafetensors(await toStateDict(init(PPLCNet_x0_25(), createRng(1))))
 * await writeFile(join(folder, 'PPLCNet_x0_25.safetensors'), bytes)
 * const { variables, report } = await loadPretrained(PPLCNet_x0_25({ classes: 10 }), folder)
 * console.log(report.copied.length, report.initialised) // all but fc.weight, fc.bias
 * ```
 */
export async function loadPretrained(
  model: Model,
  source: string,
  options: LoadPretrainedOptions = {},
): Promise<Pretrained> {
  const { rng = createRng(0), sha256: expected } = options
  const { path, ...origin } = await locate(model, source, options)
  const { bytes, sha256 } = await readWhole(path).catch((cause: unknown) => {
    throw new ClasError('io', `${path} can't be read: ${(cause as Error).message}`, { file: path }, { cause })
  })
  if (origin.url !== undefined || expected !== undefined) await checkHash(path, sha256, expected)
  const shards = (name: string): Promise<Uint8Array> => readFile(join(dirname(path), name))
  const decoded = await decodeWeights(bytes, path, { shards })
  const { arrays, layout } = recogniseStateDict(model, decoded.arrays, options.layout)
  const adapted = adaptStateDict(model, arrays, { rng, layout })
  return {
    variables: loadStateDict(model, adapted.arrays),
    report: { ...adapted.report, file: path, format: decoded.format, layout, sha256, ...origin },
  }
}
