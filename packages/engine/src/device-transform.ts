import { type BatchTransform, isPipeline, type MixupParameters, type Pipeline, type Transform } from '@clas/augment'
import { ClasError, type Rng } from '@clas/core'
import type { BatchesOptions, LoadedBatch, Loader } from '@clas/data'
import { type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { DEVICE_OPERATIONS, mixTensors } from './device-operations.ts'

/** Options of {@link deviceTransform}. */
export interface DeviceTransformOptions {
  /** Of `randomCropImage`, `randCropImageV2`, `cropImage`, `randFlipImage` and `normalizeImage`. */
  readonly transform?: Pipeline
  /** `mixup`. */
  readonly batchTransform?: BatchTransform
  /**
   * The picture at place p of batch b of epoch e draws from `rng.fork('epoch', e, 'batch', b, p)`, the batch transform from
   * `rng.fork('epoch', e, 'batch', b)`.
   */
  readonly rng: Rng
}

/**
 * Does the last steps of the preprocessing as tensor operations, where the network runs: on a GPU they cost next to nothing,
 * and the loader's threads have more time to decode. The loader then gives pictures of one size with values as they are
 * stored, 0 to 255. What is drawn and what comes out is what the same transforms give on the processor, but for rounding.
 *
 * @param loader - stays the caller's to close
 * @returns a loader of the same batches, for `train` and `evaluate`
 * @throws `bad-option` at once for a transform that has no tensor operations
 * @example
 * ```ts
 * import { compose, mixup, normalizeImage, randFlipImage } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * import { arraySource, createLoader } from '@clas/data'
 * import { deviceTransform } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * await useBackend('cpu')
 * const images = { data: new Uint8Array(4 * 8 * 8 * 3), shape: [4, 8, 8, 3] as const }
 * const stored = createLoader(arraySource({ images, labels: [0, 1, 0, 1] }), { batchSize: 4, rng: createRng(42) })
 * const transform = compose([randFlipImage(), normalizeImage()])
 * const loader = deviceTransform(stored, { transform, batchTransform: mixup(), rng: createRng(42).fork('device') })
 * for await (using batch of loader.batches()) console.log(batch.images.shape) // [ 4, 8, 8, 3 ]
 * ```
 */
export function deviceTransform(loader: Loader, options: DeviceTransformOptions): Loader {
  const { transform, batchTransform } = options
  const steps = transform ? flatten(transform) : []
  for (const { name } of steps) if (!DEVICE_OPERATIONS[name]) refuse(name, Object.keys(DEVICE_OPERATIONS))
  if (batchTransform && batchTransform.name !== 'Mixup') refuse(batchTransform.name, ['Mixup'])

  async function* batches(which?: BatchesOptions): AsyncGenerator<LoadedBatch, void, undefined> {
    for await (using batch of loader.batches(which)) yield transformed(batch, steps, options)
  }

  return {
    stepsPerEpoch: loader.stepsPerEpoch,
    length: loader.length,
    classes: loader.classes,
    get state() {
      return loader.state
    },
    batches,
    stats: () => loader.stats(),
    close: () => loader.close(),
    [Symbol.asyncDispose]: () => loader.close(),
  }
}

/** Pipelines in a pipeline can't be told apart by what they draw: only plain steps are taken. */
function flatten(pipeline: Pipeline): readonly Transform[] {
  const nested = pipeline.steps.find(isPipeline)
  if (nested) refuse(nested.name, Object.keys(DEVICE_OPERATIONS))
  return pipeline.steps
}

function refuse(name: string, known: readonly string[]): never {
  throw new ClasError(
    'bad-option',
    `${name} has no tensor operations: expected of ${known.join(', ')}; give it to the loader instead`,
    { transform: name, expected: known },
  )
}

function transformed(
  batch: LoadedBatch,
  steps: readonly Transform[],
  { transform, batchTransform, rng }: DeviceTransformOptions,
): LoadedBatch {
  const { epoch, batch: number } = batch
  const stored = batch.images as Tensor4D
  const [count, height, width, channels] = stored.shape
  const stream = rng.fork('epoch', epoch, 'batch', number)
  const drawn = Array.from({ length: count }, (_, place) => {
    return transform?.sample(stream.fork(place), { width, height, channels, epoch }) ?? []
  })
  const { images, labels } = tidy(() => {
    const images = steps.reduce<Tensor4D>((current, step, i) => {
      const operation = DEVICE_OPERATIONS[step.name]
      return operation
        ? operation(
            current,
            step,
            drawn.map((steps) => steps[i]?.parameters),
          )
        : current
    }, stored)
    if (!batchTransform) return { images: images.clone(), labels: batch.labels.clone() }
    const info = { batch: count, classes: batch.labels.shape[1] ?? 0, height, width, epoch }
    const parameters = batchTransform.sample(stream, info) as MixupParameters
    if (!parameters) return { images: images.clone(), labels: batch.labels.clone() }
    const { lambda, order } = parameters
    return { images: mixTensors(images, lambda, order), labels: mixTensors(batch.labels, lambda, order) }
  })
  const dispose = (): void => {
    images.dispose()
    labels.dispose()
  }
  return { ...batch, images, labels, [Symbol.dispose]: dispose }
}
