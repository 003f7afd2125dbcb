import { countRepeats } from './batch-sampler.ts'
import type { Sampler } from './sampler.ts'

/** The order of a sampler up to a length: cut off there, or going on with its beginning. */
export function padOrder(sampler: Sampler, length: number): Required<Sampler> {
  const order = (epoch: number): Uint32Array => {
    const all = sampler.order(epoch)
    return Uint32Array.from({ length }, (_, i) => all[i % all.length] as number)
  }
  return {
    length,
    order,
    repeats(epoch) {
      const known = sampler.repeats?.(epoch)
      const counted = countRepeats(order(epoch))
      return Uint32Array.from({ length }, (_, i) => known?.[i] ?? counted?.[i] ?? 0)
    },
  }
}
