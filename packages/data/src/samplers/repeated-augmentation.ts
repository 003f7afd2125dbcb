import type { Rng } from '@clas/core'
import { checkCount, type Sampler } from './sampler.ts'
import { checkShard, deal, type Shard } from './shard.ts'

/** Options of {@link repeatedAugmentation}. */
export interface RepeatedAugmentationOptions extends Partial<Shard> {
  readonly rng: Rng
  /** How often a picture comes, at least 1. Default: 3. */
  readonly repeats?: number
}

/**
 * Each picture several times after each other, each time augmented in another way (Hoffer et al. 2020, arXiv 1901.09335; as in
 * DeiT and PaddleClas's RASampler). An epoch has as many pictures as ever, a multiple of 256 where there are 256 or more,
 * so a part of the source, another one each time. With shards the copies of a picture go to different processes.
 *
 * @param length - the number of pictures, at least 1
 * @throws `bad-option` when a number is out of range
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { repeatedAugmentation } from '@clas/data'
 * console.log(repeatedAugmentation(6, { rng: createRng(42) }).order(0)) // two pictures, three times each
 * ```
 */
export function repeatedAugmentation(
  length: number,
  { rng, repeats = 3, rank = 0, world = 1 }: RepeatedAugmentationOptions,
): Sampler {
  checkCount('length', length)
  checkCount('repeats', repeats)
  checkShard({ rank, world })
  const total = Math.ceil((length * repeats) / world) * world
  const selected = Math.floor((length < 256 ? length : Math.floor(length / 256) * 256) / world)
  checkCount('pictures per shard', selected)
  const shardOf = (values: Uint32Array): Uint32Array => deal(values, { rank, world }).subarray(0, selected)
  return {
    length: selected,
    order(epoch) {
      const order = rng.fork('epoch', epoch).permutation(length)
      return shardOf(Uint32Array.from({ length: total }, (_, i) => order[Math.floor(i / repeats) % length] as number))
    },
    // What fills up the last shard comes once more.
    repeats: () =>
      shardOf(Uint32Array.from({ length: total }, (_, i) => (i % repeats) + (i < length * repeats ? 0 : repeats))),
  }
}
