import { type BatchRequest, JobPart } from './job-part.ts'
import { createPictureLoader, type PictureLoader } from './picture-loader.ts'
import { AT, type BatchPart } from './worker-messages.ts'

/** Reading from a server, or a decoder with threads of its own, goes on while another picture is transformed. */
const LANES = 4

/**
 * Works on jobs in their order, on several pictures at once where their reading takes time.
 *
 * @param at - tells the main thread which picture the thread is at
 * @param finish - called when no picture of a job is left
 * @returns takes a job
 */
export function createLanes(
  at: Int32Array,
  finish: (id: number, part: BatchPart) => void,
): (request: BatchRequest) => void {
  const queue: JobPart[] = []
  const idle = Array.from({ length: LANES }, createPictureLoader)

  async function lane(load: PictureLoader): Promise<void> {
    for (let part = queue[0]; part; part = queue[0]) {
      const picture = part.take()
      if (picture === undefined) {
        queue.shift()
      } else {
        part.open++
        await part.work(picture, load, marker(part, picture))
        part.open--
      }
      if (queue[0] !== part && part.open === 0) finish(part.request.id, part.result())
    }
    idle.push(load)
    if (idle.length === LANES) Atomics.store(at, AT.job, -1)
  }

  const marker = (part: JobPart, picture: number) => (): void => {
    Atomics.store(at, AT.job, part.request.id)
    Atomics.store(at, AT.picture, picture)
    Atomics.add(at, AT.steps, 1)
  }

  return (request) => {
    queue.push(new JobPart(request))
    // The other lanes only get to work where the first has to wait.
    for (const [i, load] of idle.splice(0).entries()) {
      if (i === 0) void lane(load)
      else setImmediate(() => void lane(load))
    }
  }
}
