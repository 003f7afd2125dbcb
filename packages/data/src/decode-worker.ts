// The entry of a worker thread: decodes and transforms one picture after another, in the order of the requests.
import { parentPort } from 'node:worker_threads'
import { deserialize, type Image, type Pipeline, type TransformSpec } from '@clas/augment'
import { rngFromKey } from '@clas/core'
import { readItem } from './file-source.ts'
import type { SampleJob } from './pool.ts'
import { loadSharp } from './sharp.ts'
import { transformImage } from './transform-image.ts'
import { packError, type Reply, type Request } from './worker-messages.ts'

// sharp decodes beside this thread: while it does, the thread transforms another picture.
const AT_ONCE = 2
const queue: { readonly id: number; readonly job: SampleJob }[] = []
const pipelines = new Map<string, Pipeline>()
let working = 0
let prepared = false

parentPort?.on('message', (request: Request) => {
  if (request.kind === 'load') {
    queue.push(request)
    if (working < AT_ONCE) void work()
  } else if (request.kind === 'cancel') {
    const place = queue.findIndex(({ id }) => id === request.id)
    if (place < 0) return // at work or done: its own reply comes
    queue.splice(place, 1)
    reply({ id: request.id, cancelled: true })
  } else {
    reply({ id: request.id, value: canRebuild(request.transforms) })
  }
})

async function work(): Promise<void> {
  working++
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { id, job } = next
    try {
      const image = owned(await load(job))
      reply({ id, value: image }, [image.data.buffer as ArrayBuffer])
    } catch (error) {
      reply({ id, error: packError(error) })
    }
  }
  working--
}

async function load({ item, name, transforms, key }: SampleJob): Promise<Image> {
  if (item.kind === 'file') await prepareSharp()
  const image = item.kind === 'file' ? await readItem(item) : item.image
  return transforms.length === 0 ? image : transformImage(image, pipelineOf(transforms), rngFromKey(key), name)
}

/** A picture comes once per epoch, so a cache is of no use; the threads of the pool are the parallelism. */
async function prepareSharp(): Promise<void> {
  if (prepared) return
  const sharp = await loadSharp()
  sharp.cache(false)
  sharp.concurrency(1)
  prepared = true
}

function pipelineOf(specs: readonly TransformSpec[]): Pipeline {
  const text = JSON.stringify(specs)
  const pipeline = pipelines.get(text) ?? deserialize(specs)
  pipelines.set(text, pipeline)
  return pipeline
}

function canRebuild(specs: readonly TransformSpec[]): boolean {
  try {
    pipelineOf(specs)
    return true
  } catch {
    return false
  }
}

/** The picture with a buffer of its own, which can be transferred; a decoder's can't. */
function owned(image: Image): Image {
  const { data } = image
  const whole = data instanceof Float32Array && data.byteLength === data.buffer.byteLength
  return whole ? image : { ...image, data: data.slice() }
}

function reply(message: Reply, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer)
}
