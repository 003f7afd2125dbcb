import { createBatchTransform, type Image, type ImageInfo, type Pipeline, type Rectangle } from '@clas/augment'
import { isClasError, rngFromKey } from '@clas/core'
import { transformBatch } from '../loader/collate.ts'
import { sampleStream } from '../loader/streams.ts'
import { namingPicture, transformImage } from '../loader/transform-image.ts'
import { aim } from './aim.ts'
import type { PictureLoader } from './picture-loader.ts'
import { pipelineOf } from './pipelines.ts'
import type { BatchTarget, PictureJob } from './pool.ts'
import { type BatchPart, COUNTERS, packError, type Request } from './worker-messages.ts'

/** A job as it comes to a thread. */
export type BatchRequest = Extract<Request, { readonly kind: 'batch' }>

/** A thread's part of a job while it works on it. */
export class JobPart {
  readonly request: BatchRequest
  /** How many of its pictures are being worked at. */
  open = 0
  readonly #images: BatchPart['images'][number][] = []
  readonly #failures: BatchPart['failures'][number][] = []
  readonly #times = { read: 0, decode: 0, transform: 0 }
  #pipeline: Pipeline | undefined
  #transformed = false

  constructor(request: BatchRequest) {
    this.request = request
  }

  /** Takes a picture that no thread has taken: its place in the list. Undefined when there are none left. */
  take(): number | undefined {
    const { job, counters } = this.request
    const next = Atomics.add(counters, COUNTERS.next, 1)
    return next < job.pictures.length ? next : undefined
  }

  /**
   * Makes a picture ready and puts it where it belongs; and when it is the last of all, changes the batch.
   *
   * @param mark - is called whenever this picture is what the thread is at
   */
  async work(which: number, load: PictureLoader, mark: () => void): Promise<void> {
    const { job, counters } = this.request
    const picture = job.pictures[which] as PictureJob
    const { place } = picture
    try {
      mark()
      const image = await this.#makeReady(picture, load, mark)
      if (image) {
        Atomics.add(counters, COUNTERS.missing, 1)
        this.#images.push({ place, image: owned(image) })
      }
    } catch (error) {
      Atomics.add(counters, COUNTERS.missing, 1)
      this.#failures.push({ place, error: packError(error) })
    }
    const last = Atomics.sub(counters, COUNTERS.left, 1) === 1
    if (last && Atomics.load(counters, COUNTERS.missing) === 0) this.#transformed = this.#timed(() => changeBatch(job))
  }

  result(): BatchPart {
    const times = { ...this.#times, finished: performance.timeOrigin + performance.now() }
    return { images: this.#images, failures: this.#failures, transformed: this.#transformed, times }
  }

  /** Undefined when the picture is in its place of the batch. */
  async #makeReady(picture: PictureJob, load: PictureLoader, mark: () => void): Promise<Image | undefined> {
    const { transforms, stream, epoch, target } = this.request.job
    const { place, name, item } = picture
    this.#pipeline ??= pipelineOf(transforms)
    const whole = this.#pipeline
    const rng = sampleStream(rngFromKey(stream), epoch, picture)
    let pipeline = whole
    const choose = (size: ImageInfo): Rectangle | undefined => {
      const found = whole && namingPicture(name, () => aim(whole, rng, size, epoch))
      if (found) pipeline = found.pipeline
      return found?.region
    }
    const decoded = item.kind === 'image' ? item.image : await load(item, { name, choose, times: this.#times })
    mark() // other pictures may have been meanwhile
    const transform = (out?: Float32Array): Image =>
      pipeline ? transformImage(decoded, pipeline, rng, { name, epoch, out }) : decoded
    return this.#timed(() => (target ? putInPlace(transform, place, target) : transform()))
  }

  #timed<T>(run: () => T): T {
    const begun = performance.now()
    try {
      return run()
    } finally {
      this.#times.transform += (performance.now() - begun) / 1000
    }
  }
}

/** Puts a picture in its place of a batch, or gives it back when it has another shape. */
function putInPlace(
  transform: (out?: Float32Array) => Image,
  place: number,
  { images, shape: [, height, width, channels] }: BatchTarget,
): Image | undefined {
  const size = height * width * channels
  const out = images.subarray(place * size, (place + 1) * size)
  const image = attempt(() => transform(out)) ?? transform()
  if (image.height !== height || image.width !== width || image.channels !== channels) return image
  if (image.data !== out) out.set(image.data)
  return undefined
}

/** Undefined where a picture has another number of values than its place, or a transform fails in the same way. */
function attempt(transform: () => Image): Image | undefined {
  try {
    return transform()
  } catch (error) {
    if (isClasError(error) && error.code === 'shape-mismatch') return undefined
    throw error
  }
}

/** Does the job's batch transform, if it has one that works. Its errors are the main thread's to find and to throw. */
function changeBatch({ target, batchTransform, epoch }: BatchRequest['job']): boolean {
  if (!target || !batchTransform) return false
  try {
    const transform = createBatchTransform(batchTransform.spec)
    const out = scratch(target.images.length)
    const { images, labels } = transformBatch(target, transform, rngFromKey(batchTransform.key), { epoch, out })
    if (images.length !== target.images.length || labels.length !== target.labels.length) return false
    if (images !== target.images) target.images.set(images)
    if (labels !== target.labels) target.labels.set(labels)
    return true
  } catch {
    return false
  }
}

let memory = new Float32Array(0)

/** Memory for a batch, the same each time: fresh memory costs as much time as mixing. */
function scratch(length: number): Float32Array {
  if (memory.length < length) memory = new Float32Array(length)
  return memory.subarray(0, length)
}

/** The picture with memory of its own, which can be given away: a decoder uses its memory again. */
function owned(image: Image): Image {
  const { data } = image
  const whole = data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength
  return whole && data instanceof Float32Array ? image : { ...image, data: data.slice() }
}
