import { parentPort, workerData } from 'node:worker_threads'
import { copyBandwidth, vectorPeak } from './peak-loops.ts'

const { measure, seconds, count, gate } = workerData as {
  readonly measure: 'vector' | 'copy'
  readonly seconds: number
  readonly count: number
  readonly gate: Int32Array
}

const rate = measure === 'vector' ? vectorPeak(seconds, meet) : copyBandwidth(seconds, meet)
parentPort?.postMessage(rate)

/** Waits until all threads are here. */
function meet(): void {
  if (Atomics.add(gate, 0, 1) + 1 === count) {
    Atomics.store(gate, 1, 1)
    Atomics.notify(gate, 1)
  } else {
    Atomics.wait(gate, 1, 0)
  }
}
