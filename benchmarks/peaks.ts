// What the processor can do at most, measured on the spot: every share in the tables is of these.
import { Worker } from 'node:worker_threads'
import { allowRelaxedSimd, type Peak } from './peak-loops.ts'

/** For a number of threads that work at once. */
export interface Peaks {
  readonly threads: number
  /** Arithmetic operations, float32, in 128-bit vectors. */
  readonly gigaflops: number
  /** Bytes read and bytes written by copying, 10^9 a second. */
  readonly gigabytes: number
  /** Which loop was the fastest. */
  readonly loop: Peak['loop']
}

interface Request {
  readonly measure: 'vector' | 'copy'
  readonly seconds: number
}

/** One thread after the other is started, and all begin together; the sum of what they do is the peak. */
export async function measurePeaks(threads: readonly number[], quick: boolean): Promise<readonly Peaks[]> {
  allowRelaxedSimd() // for all threads of this process
  const seconds = quick ? 0.3 : 1.5
  const peaks: Peaks[] = []
  for (const count of threads) {
    const vector = await together(count, { measure: 'vector', seconds })
    const copy = await together(count, { measure: 'copy', seconds })
    const sum = (all: readonly Peak[]): number => all.reduce((total, { rate }) => total + rate, 0)
    peaks.push({
      threads: count,
      gigaflops: sum(vector) / 1e9,
      gigabytes: sum(copy) / 1e9,
      loop: vector[0]?.loop ?? 'multiply and add',
    })
  }
  return peaks
}

async function together(count: number, request: Request): Promise<readonly Peak[]> {
  const gate = new Int32Array(new SharedArrayBuffer(8))
  return Promise.all(Array.from({ length: count }, () => inWorker({ ...request, count, gate })))
}

function inWorker(workerData: Request & { readonly count: number; readonly gate: Int32Array }): Promise<Peak> {
  // A thread has to be told anew how TypeScript is read.
  const [reader, entry] = ['tsx/esm/api', './peak-worker.ts'].map((name) => JSON.stringify(import.meta.resolve(name)))
  const program = `import(${reader}).then(({ register }) => (register(), import(${entry})))`
  const worker = new Worker(program, { eval: true, workerData })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
