import { ClasError } from '@clas/core'
import { padOrder } from './pad-order.ts'
import type { Sampler } from './sampler.ts'

/** Which part of an epoch one of several processes has. */
export interface Shard {
  /** Of this process, 0 … world - 1. */
  readonly rank: number
  /** How many processes there are. */
  readonly world: number
}

/** Options of {@link shard}. */
export interface ShardOptions extends Shard {
  /**
   * When the pictures can't be dealt out evenly, the first of the order come again (`pad`, the default), or the last are
   * left out (`drop`).
   */
  readonly uneven?: 'pad' | 'drop'
}

/**
 * Deals the order of a sampler out to processes, which train on different pictures of the same epoch: rank r has the
 * places r, r + world, r + 2 · world … All processes make the sampler of the same stream.
 *
 * @throws `bad-option` when rank and world don't fit, or a shard would be empty
 * @example
 * ```ts
 * import { sequential, shard } from '@clas/data'
 * console.log(shard(sequential(5), { rank: 1, world: 2 }).order(0)) // 1 3 0
 * ```
 */
export function shard(sampler: Sampler, { rank, world, uneven = 'pad' }: ShardOptions): Sampler {
  checkShard({ rank, world })
  const { length: total } = sampler
  const length = uneven === 'pad' ? Math.ceil(total / world) : Math.floor(total / world)
  if (length === 0) {
    throw new ClasError('bad-option', `${total} pictures are too few for ${world} shards`, { length: total, world })
  }
  const even = padOrder(sampler, length * world)
  return {
    length,
    order: (epoch) => deal(even.order(epoch), { rank, world }),
    repeats: (epoch) => deal(even.repeats(epoch), { rank, world }),
  }
}

/** Every world-th value, beginning with that of the rank. */
export function deal(values: Uint32Array, { rank, world }: Shard): Uint32Array {
  return values.filter((_, i) => i % world === rank)
}

/** Throws `bad-option` unless rank and world fit. */
export function checkShard({ rank, world }: Shard): void {
  const whole = Number.isSafeInteger(rank) && Number.isSafeInteger(world)
  if (whole && world >= 1 && rank >= 0 && rank < world) return
  throw new ClasError('bad-option', `rank must be 0 to world - 1, found rank ${rank} of ${world}`, { rank, world })
}
