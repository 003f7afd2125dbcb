import { openSync, writeSync } from 'node:fs'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { createRng } from '@clas/core'
import { decodeHostile, hostileFile, librariesFor, makeSeeds } from '../packages/data/src/decode/hostile.test-helper.ts'

// A process for hostile-pictures.ts: decodes a range of hostile files in a thread, and watches that thread.

/** What the process is to do. */
export interface HostileJob {
  readonly seed: number
  readonly from: number
  readonly to: number
  /** Cases that ended a process before. */
  readonly skipped: readonly number[]
  /** Where it writes what it is at, as two numbers of 32 bits: the case and the library among those of its format. */
  readonly progress: string
}

/** How a run of cases went: a line of the output. */
export interface HostilePart {
  readonly next: number
  /** By kind of file, library and outcome. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly slowest: {
    readonly milliseconds: number
    readonly case: number
    readonly kind: string
    readonly library: string
  }
  readonly heapBytes: number
  readonly residentBytes: number
}

/** A case that takes longer is taken to hang. */
const LIMIT_MILLISECONDS = 20_000
const CASES_PER_LINE = 1000

if (isMainThread) watch(JSON.parse(process.argv[2] as string) as HostileJob)
else await work(workerData as HostileJob & { readonly started: Int32Array })

function watch(job: HostileJob): void {
  const started = new Int32Array(new SharedArrayBuffer(8))
  // Node 20 gives its loaders to processes, not to threads.
  const program = `import('tsx/esm/api').then(({ register }) => (register(), import('${import.meta.url}')))`
  const worker = new Worker(program, { eval: true, workerData: { ...job, started } })
  worker.on('message', (part: HostilePart) => console.log(JSON.stringify(part)))
  worker.on('error', (error) => {
    console.error(error)
    process.exit(1)
  })
  let [seen, since] = [-1, 0]
  const timer = setInterval(() => {
    const now = Atomics.load(started, 0)
    if (now !== seen) [seen, since] = [now, performance.now()]
    else if (performance.now() - since > LIMIT_MILLISECONDS) process.exit(2)
  }, 250)
  worker.on('exit', () => clearInterval(timer))
}

async function work({
  seed,
  from,
  to,
  skipped,
  progress,
  started,
}: HostileJob & { started: Int32Array }): Promise<void> {
  const seeds = await makeSeeds()
  const rng = createRng(seed)
  const file = openSync(progress, 'w')
  for (let start = from; start < to; start += CASES_PER_LINE) {
    const counts: Record<string, Record<string, number>> = {}
    let slowest: HostilePart['slowest'] = { milliseconds: 0, case: 0, kind: '', library: '' }
    let heapBytes = 0
    const next = Math.min(to, start + CASES_PER_LINE)
    for (let i = start; i < next; i++) {
      if (skipped.includes(i)) continue
      const { bytes, kind } = hostileFile(seeds, rng.fork(i))
      const libraries = librariesFor(bytes)
      for (const [place, library] of (libraries.length > 0 ? libraries : ['none']).entries()) {
        writeSync(file, Int32Array.of(i, place), 0, 8, 0)
        Atomics.add(started, 0, 1)
        const begun = performance.now()
        const outcome = await decodeHostile(bytes, library)
        const milliseconds = Math.round(performance.now() - begun)
        if (milliseconds > slowest.milliseconds) slowest = { milliseconds, case: i, kind, library }
        const key = `${kind}, ${library}`
        counts[key] = { ...counts[key], [outcome]: (counts[key]?.[outcome] ?? 0) + 1 }
      }
      const { heapUsed, external } = process.memoryUsage()
      heapBytes = Math.max(heapBytes, heapUsed + external)
    }
    const residentBytes = process.resourceUsage().maxRSS * 1024
    parentPort?.postMessage({ next, counts, slowest, heapBytes, residentBytes } satisfies HostilePart)
  }
}
