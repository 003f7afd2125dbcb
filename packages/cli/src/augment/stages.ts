import {
  type BatchTransform,
  batchInfo,
  type Image,
  isPipeline,
  type Pipeline,
  type StepParameters,
  type Transform,
} from '@clas/augment'
import { ClasError, type Rng } from '@clas/core'
import { visible } from './visible.ts'

/** What a picture is after one step. */
export interface Stage {
  readonly name: string
  /** What the step drew. */
  readonly parameters: unknown
  readonly result: Image
  /** The result to look at: 8 bits. */
  readonly image: Image & { readonly data: Uint8Array }
  /** Whether the step left the picture as it was. */
  readonly same: boolean
  /** The size, and the type where the step changed it. */
  readonly note: string
}

/** Sends a picture through a pipeline, step by step. The steps of a pipeline in it are stages of their own. */
export function stagesOf(transform: Pipeline, image: Image, rng: Rng, epoch: number): Stage[] {
  const { parameters } = transform.run(image, rng, epoch)
  const stages: Stage[] = []
  const applied: Transform[] = []
  let current = image
  for (const { step, drawn } of flat(transform, parameters)) {
    const next = step.apply(current, drawn)
    applied.push(step)
    const same = next.width === current.width && next.height === current.height && sameValues(next.data, current.data)
    const type = next.data.constructor === current.data.constructor ? '' : ', float32 now'
    stages.push({
      name: step.name,
      parameters: drawn,
      result: next,
      image: visible(next, applied),
      same,
      note: same ? 'as before' : `${next.width} × ${next.height}${type}`,
    })
    current = next
  }
  return stages
}

function flat(pipeline: Pipeline, parameters: readonly StepParameters[]): { step: Transform; drawn: unknown }[] {
  return pipeline.steps.flatMap((step, i) => {
    const drawn = parameters[i]?.parameters
    return isPipeline(step) ? flat(step, drawn as readonly StepParameters[]) : [{ step, drawn }]
  })
}

function sameValues(a: Image['data'], b: Image['data']): boolean {
  return a === b || (a.constructor === b.constructor && a.length === b.length && a.every((value, i) => value === b[i]))
}

/** What a picture of a batch is after the steps for batches. */
interface Mixed {
  readonly image: Image
  /** For each picture, its part of the label. */
  readonly label: readonly number[]
}

/** A batch that was changed, and what was drawn. */
export interface MixedBatch {
  readonly parameters: unknown
  readonly pictures: readonly Mixed[]
}

/**
 * Changes a batch, in which each picture is a class of its own, so that labels tell what was mixed.
 *
 * @throws `shape-mismatch` when the pictures aren't of one size
 */
export function mixedBatch(transform: BatchTransform, images: readonly Image[], rng: Rng, epoch: number): MixedBatch {
  const [first] = images
  if (!first) return { parameters: null, pictures: [] }
  const { width, height, channels } = first
  const size = width * height * channels
  const values = new Float32Array(images.length * size)
  const labels = new Float32Array(images.length ** 2)
  images.forEach((image, i) => {
    if (image.width !== width || image.height !== height || image.channels !== channels) {
      throw new ClasError('shape-mismatch', 'the pictures of a batch must have one size; add a crop to the transforms')
    }
    values.set(image.data, i * size)
    labels[i * images.length + i] = 1
  })
  const batch = { images: values, labels, shape: [images.length, height, width, channels] as const }
  const parameters = transform.sample(rng, { ...batchInfo(batch), epoch })
  const mixed = transform.apply(batch, parameters)
  const pictures = images.map((_, i) => ({
    image: { data: mixed.images.slice(i * size, (i + 1) * size), width, height, channels },
    label: Array.from(mixed.labels.subarray(i * images.length, (i + 1) * images.length)),
  }))
  return { parameters, pictures }
}
