import { availableParallelism } from 'node:os'
import { ClasError } from '@clas/core'
import type { SamplePool } from './pool.ts'
import { WorkerThread } from './worker-thread.ts'

/** Options of {@link createWorkerPool}. */
export interface WorkerPoolOptions {
  /** How many threads, at least 1. Default: one less than the machine has cores, and at least 1. */
  readonly threads?: number
}

/**
 * Starts threads that decode and transform pictures while the main thread trains. An idle pool keeps no process alive.
 * Dispose of it when the loaders are done, by `await using` for example.
 *
 * @throws `bad-option` for a number of threads that isn't one, `backend-unavailable` when a thread can't start; later,
 *   jobs of a thread that crashed are rejected with `backend-unavailable`
 * @example
 * ```ts
 * import { createWorkerPool } from '@clas/data/node'
 * await using pool = await createWorkerPool({ threads: 2 })
 * console.log(pool.threads) // give it to createLoader as `pool`
 * ```
 */
export async function createWorkerPool(options: WorkerPoolOptions = {}): Promise<SamplePool> {
  const { threads = Math.max(1, availableParallelism() - 1) } = options
  if (!Number.isSafeInteger(threads) || threads < 1) {
    throw new ClasError('bad-option', `threads must be a whole number of at least 1, found ${threads}`, { threads })
  }
  const workers = Array.from({ length: threads }, () => new WorkerThread(entry()))
  const dispose = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  try {
    await Promise.all(workers.map((worker) => worker.accepts([]))) // all have started when they answer
  } catch (error) {
    await dispose()
    throw error
  }
  /** The thread with the least to do. */
  const free = (): WorkerThread => {
    const alive = workers.filter((worker) => worker.alive)
    return (alive.length > 0 ? alive : workers).reduce((a, b) => (b.load < a.load ? b : a))
  }
  return {
    threads,
    accepts: (transforms) => free().accepts(transforms),
    load: (job, signal) => free().run(job, signal),
    [Symbol.asyncDispose]: dispose,
  }
}

/** Node 20 can't run TypeScript: from source, the threads run the build. */
function entry(): URL {
  const built = import.meta.url.endsWith('.ts') ? '../dist/decode-worker.js' : './decode-worker.js'
  return new URL(built, import.meta.url)
}
