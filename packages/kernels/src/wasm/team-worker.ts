// What a worker and the thread that gives it work share: words of 32 bits, then the arguments of the jobs as doubles.

/** How many jobs nobody has taken yet. */
export const TICKET = 0
/** How many jobs are not done yet. */
export const PENDING = 1
/** Which function of the module the jobs call. */
export const FUNCTION = 2
/** How many jobs there are. */
export const JOBS = 3
/** Arguments of a job. */
export const LENGTH = 4
/** Address of the scratch memory of the first thread, 0 where there is none. */
export const SCRATCH = 5
/** Bytes from the scratch memory of a thread to that of the next. */
export const STEP = 6
/** Not 0 when a job has failed in a worker. */
export const FAILED = 7
/** How often a thread looks before it sleeps: some tens of microseconds, longer than the pause between two kernels. */
export const SPINS = 20_000
/** Words before the arguments. */
export const HEADER = 16

/**
 * What a worker runs: text, so that no bundler has to find a file. It looks for jobs a while and
 * then sleeps until it is woken.
 */
export const WORKER: string = `'use strict'
function serve({ compiled, memory, shared, names, thread }) {
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } })
  const words = new Int32Array(shared, 0, ${HEADER})
  const room = new Float64Array(shared, ${HEADER * 4})
  for (let spins = 0; ; ) {
    const open = Atomics.load(words, ${TICKET})
    if (open === 0) {
      if (++spins > ${SPINS}) {
        Atomics.wait(words, ${TICKET}, 0)
        spins = 0
      }
      continue
    }
    if (Atomics.compareExchange(words, ${TICKET}, open, open - 1) !== open) continue
    spins = 0
    try {
      const length = words[${LENGTH}]
      const first = (words[${JOBS}] - open) * length
      const job = Array.from(room.subarray(first, first + length))
      if (words[${SCRATCH}] !== 0) job.push((words[${SCRATCH}] >>> 0) + thread * words[${STEP}])
      exports[names[words[${FUNCTION}]]](...job)
    } catch {
      Atomics.store(words, ${FAILED}, 1)
    }
    if (Atomics.sub(words, ${PENDING}, 1) === 1) Atomics.notify(words, ${PENDING})
  }
}
if (typeof require === 'function') serve(require('node:worker_threads').workerData)
else self.onmessage = ({ data }) => serve(data)
`
