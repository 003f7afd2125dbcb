import type { Measured } from './engines.ts'

export interface TimingOptions {
  readonly runs: number
  readonly seconds: number
  /** Calls before the first timing, at least. */
  readonly warmUp: number
}

/** Calls as many times for one timing as take this long together. */
const LEAST_MILLISECONDS = 20
const WARM_UP_MILLISECONDS = 150
/** However long they take. */
const LEAST_TIMINGS = 3

/** Warms up, then times: milliseconds of one call, and how many cores were at work. Promises are waited for. */
export async function time(
  call: () => unknown,
  { runs, seconds, warmUp }: TimingOptions,
): Promise<Pick<Measured, 'milliseconds' | 'cores'>> {
  let last = 0
  const begun = performance.now()
  for (let i = 0; i < warmUp || performance.now() - begun < WARM_UP_MILLISECONDS; i++) last = await clock(call, 1)
  const calls = Math.max(1, Math.ceil(LEAST_MILLISECONDS / last))
  const milliseconds: number[] = []
  const cpuBefore = process.cpuUsage()
  const timed = performance.now()
  while (milliseconds.length < runs) {
    milliseconds.push(await clock(call, calls))
    if (milliseconds.length >= LEAST_TIMINGS && performance.now() - timed > seconds * 1000) break
  }
  const wall = performance.now() - timed
  const { user, system } = process.cpuUsage(cpuBefore)
  return { milliseconds, cores: (user + system) / 1000 / wall }
}

/** The most memory that the process ever had. */
export function residentBytes(): number {
  return process.resourceUsage().maxRSS * 1024
}

async function clock(call: () => unknown, calls: number): Promise<number> {
  const begun = performance.now()
  for (let i = 0; i < calls; i++) {
    const result = call()
    if (result instanceof Promise) await result
  }
  return (performance.now() - begun) / calls
}
