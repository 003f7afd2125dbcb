import { Worker } from 'node:worker_threads'
import type { TransformSpec } from '@clas/augment'
import { ClasError } from '@clas/core'
import type { BatchJob } from './pool.ts'
import { AT, type BatchPart, type Reply, type Request } from './worker-messages.ts'

interface Waiting {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: unknown) => void
  readonly job: BatchJob | undefined
}

/** A thread is looked at this often before it counts as stuck, so that a main thread that was held up blames nobody. */
const LOOKS = 20

/** The main thread's end of one worker thread. It keeps the process alive only while it has something to do. */
export class WorkerThread {
  readonly #worker: Worker
  readonly #at = new Int32Array(new SharedArrayBuffer(12))
  readonly #waiting = new Map<number, Waiting>()
  readonly #stallSeconds: number
  #watch: NodeJS.Timeout | undefined
  #nextId = 0
  #ended: ClasError | undefined

  /** @param stallSeconds - after which a thread that is still at the same picture is given up */
  constructor(entry: URL, stallSeconds = 60) {
    this.#stallSeconds = stallSeconds
    this.#at[AT.job] = -1
    this.#worker = new Worker(entry, {
      // Without the process's own flags: some, such as --input-type, keep a worker from starting.
      execArgv: [],
      // Pictures are collected after a few instead of hundreds: the next ones get memory that is still in the cache.
      resourceLimits: { maxYoungGenerationSizeMb: 1 },
      workerData: this.#at,
    })
    this.#worker.unref()
    this.#worker.on('message', (reply: Reply) => this.#settle(reply))
    this.#worker.on('error', (cause) => this.#end(`a worker thread crashed: ${cause.message}`, cause))
    this.#worker.on('exit', (code) => this.#end(`a worker thread ended with code ${code}`))
  }

  /** How many answers are awaited. */
  get load(): number {
    return this.#waiting.size
  }

  /** Whether it still runs. */
  get alive(): boolean {
    return this.#ended === undefined
  }

  async accepts(transforms: readonly TransformSpec[], batchTransform?: TransformSpec): Promise<boolean> {
    const reply = await this.#ask((id) => ({ kind: 'accepts', id, transforms, batchTransform }))
    return 'accepted' in reply && reply.accepted
  }

  /** Has the thread take part in a job. All that do share the counters. */
  async run(job: BatchJob, counters: Int32Array): Promise<BatchPart> {
    const reply = await this.#ask((id) => ({ kind: 'batch', id, job, counters }), job)
    return (reply as Extract<Reply, { readonly part: BatchPart }>).part
  }

  async terminate(): Promise<void> {
    this.#end('the worker pool is disposed of')
    await this.#worker.terminate()
  }

  async #ask(request: (id: number) => Request, job?: BatchJob): Promise<Reply> {
    if (this.#ended) throw this.#ended
    const id = this.#nextId++
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, job })
      this.#worker.ref()
      if (job) this.#watch ??= this.#startWatch()
      this.#worker.postMessage(request(id))
    })
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#rest()
    waiting?.resolve(reply)
  }

  #rest(): void {
    clearInterval(this.#watch)
    this.#watch = undefined
    this.#worker.unref()
  }

  #startWatch(): NodeJS.Timeout {
    let steps = -1
    let looks = 0
    const look = (): void => {
      const now = Atomics.load(this.#at, AT.steps)
      looks = now === steps ? looks + 1 : 0
      steps = now
      if (looks < LOOKS) return
      this.#end(`a worker thread did nothing for ${this.#stallSeconds} s`)
      void this.#worker.terminate() // never, where it is stuck in native code
    }
    return setInterval(look, (this.#stallSeconds * 1000) / LOOKS)
  }

  /** Once it has ended, for whatever reason, all that wait for it are told. */
  #end(reason: string, cause?: unknown): void {
    const picture = this.#picture()
    const where = picture === undefined ? '' : `; it was at ${picture}`
    this.#ended ??= new ClasError('backend-unavailable', reason + where, picture === undefined ? {} : { picture }, {
      cause,
    })
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
    this.#rest()
  }

  /** The picture that the thread is at, or was when it ended. */
  #picture(): string | undefined {
    const job = this.#waiting.get(Atomics.load(this.#at, AT.job))?.job
    return job?.pictures[Atomics.load(this.#at, AT.picture)]?.name
  }
}
