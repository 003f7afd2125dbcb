import { type BatchTransform, batchInfo, type Image, type ImageBatch } from '@clas/augment'
import { ClasError, type Rng } from '@clas/core'
import type { Source } from '../sources/source.ts'

/** A picture that is ready, and where it came from. */
export interface Sample {
  readonly index: number
  readonly image: Image
}

/**
 * Puts pictures of one size after each other as float32, with their labels.
 *
 * @throws `shape-mismatch` with the names of two pictures that differ in size
 */
export function collate(samples: readonly Sample[], source: Source): ImageBatch {
  const first = samples[0] as Sample // a batch has at least one
  const { width, height, channels } = first.image
  const size = width * height * channels
  const images = new Float32Array(samples.length * size) // [N, H, W, C]
  samples.forEach(({ index, image }, i) => {
    if (image.width !== width || image.height !== height || image.channels !== channels) {
      throw new ClasError(
        'shape-mismatch',
        `the pictures of a batch must have one size: ${source.name(first.index)} is ${width}×${height}×${channels}, ` +
          `${source.name(index)} is ${image.width}×${image.height}×${image.channels}; ` +
          "crop or resize them in the loader's transform",
        {
          expected: [height, width, channels],
          found: [image.height, image.width, image.channels],
          name: source.name(index),
        },
      )
    }
    images.set(image.data, i * size)
  })
  const labels = new Float32Array(samples.length * source.classes.length) // [N, classes]
  writeLabels(
    labels,
    samples.map(({ index }) => index),
    source,
  )
  return { images, labels, shape: [samples.length, height, width, channels] }
}

/**
 * Writes the labels of pictures: the source's own rows, or one-hot ones.
 *
 * @param labels - [pictures, classes]; all of it is written
 * @throws `shape-mismatch` with the name of a picture whose row hasn't a value for each class
 */
export function writeLabels(labels: Float32Array, indices: readonly number[], source: Source): void {
  const classes = source.classes.length
  labels.fill(0)
  indices.forEach((index, i) => {
    const row = source.targets?.(index)
    if (!row) {
      labels[i * classes + source.label(index)] = 1
    } else if (row.length === classes) {
      labels.set(row, i * classes)
    } else {
      throw new ClasError(
        'shape-mismatch',
        `${source.name(index)} has ${row.length} labels; with ${classes} classes a row has ${classes}`,
        { name: source.name(index), expected: classes, found: row.length },
      )
    }
  })
}

/**
 * Draws for a batch and changes it.
 *
 * @param out - memory for the new pictures, other than the batch's; without it they get fresh memory
 */
export function transformBatch(
  batch: ImageBatch,
  transform: BatchTransform,
  rng: Rng,
  { epoch, out }: { readonly epoch: number; readonly out?: Float32Array },
): ImageBatch {
  return transform.apply(batch, transform.sample(rng, batchInfo(batch, epoch)), out)
}
