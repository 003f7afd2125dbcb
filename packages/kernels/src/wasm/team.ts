import { ClasError } from '@clas/core'
import type { KernelModule } from './instantiate.ts'
import { FAILED, FUNCTION, HEADER, JOBS, LENGTH, PENDING, SCRATCH, SPINS, STEP, TICKET, WORKER } from './team-worker.ts'

/** The name of a function of the module that returns nothing. */
export type FunctionName = keyof KernelModule

/** Memory for what a job needs while it runs: each thread has its own, `bytes` apart. */
interface Scratch {
  readonly address: number
  readonly bytes: number
}

/** Threads that work on the same memory: this one, and workers that sleep between jobs. */
export interface Team {
  readonly threads: number
  /**
   * Calls a function of the module once for each list of arguments, at most 255, shared among the threads, and returns
   * when all are done. With scratch memory its address is the last argument.
   */
  run(name: FunctionName, jobs: readonly (readonly number[])[], scratch?: Scratch): void
}

/** Numbers that the arguments of all jobs may be. */
const ROOM = 8192

/** A team of this thread alone. */
export function soloTeam(module: KernelModule): Team {
  return {
    threads: 1,
    run(name, jobs, scratch) {
      for (const job of jobs) {
        if (scratch) module[name](...job, scratch.address)
        else module[name](...job)
      }
    },
  }
}

/**
 * Starts `threads - 1` workers, which share the memory. They don't keep the process alive, and sleep when there is
 * nothing to do. Jobs that come before they are ready are done by this thread.
 */
export async function startTeam(
  threads: number,
  compiled: WebAssembly.Module,
  memory: WebAssembly.Memory,
  module: KernelModule,
): Promise<Team> {
  const names = WebAssembly.Module.exports(compiled).map(({ name }) => name)
  const shared = new SharedArrayBuffer(HEADER * 4 + ROOM * 8)
  const words = new Int32Array(shared, 0, HEADER)
  const room = new Float64Array(shared, HEADER * 4)
  for (let thread = 1; thread < threads; thread++) await startWorker({ compiled, memory, shared, names, thread })
  const mayWait = typeof document === 'undefined'

  return {
    threads,
    run(name, jobs, scratch) {
      const length = jobs[0]?.length ?? 0
      if (jobs.length > 255 || jobs.length * length > ROOM) {
        throw new ClasError('bad-option', `at most 255 jobs with ${ROOM} arguments in all, found ${jobs.length}`)
      }
      for (const [i, job] of jobs.entries()) room.set(job, i * length)
      words[FUNCTION] = names.indexOf(name)
      words[LENGTH] = length
      words[SCRATCH] = scratch ? scratch.address : 0
      words[STEP] = scratch ? scratch.bytes : 0
      words[JOBS] = jobs.length
      Atomics.store(words, PENDING, jobs.length)
      // From here on the workers may take jobs; the ticket counts down those that nobody has taken.
      Atomics.store(words, TICKET, jobs.length)
      Atomics.notify(words, TICKET)
      work(jobs, scratch, name)
      finish()
    },
  }

  function work(jobs: readonly (readonly number[])[], scratch: Scratch | undefined, name: FunctionName): void {
    for (;;) {
      const open = Atomics.load(words, TICKET)
      if (open === 0) return
      if (Atomics.compareExchange(words, TICKET, open, open - 1) !== open) continue
      try {
        const job = jobs[jobs.length - open] as readonly number[]
        if (scratch) module[name](...job, scratch.address)
        else module[name](...job)
      } catch (error) {
        // The workers still write to what the caller would free.
        Atomics.sub(words, PENDING, 1 + Atomics.exchange(words, TICKET, 0))
        finish()
        throw error
      }
      Atomics.sub(words, PENDING, 1)
    }
  }

  function finish(): void {
    let spins = 0
    for (;;) {
      const pending = Atomics.load(words, PENDING)
      if (pending === 0) break
      if (++spins > SPINS && mayWait) Atomics.wait(words, PENDING, pending, 1)
    }
    if (Atomics.exchange(words, FAILED, 0) !== 0) {
      throw new ClasError('out-of-memory', 'a kernel failed in a worker thread; use smaller batches, or one thread')
    }
  }
}

interface WorkerData {
  readonly compiled: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly shared: SharedArrayBuffer
  readonly names: readonly string[]
  readonly thread: number
}

async function startWorker(data: WorkerData): Promise<void> {
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads')
  if (threads) {
    const worker = new threads.Worker(WORKER, { eval: true, workerData: data, name: `clas ${data.thread}` })
    worker.unref()
    return
  }
  const url = URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' }))
  const worker = new Worker(url)
  worker.postMessage(data)
  URL.revokeObjectURL(url)
}
