import { createRng } from '@clas/core'
import { type BatchTransform, batchInfo, type ImageBatch } from '../batch/batch-transform.ts'
import { batchTransforms, createBatchTransform } from '../batch/batch-transforms.ts'
import { allFinite, broken, isPlainJson, sameJson, sameValues, throughJson } from './contract.ts'

/** The options of {@link checkBatchTransform}. */
export interface CheckBatchTransformOptions {
  /** The smallest number of pictures that the transform takes. 1 unless told. */
  readonly least?: number
}

const SHAPES = [
  [1, 1, 1, 1],
  [2, 1, 9, 3],
  [3, 9, 1, 4],
  [4, 6, 7, 3],
  [5, 16, 16, 1],
] as const

const CLASSES = 3

/**
 * Checks that a batch transform keeps what the loader and replays count on. It is framework-free: a test passes when
 * nothing is thrown.
 *
 * Batches have 1 to 5 pictures, among them single pixels, rows and columns, of 1, 3 and 4 channels. For each of them: the
 * shape stays; values are finite; a label of one-hot or soft labels still is a distribution; the parameters are plain
 * JSON and the same for the same seed; applying them again, also after a way through JSON, gives the same bits; the input
 * isn't changed. A transform that describes itself is rebuilt from its description and does the same.
 *
 * @param transform - of your own, with any options
 * @throws `bad-option` that says which rule is broken, and with which batch
 * @example
 * ```ts
 * import { mixup } from '@clas/augment'
 * import { checkBatchTransform } from '@clas/augment/testing'
 * checkBatchTransform(mixup({ alpha: 0.2 }))
 * ```
 */
export function checkBatchTransform(transform: BatchTransform, options: CheckBatchTransformOptions = {}): void {
  const { least = 1 } = options
  const rebuilt = checkDescription(transform)
  for (const shape of SHAPES.filter(([batch]) => batch >= least)) {
    for (const seed of [1, 2, 3, 4]) checkBatch(transform, rebuilt, randomBatch(shape, seed), seed)
  }
}

function checkBatch(
  transform: BatchTransform,
  rebuilt: BatchTransform | undefined,
  batch: ImageBatch,
  seed: number,
): void {
  const fail = (rule: string): never => broken(transform.name, `(a batch of ${batch.shape.join('×')})`, rule)
  const info = { ...batchInfo(batch), epoch: seed }
  const images = batch.images.slice()
  const labels = batch.labels.slice()

  const parameters = transform.sample(createRng(seed), info)
  if (!isPlainJson(parameters)) fail(`the parameters must be plain JSON, found ${JSON.stringify(parameters)}`)
  if (!sameJson(transform.sample(createRng(seed), info), parameters)) fail('the same seed drew other parameters')

  const result = transform.apply(batch, parameters)
  if (!sameValues(batch.images, images) || !sameValues(batch.labels, labels)) fail('apply changed its input')
  if (!sameJson(result.shape, batch.shape)) fail(`the shape must stay, found ${result.shape.join('×')}`)
  if (result.images.length !== images.length) fail(`it has ${result.images.length} values, expected ${images.length}`)
  if (result.labels.length !== labels.length) fail(`it has ${result.labels.length} label values of ${labels.length}`)
  if (!allFinite(result.images)) fail('a picture has a value that is no finite number')
  for (let i = 0; i < labels.length; i += CLASSES) {
    const label = result.labels.subarray(i, i + CLASSES)
    const sum = label.reduce((total, value) => total + value, 0)
    if (!(Math.abs(sum - 1) < 1e-4) || label.some((value) => value < 0)) {
      fail(`a label must stay a distribution, found [${label.join(', ')}]`)
    }
  }

  for (const again of [transform.apply(batch, throughJson(parameters)), rebuilt?.apply(batch, parameters)]) {
    if (again && !(sameValues(again.images, result.images) && sameValues(again.labels, result.labels))) {
      fail('applying the same parameters again, after a way through JSON or rebuilt, gave another batch')
    }
  }
}

/** The transform that its description makes; undefined where it has none. */
function checkDescription(transform: BatchTransform): BatchTransform | undefined {
  const spec = transform.describe?.()
  if (!spec) return undefined
  const fail = (rule: string): never => broken(transform.name, 'by its description', rule)
  if (!isPlainJson(spec)) fail(`it must be plain JSON, found ${JSON.stringify(spec)}`)
  if (!batchTransforms.has(spec.name)) {
    fail(`'${spec.name}' isn't registered in batchTransforms; register it or leave describe out`)
  }
  const rebuilt = createBatchTransform(throughJson(spec))
  if (!sameJson(rebuilt.describe?.(), spec)) fail('the transform that it makes describes itself otherwise')
  return rebuilt
}

/** Random pictures; labels one-hot, that of the last picture soft. */
function randomBatch(shape: ImageBatch['shape'], seed: number): ImageBatch {
  const rng = createRng(seed).fork('batch', ...shape)
  const [batch] = shape
  const labels = new Float32Array(batch * CLASSES)
  for (let i = 0; i < batch; i++) labels[i * CLASSES + rng.integer(0, CLASSES)] = 1
  labels.set([0.5, 0.25, 0.25], (batch - 1) * CLASSES)
  const length = shape.reduce((product, side) => product * side, 1)
  return { images: Float32Array.from({ length }, () => rng.normal()), labels, shape }
}
