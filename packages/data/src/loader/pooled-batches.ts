import { type Image, type Pipeline, serialize, type TransformSpec } from '@clas/augment'
import type { Source } from '../sources/source.ts'
import type { BatchJob, BatchResult, PictureJob, SamplePool } from '../threads/pool.ts'
import type { BatchPlan } from './batch-plan.ts'
import { type OpenBatch, pipelineFor, READS_AT_ONCE, type WantedPicture } from './batch-reader.ts'
import { inlineBatches } from './inline-batches.ts'
import { limiter } from './limiter.ts'
import type { LoaderOptions } from './loader-types.ts'
import { shareImages } from './share-images.ts'
import type { Slots } from './slots.ts'
import { batchStream, sampleStream } from './streams.ts'
import { transformImage } from './transform-image.ts'

/** Reads and transforms in threads. What they don't know, a pipeline or a source of an app's own, the main thread does. */
export function pooledBatches(source: Source, options: LoaderOptions, pool: SamplePool, slots: Slots): OpenBatch {
  const inline = inlineBatches(source, options)
  const accepts = rememberAnswers(pool)
  const pictureJobs = pictureJobsOf(source)
  const { rng, batchTransform } = options
  const batchSpec = batchTransform?.describe?.()
  /** Of pictures that came back, by the size the sampler said: those that follow have places before they are read. */
  const shapes = new Map<string, readonly [height: number, width: number, channels: number]>()

  return async (plan) => {
    const { epoch, batch, indices } = plan
    const pipeline = pipelineFor(options, plan)
    const specs = pipeline ? serialize(pipeline) : []
    const known = specs !== undefined && (await accepts(specs))
    if (!known && !source.item) return inline(plan)
    const size = String(plan.size)
    const shape = known && shapes.get(size)
    const slot = shape ? slots.take([indices.length, ...shape], source.classes.length) : undefined
    const target = slot && { shape: slot.shape, images: slot.images, labels: slot.labels }
    const mixes = batchSpec !== undefined && (await accepts([], batchSpec))
    return {
      ...(slot && { slot }),
      async read(wanted, signal) {
        const { pictures, failures } = await pictureJobs(wanted)
        const whole = pictures.length === indices.length
        const job: BatchJob = {
          pictures,
          transforms: known ? specs : [],
          stream: rng.key,
          epoch,
          ...(target && { target }),
          ...(mixes && whole && { batchTransform: { spec: batchSpec, key: batchStream(rng, epoch, batch).key } }),
        }
        const result = await pool.run(job, signal)
        const all = { ...result, failures: new Map([...failures, ...result.failures]) }
        const [first] = all.images.values()
        if (first && slot) shapes.delete(size)
        else if (first && known) shapes.set(size, [first.height, first.width, first.channels])
        return known || !pipeline ? all : transformHere(all, pipeline, plan, wanted)
      },
    }
  }

  function transformHere(
    result: BatchResult,
    pipeline: Pipeline,
    { epoch }: BatchPlan,
    wanted: readonly WantedPicture[],
  ): BatchResult {
    const images = new Map<number, Image>()
    for (const picture of wanted) {
      const image = result.images.get(picture.place)
      if (!image) continue
      const stream = sampleStream(rng, epoch, picture)
      const name = source.name(picture.index)
      images.set(picture.place, transformImage(image, pipeline, stream, { name, epoch }))
    }
    return { ...result, images }
  }
}

/** Asks a pool once about each list of transforms. */
function rememberAnswers(
  pool: SamplePool,
): (transforms: readonly TransformSpec[], batchTransform?: TransformSpec) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>()
  return (transforms, batchTransform) => {
    const question = JSON.stringify([transforms, batchTransform])
    const answer = answers.get(question) ?? pool.accepts(transforms, batchTransform)
    answers.set(question, answer)
    return answer
  }
}

/** Says of pictures where they are or, when only the main thread can read them, reads them. */
function pictureJobsOf(
  source: Source,
): (
  wanted: readonly WantedPicture[],
) => Promise<{ readonly pictures: readonly PictureJob[]; readonly failures: ReadonlyMap<number, unknown> }> {
  const limited = limiter(READS_AT_ONCE)
  return async (wanted) => {
    const failures = new Map<number, unknown>()
    const { item } = source
    if (item) {
      const pictures = wanted.map((picture) => {
        const { index } = picture
        return { ...picture, name: source.name(index), item: item.call(source, index) }
      })
      return { pictures, failures }
    }
    const read: { readonly picture: WantedPicture; readonly image: Image }[] = []
    const readOne = async (picture: WantedPicture): Promise<void> => {
      try {
        read.push({ picture, image: await source.read(picture.index) })
      } catch (error) {
        failures.set(picture.place, error)
      }
    }
    await Promise.all(wanted.map((picture) => limited(() => readOne(picture))))
    const images = shareImages(read.map(({ image }) => image))
    const pictures = read.map(({ picture }, i) => {
      const image = images[i] as Image
      return { ...picture, name: source.name(picture.index), item: { kind: 'image' as const, image } }
    })
    return { pictures, failures }
  }
}
