import { setMaxListeners } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Image, TransformSpec } from '@clas/augment'
import { ClasError } from '@clas/core'
import type { SampleJob } from './pool.ts'
import { type Reply, type Request, unpackError } from './worker-messages.ts'

interface Waiting {
  readonly resolve: (value: boolean | Image) => void
  readonly reject: (error: unknown) => void
  readonly signal: AbortSignal | undefined
}

/** The main thread's end of one worker thread. It keeps the process alive only while it has something to do. */
export class WorkerThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 0
  #ended: ClasError | undefined

  constructor(entry: URL) {
    // Without the process's own flags: some, such as --input-type, keep a worker from starting.
    this.#worker = new Worker(entry, { execArgv: [] })
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

  async accepts(transforms: readonly TransformSpec[]): Promise<boolean> {
    return (await this.#ask((id) => ({ kind: 'accepts', id, transforms }))) as boolean
  }

  async run(job: SampleJob, signal?: AbortSignal): Promise<Image> {
    const { item } = job
    if (item.kind === 'file') return (await this.#ask((id) => ({ kind: 'load', id, job }), signal)) as Image
    // A view would take its whole buffer along.
    const data = item.image.data.slice()
    const own: SampleJob = { ...job, item: { kind: 'image', image: { ...item.image, data } } }
    return (await this.#ask((id) => ({ kind: 'load', id, job: own }), signal, [data.buffer as ArrayBuffer])) as Image
  }

  async terminate(): Promise<void> {
    this.#end('the worker pool is disposed of')
    await this.#worker.terminate()
  }

  async #ask(
    request: (id: number) => Request,
    signal?: AbortSignal,
    transfer: ArrayBuffer[] = [],
  ): Promise<boolean | Image> {
    if (this.#ended) throw this.#ended
    signal?.throwIfAborted()
    if (signal) setMaxListeners(0, signal) // one listener per job: many are no leak
    const id = this.#nextId++
    const cancel = (): void => this.#worker.postMessage({ kind: 'cancel', id } satisfies Request)
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject, signal })
        this.#worker.ref()
        signal?.addEventListener('abort', cancel, { once: true })
        this.#worker.postMessage(request(id), transfer)
      })
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if (!waiting) return
    if ('value' in reply) waiting.resolve(reply.value)
    else waiting.reject('error' in reply ? unpackError(reply.error) : waiting.signal?.reason)
  }

  /** Once it has ended, for whatever reason, all that wait for it are told. */
  #end(reason: string, cause?: unknown): void {
    this.#ended ??= new ClasError('backend-unavailable', reason, {}, { cause })
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}
