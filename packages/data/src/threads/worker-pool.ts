import { setMaxListeners } from 'node:events'
import { availableParallelism } from 'node:os'
import { ClasError } from '@clas/core'
import type { BatchJob, BatchResult, SamplePool } from './pool.ts'
import { type BatchPart, COUNTERS, unpackError } from './worker-messages.ts'
import { WorkerThread } from './worker-thread.ts'

/** Options of {@link createWorkerPool}. */
export interface WorkerPoolOptions {
  /** How many threads, at least 1. Default: one less than the machine has cores, and at least 1. */
  readonly threads?: number
  /** In seconds: a thread that is at the same picture for longer is given up, and the picture named. Default: 60. */
  readonly stallSeconds?: number
}

/**
 * Starts threads that decode and transform pictures while the main thread trains. An idle pool keeps no process alive.
 * Dispose of it when the loaders are done, by `await using` for example.
 *
 * All threads work on one batch: each takes the next picture from a counter in shared memory and puts it in its place
 * of the batch, in shared memory too. So the main thread sends and gets one message for each thread and batch.
 *
 * @throws `bad-option` for a number of threads or seconds that isn't one, `backend-unavailable` when a thread can't start;
 *   later, jobs of a thread that crashed or is stuck are rejected with `backend-unavailable`, which names the picture it was at
 * @example
 * ```ts
 * import { createWorkerPool } from '@clas/data/node'
 * await using pool = await createWorkerPool({ threads: 2 })
 * console.log(pool.threads) // give it to createLoader as `pool`
 * ```
 */
export async function createWorkerPool(options: WorkerPoolOptions = {}): Promise<SamplePool> {
  const { threads = Math.max(1, availableParallelism() - 1), stallSeconds = 60 } = options
  if (!Number.isSafeInteger(threads) || threads < 1) {
    throw new ClasError('bad-option', `threads must be a whole number of at least 1, found ${threads}`, { threads })
  }
  if (!(stallSeconds > 0 && stallSeconds < 1e6)) {
    throw new ClasError('bad-option', `stallSeconds must be above 0, found ${stallSeconds}`, { stallSeconds })
  }
  const workers = Array.from({ length: threads }, () => new WorkerThread(entry(), stallSeconds))
  const dispose = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  try {
    await Promise.all(workers.map((worker) => worker.accepts([]))) // all have started when they answer
  } catch (error) {
    await dispose()
    throw error
  }
  /** Those with the least to do. */
  const free = (count: number): WorkerThread[] => {
    const alive = workers.filter((worker) => worker.alive)
    return (alive.length > 0 ? alive : workers).toSorted((a, b) => a.load - b.load).slice(0, count)
  }
  return {
    threads,
    accepts: async (transforms, batchTransform) => {
      const answers = await Promise.all(free(1).map((worker) => worker.accepts(transforms, batchTransform)))
      return answers.every(Boolean)
    },
    run: (job, signal) => runJob(job, free(job.pictures.length), signal),
    [Symbol.asyncDispose]: dispose,
  }
}

/** Node 20 can't run TypeScript: from source, the threads run the build. */
function entry(): URL {
  const built = import.meta.url.endsWith('.ts') ? '../../dist/decode-worker.js' : './decode-worker.js'
  return new URL(built, import.meta.url)
}

async function runJob(job: BatchJob, workers: readonly WorkerThread[], signal?: AbortSignal): Promise<BatchResult> {
  signal?.throwIfAborted()
  if (signal) setMaxListeners(0, signal) // one listener per batch: many are no leak
  const count = job.pictures.length
  const counters = new Int32Array(new SharedArrayBuffer(4 * Object.keys(COUNTERS).length))
  counters[COUNTERS.left] = count
  /** Leaves no picture to take. */
  const cancel = (): void => void Atomics.store(counters, COUNTERS.next, count)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    // All are waited for, also after an error: nobody writes into the batch any more when this comes back.
    const answers = await Promise.allSettled(
      workers.map(async (worker) => {
        try {
          return await worker.run(job, counters)
        } catch (error) {
          cancel()
          throw error
        }
      }),
    )
    signal?.throwIfAborted()
    return merge(
      answers.map((answer) => {
        if (answer.status === 'rejected') throw answer.reason
        return answer.value
      }),
    )
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}

function merge(parts: readonly BatchPart[]): BatchResult {
  const total = (of: 'read' | 'decode' | 'transform'): number => parts.reduce((sum, { times }) => sum + times[of], 0)
  return {
    images: new Map(parts.flatMap(({ images }) => images.map(({ place, image }) => [place, image] as const))),
    failures: new Map(
      parts.flatMap(({ failures }) => failures.map(({ place, error }) => [place, unpackError(error)] as const)),
    ),
    transformed: parts.some(({ transformed }) => transformed),
    times: {
      read: total('read'),
      decode: total('decode'),
      transform: total('transform'),
      finished: Math.max(...parts.map(({ times }) => times.finished)),
    },
  }
}
