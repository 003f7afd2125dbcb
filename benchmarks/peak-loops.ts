import { setFlagsFromString } from 'node:v8'
import { OPERATIONS_PER_TURN, peakModule } from './peak-module.ts'

/** Of one thread. */
export interface Peak {
  /** Operations or bytes a second, the best of many short measurements. */
  readonly rate: number
  readonly loop: 'fused multiply-add' | 'multiply and add' | 'copy'
}

/** Node 20 knows relaxed SIMD but has it behind a flag, which may be set while it runs. */
export function allowRelaxedSimd(): void {
  if (!WebAssembly.validate(peakModule(true))) setFlagsFromString('--experimental-wasm-relaxed-simd')
}

/** The faster of both loops; `ready` is called between warming up and measuring. */
export function vectorPeak(seconds: number, ready: () => void): Peak {
  const turns = 20_000
  const loops = ([true, false] as const)
    .filter((fused) => WebAssembly.validate(peakModule(fused)))
    .map((fused) => {
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(peakModule(fused)))
      const run = exports.run as (turns: number) => number
      const call = (): void => void run(turns)
      best(call, 0.3) // until the engine has compiled it well
      return { call, loop: fused ? 'fused multiply-add' : 'multiply and add' } as const
    })
  ready()
  const peaks = loops.map(({ call, loop }) => {
    return { rate: (turns * OPERATIONS_PER_TURN) / best(call, seconds / loops.length), loop }
  })
  return peaks.reduce((fastest, peak) => (peak.rate > fastest.rate ? peak : fastest))
}

const COPIED = 64 * 2 ** 20

/** Copying between two arrays that are larger than caches. Bytes read and written both count. */
export function copyBandwidth(seconds: number, ready: () => void): Peak {
  const [from, to] = [new Float32Array(COPIED / 4).fill(1), new Float32Array(COPIED / 4).fill(2)]
  const call = (): void => to.set(from)
  best(call, 0.1)
  ready()
  return { rate: (2 * COPIED) / best(call, seconds), loop: 'copy' }
}

/** Seconds of the fastest call. */
function best(call: () => void, seconds: number): number {
  let least = Number.POSITIVE_INFINITY
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const begun = performance.now()
    call()
    least = Math.min(least, performance.now() - begun)
  }
  return least / 1000
}
