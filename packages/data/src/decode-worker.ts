// The entry of a worker thread: decodes and transforms the pictures of batches, in the order of the requests.
import { parentPort, workerData } from 'node:worker_threads'
import { createLanes } from './threads/lanes.ts'
import { canRebuild } from './threads/pipelines.ts'
import type { BatchPart, Reply, Request } from './threads/worker-messages.ts'

const work = createLanes(workerData as Int32Array, (id, part: BatchPart) => {
  reply(
    { id, part },
    part.images.map(({ image }) => image.data.buffer as ArrayBuffer),
  )
})

parentPort?.on('message', (request: Request) => {
  if (request.kind === 'batch') work(request)
  else reply({ id: request.id, accepted: canRebuild(request.transforms, request.batchTransform) })
})

function reply(message: Reply, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer)
}
