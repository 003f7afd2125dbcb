import { type BatchTransform, batchInfo, type Image, type ImageBatch } from '@clas/augment'
import { ClasError, type Rng } from '@clas/core'
import type { Source } from './source.ts'

/** A picture that is ready, and where it came from. */
export interface Sample {
  readonly index: number
  readonly image: Image
}

/**
 * Puts pictures of one size after each other as float32, with one-hot labels.
 *
 * @throws `shape-mismatch` with the names of two pictures that differ in size
 */
export function collate(samples: readonly Sample[], source: Source): ImageBatch {
  const first = samples[0] as Sample // a batch has at least one
  const { width, height, channels } = first.image
  const classes = source.classes.length
  const size = width * height * channels
  const images = new Float32Array(samples.length * size) // [N, H, W, C]
  const labels = new Float32Array(samples.length * classes) // [N, classes]
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
    labels[i * classes + source.label(index)] = 1
  })
  return { images, labels, shape: [samples.length, height, width, channels] }
}

/** Draws for a batch and changes it. */
export function transformBatch(batch: ImageBatch, transform: BatchTransform, rng: Rng): ImageBatch {
  return transform.apply(batch, transform.sample(rng, batchInfo(batch)))
}
